internal import ArgumentParser
internal import LedgerDomain

/// Lets a user begin an authorization.
struct IssueStateCommand: WriteCommand {
    static let configuration = CommandConfiguration(
        "issue-state", "Let a user begin an authorization, and print the state's token.",
        "The token is shown once; the ledger keeps only its digest.",
        example: "issue-state --user 1003 --toolkit gmail --allow-multiple")

    @OptionGroup var global: GlobalOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("The user who begins.", valueName: "user"))
    var user: UserID

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What is to be connected.", valueName: "toolkit"))
    var toolkit: ToolkitID

    @Option(help: ArgumentHelp("How long the state is valid, 1 to 3600.", valueName: "seconds"))
    var lifetimeSeconds: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether a new account is allowed beside a live one; else the policy decides.")
    var allowMultiple: Bool?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Authorize this credential's account again.", valueName: "credential"))
    var reconnect: CredentialID?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Put another account in this credential.", valueName: "credential"))
    var replace: CredentialID?

    @Option(parsing: .unconditional, help: "The label that a new credential takes.")
    var label: String?

    @Option(
        name: .customLong("external-id"), parsing: .unconditional,
        help: ArgumentHelp("The application's own name for a new credential.", valueName: "id"))
    var externalID: ExternalID?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The member who owns a new credential.", valueName: "member"))
    var member: MemberID?

    @OptionGroup(title: "Conditions") var envelope: EnvelopeOptions

    func action(on console: Console) -> Command.Action {
        .issueState(
            IssueState(
                user: user, toolkit: toolkit, lifetimeSeconds: lifetimeSeconds,
                allowMultiple: allowMultiple, reconnect: reconnect, replace: replace, label: label,
                externalID: externalID, member: member))
    }
}
