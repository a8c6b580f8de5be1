internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Writes the records as lines.
struct Export: Subcommand {
    static let configuration = CommandConfiguration(
        "export", "Write the records of the log as JSON Lines, in the order of the log.",
        example: "export --from 1 --to 500 --user 1003")

    private static let page = 2000

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The first record; 1 where left out.", valueName: "position"))
    var from: Position?

    @Option(
        help: ArgumentHelp("The last record; the head where left out.", valueName: "position"))
    var to: Position?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("This user's records only.", valueName: "user"))
    var user: UserID?

    func validate() throws {
        try checkForm("--user", user)
        if from?.number == 0 { throw ValidationError("Positions begin with 1.") }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        console.finishWorkBeforeStopping()
        var pages = try RecordPages(ledger, from: from, asOf: to.map { .position($0) })
        var progress = Progress(on: console, whileAnswering: true)
        while let page = try pages.next(limit: Self.page) {
            for record in page where record.user == user ?? record.user {
                try console.output.writeLine(RecordLine.json(record).serialized)
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
}
