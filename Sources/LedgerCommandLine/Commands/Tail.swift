internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain

/// Follows what changes for accounts.
struct Tail: Subcommand {
    static let configuration = CommandConfiguration(
        "tail", "Follow what changes for accounts: first what was, then what comes.",
        """
        A change is connected, reconnected, replaced, expired, revoked, labelChanged, \
        selectionChanged or lateNotice, by whichever process. With --json, and where standard \
        output is no terminal, it is JSON Lines: a line for each change, and one with the change \
        caughtUp where everything up to its position was written. Each line is written at once.

        To go on later, give --after the position of the last caughtUp line, or the position and \
        the index of the last change: 42 or 42.0. Add the id of that line with --after-id, and a \
        log that was restored from a backup and went on otherwise is refused.

        SIGINT and SIGTERM end it: with 0 where it was caught up, else with 4 and the place to go \
        on after. --no-follow ends it at the end of the log.
        """,
        example: "tail --after 1200 --toolkit gmail --no-follow")

    @OptionGroup var global: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "Begin after this place; with the first change where left out.", valueName: "place"))
    var after: ChangePlace?

    @Option(
        help: ArgumentHelp("The id of the record at the place, to be compared.", valueName: "uuid"))
    var afterId: EventID?

    @Option(parsing: .unconditional, help: ArgumentHelp("This user only.", valueName: "user"))
    var user: UserID?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("This toolkit only; repeat it for more.", valueName: "toolkit"))
    var toolkit: [ToolkitID] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What this person inside a user owns only.", valueName: "member"))
    var member: MemberID?

    @Flag(inversion: .prefixedNo, help: "Wait for more at the end of the log.")
    var follow = true

    func validate() throws {
        try checkForm("--user", user)
        for toolkit in toolkit { try checkForm("--toolkit", toolkit) }
        try checkForm("--member", member)
        if afterId != nil, after == nil { throw ValidationError("--after-id goes with --after.") }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        console.finishWorkBeforeStopping()
        var place = after ?? .beginning
        place.id = afterId
        let filter = ChangeFilter(
            user: user, toolkits: toolkit.isEmpty ? nil : Set(toolkit), member: member)
        let stream = ChangeStream(
            changes: ledger.changes(after: place, of: filter), start: place, follows: follow,
            console: console, isJSON: global.json || !console.isOutputTerminal,
            text: ChangeText(times: global.times(console), style: global.style(console)))
        let work = Task { await stream.run() }
        console.interruption.onRequest { work.cancel() }
        defer { console.interruption.onRequest(nil) }
        return try await work.value.get()
    }
}
