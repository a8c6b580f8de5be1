internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Writes the records as lines.
struct Export: Subcommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case records
        case cloudevents
    }

    static let configuration = CommandConfiguration(
        "export", "Write the records of the log as JSON Lines, in the order of the log.",
        """
        records are lines for people and programs that know this ledger. cloudevents are events as \
        CloudEvents 1.0 has them; from all of them `import --format cloudevents` restores the \
        ledger with the same bytes. Both hold personal data.
        """,
        example: "export --format cloudevents > ledger.jsonl")

    private static let page = 2000

    @OptionGroup var global: GlobalOptions

    @Option(help: "What the lines are.")
    var format = Format.records

    @Option(
        help: ArgumentHelp(
            "The first record, or the first one recorded at a time or later; 1 where left out.",
            valueName: "position|time"))
    var from: Moment?

    @Option(
        help: ArgumentHelp(
            "The last record, or the last one recorded by a time; the head where left out.",
            valueName: "position|time"))
    var to: Moment?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "This user's records only; a ledger is not restored from them.", valueName: "user"))
    var user: UserID?

    func validate() throws {
        try checkForm("--user", user)
        if from == .position(.start) { throw ValidationError("Positions begin with 1.") }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        console.finishWorkBeforeStopping()
        let first = try first(in: ledger)
        var pages = try RecordPages(ledger, from: first, asOf: to)
        var progress = Progress(on: console, whileAnswering: true)
        let lines = CloudEventLine(ledger: ledger.header.ledgerID)
        if format == .cloudevents, user == nil, first == Position(1) {
            try writeHeader(of: ledger, lines, console)
        }
        while let page = try pages.nextStored(limit: Self.page) {
            for stored in page where stored.record.user == user ?? stored.record.user {
                let line =
                    switch format {
                    case .records: RecordLine.json(stored.record)
                    case .cloudevents: lines.json(stored)
                    }
                try console.output.writeLine(line.serialized)
            }
            progress.update(pages.progress("records read"))
            guard !console.interruption.isRequested else {
                progress.clear()
                try console.output.flush()
                throw .stopped(
                    "Stopped after position \(pages.position). Go on with --from"
                        + " \(pages.position.next).")
            }
        }
        progress.clear()
        return .fine
    }

    private func first(in ledger: Ledger) throws(CommandFailure) -> Position {
        switch from {
        case nil: return Position(1)
        case .position(let position): return position
        case .time(let time):
            return try translated { () throws(LedgerError) in
                try ledger.read { (view) throws(LedgerError) in
                    try view.position(of: .time(time.adding(microseconds: -1))).next
                }
            }
        }
    }

    /// What the ledger says of itself and no record does.
    private func writeHeader(
        of ledger: Ledger, _ lines: CloudEventLine, _ console: Console
    ) throws(CommandFailure) {
        let line: JSONValue
        do { line = try lines.json(ledger.header) } catch {
            throw CommandFailure(.broken, code: "damaged", "The header: \(error).")
        }
        try console.output.writeLine(line.serialized)
    }
}
