internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Says which credential each toolkit of a user acts as.
struct Active: Subcommand {
    static let configuration = CommandConfiguration(
        "active", "Say which account each toolkit of a user acts as, and why.",
        "Listed is every toolkit with an account or a choice, and those asked for.",
        example: "active --user 1003 --as-of 2026-11-21T06:33:03Z")

    @OptionGroup var global: GlobalOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("The user.", valueName: "user"))
    var user: UserID

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("List this toolkit too.", valueName: "toolkit"))
    var toolkit: [ToolkitID] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Answer as for a session that is pinned to a credential.",
            valueName: "toolkit=credential"))
    var pin: [Pin] = []

    @OptionGroup var moment: MomentOptions

    func validate() throws {
        try checkForm("--user", user)
        for toolkit in toolkit { try checkForm("--toolkit", toolkit) }
        if Set(pin.map(\.toolkit)).count < pin.count {
            throw ValidationError("A toolkit is pinned twice with --pin.")
        }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        let pins = Dictionary(pin.map { ($0.toolkit, $0.credential) }, uniquingKeysWith: { $1 })
        let answer = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in
                (
                    try view.selections(
                        of: user, toolkits: toolkit, pins: pins, asOf: moment.asOf),
                    try view.accounts(of: user, includingRevoked: true, asOf: moment.asOf)
                )
            }
        }
        try global.answer(
            console, data: .array(answer.0.map(SelectionLine.json)),
            text: answer.0.isEmpty
                ? "No accounts.\n"
                : SelectionText(answer.1).table(answer.0).text(global.style(console)))
        return .fine
    }
}
