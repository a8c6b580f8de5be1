internal import ArgumentParser
internal import LedgerDomain

/// Records that a grant stopped working.
struct ExpireCommand: WriteCommand {
    static let configuration = CommandConfiguration(
        "expire", "Record that a grant stopped working.",
        example: "expire --grant g-1 --reason 'password changed' --notice hook-901")

    @OptionGroup var global: GlobalOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("The grant.", valueName: "grant"))
    var grant: GrantID

    @Option(parsing: .unconditional, help: "Why it stopped working.")
    var reason: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The platform's name for the notice that told.", valueName: "notice"))
    var notice: NoticeID?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Who must be the owner.", valueName: "user"))
    var user: UserID?

    @OptionGroup(title: "Conditions") var envelope: EnvelopeOptions

    func action(on console: Console) -> Command.Action {
        .expire(ExpireGrant(grant: grant, reason: reason, notice: notice, user: user))
    }
}
