internal import ArgumentParser
internal import LedgerDomain

/// Withdraws a grant for good.
struct RevokeCommand: WriteCommand {
    static let configuration = CommandConfiguration(
        "revoke", "Withdraw a grant for good; the user's other accounts stay.",
        example: "revoke --grant g-1 --reason disconnectedByUser")

    @OptionGroup var global: GlobalOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The credential whose grant is withdrawn.", valueName: "credential"))
    var credential: CredentialID?

    @Option(parsing: .unconditional, help: ArgumentHelp("The grant.", valueName: "grant"))
    var grant: GrantID?

    @Option(parsing: .unconditional, help: ArgumentHelp("Why.", valueName: "reason"))
    var reason: RevocationReason?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Who must be the owner.", valueName: "user"))
    var user: UserID?

    @OptionGroup(title: "Conditions") var envelope: EnvelopeOptions

    func validate() throws {
        if (credential == nil) == (grant == nil) {
            throw ValidationError("Give either --credential or --grant.")
        }
    }

    func action(on console: Console) throws(CommandFailure) -> Command.Action {
        let target: RevokeGrant.Target
        switch (credential, grant) {
        case (let credential?, nil): target = .credential(credential)
        case (nil, let grant?): target = .grant(grant)
        default: throw .usage("Give either --credential or --grant.")
        }
        return .revoke(RevokeGrant(target, reason: reason, user: user))
    }
}
