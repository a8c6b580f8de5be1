internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Tells how it came to what is.
struct History: Subcommand {
    static let configuration = CommandConfiguration(
        "history", "Tell what happened to a user, a credential or a grant.",
        """
        A grant can have had several holders; the whole log is read to find them all. --jsonl \
        writes the lines of `export`. --html writes a page for people that needs nothing but \
        itself: it holds e-mail addresses, names and labels in the clear.
        """,
        example: "history --user 1003 --html 1003.html")

    private static let page = 4000

    @OptionGroup var global: GlobalOptions
    @OptionGroup var subject: SubjectOptions
    @OptionGroup var moment: MomentOptions

    @Flag(help: "Write JSON Lines, a record a line.")
    var jsonl = false

    @Option(
        help: ArgumentHelp(
            "Write a report of one user into a new file of mode 0600; - for standard output.",
            valueName: "file"))
    var html: String?

    func validate() throws {
        if jsonl, global.json || html != nil {
            throw ValidationError("--jsonl, --json and --html exclude each other.")
        }
        if html == "-", global.json {
            throw ValidationError("With --json the report cannot go to standard output.")
        }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        let records: [EventRecord]
        if subject.user == nil, subject.credential == nil {
            records = try searchLog(ledger, console)
        } else {
            records = try userRecords(ledger)
        }
        if let html {
            let report = HistoryReport(ledger: ledger, console: console, global: global)
            return try report.write(
                to: html, subject, of: records, asOf: moment.asOf, where: isAskedFor)
        }
        if jsonl {
            for record in records {
                try console.output.writeLine(RecordLine.json(record).serialized)
            }
            return .fine
        }
        try global.answer(
            console, data: .array(records.map(RecordLine.json)), text: text(records, console))
        return .fine
    }

    private func userRecords(_ ledger: Ledger) throws(CommandFailure) -> [EventRecord] {
        let found = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) -> Result<[EventRecord], Refusal> in
                switch try subject.resolve(view, asOf: moment.asOf) {
                case .failure(let refusal): return .failure(refusal)
                case .success(let user):
                    return .success(try view.history(of: user, asOf: moment.asOf))
                }
            }
        }
        let records: [EventRecord]
        do { records = try found.get().filter(isAskedFor) } catch { throw CommandFailure(error) }
        if records.isEmpty, subject.grant != nil { throw CommandFailure(.unknownGrant) }
        return records
    }

    private func searchLog(
        _ ledger: Ledger, _ console: Console
    ) throws(CommandFailure) -> [EventRecord] {
        var progress = Progress(on: console)
        var records: [EventRecord] = []
        var pages = try RecordPages(ledger, asOf: moment.asOf)
        while let page = try pages.next(limit: Self.page) {
            records += page.filter(isAskedFor)
            progress.update(pages.progress("records read"))
        }
        progress.clear()
        if records.isEmpty { throw CommandFailure(.unknownGrant) }
        return records
    }

    private func isAskedFor(_ record: EventRecord) -> Bool {
        let event = record.event
        if let credential = subject.credential, event.credential != credential { return false }
        guard let grant = subject.grant else { return true }
        return event.grants.contains(grant)
    }

    private func text(_ records: [EventRecord], _ console: Console) -> String {
        guard !records.isEmpty else { return "Nothing happened.\n" }
        let rows = RecordText(times: global.times(console))
        var table = Table(RecordText.columns)
        for record in records { table.add(rows.cells(record)) }
        return table.text(global.style(console))
    }
}

extension Event {
    /// The grants that the event names.
    fileprivate var grants: [GrantID] {
        switch self {
        case .grantLinked(let event): [event.grant] + (event.previousGrant.map { [$0] } ?? [])
        case .grantExpired(let event): [event.grant]
        case .grantRevoked(let event): [event.grant]
        case .stateIssued, .labelChanged, .accountSelected: []
        }
    }
}
