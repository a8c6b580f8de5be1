internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Ties the grant that a callback brought to a credential.
struct LinkCommand: WriteCommand {
    static let configuration = CommandConfiguration(
        "link", "Tie the grant that a callback brought to a credential.",
        """
        With --state - the token is the first line of standard input. Prefer that: everybody on \
        the machine can see the arguments of a program while it runs.
        """,
        example: "link --state - --grant g-1 --provider google --subject 1082 <token-file")

    @OptionGroup var global: GlobalOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The token that the callback brought, or - for a line of standard input.",
            valueName: "token"))
    var state: String

    @Option(parsing: .unconditional, help: ArgumentHelp("The grant.", valueName: "grant"))
    var grant: GrantID

    @OptionGroup var account: AccountOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What was connected, as a check.", valueName: "toolkit"))
    var toolkit: ToolkitID?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Who holds the tokens.", valueName: "platform"))
    var platform: PlatformID?

    @Option(
        name: .customLong("scope"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Something that the grant allows; can be repeated.", valueName: "scope"))
    var scopes: [String] = []

    @Option(help: ArgumentHelp("When the authorization ends by itself.", valueName: "time"))
    var validUntil: Timestamp?

    @Option(parsing: .unconditional, help: "A new credential's label; wins over the state's.")
    var label: String?

    @OptionGroup(title: "Conditions") var envelope: EnvelopeOptions

    func action(on console: Console) throws(CommandFailure) -> Command.Action {
        let token = state == "-" ? try FirstLine.read(from: console.input, "token") : state
        return .link(
            LinkGrant(
                state: StateToken(token), grant: grant, account: account.account, toolkit: toolkit,
                platform: platform, scopes: scopes.isEmpty ? nil : scopes, validUntil: validUntil,
                label: label))
    }
}

/// The account at the provider.
struct AccountOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Where the account lives, such as google.", valueName: "provider"))
    var provider: ProviderID

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The account's stable name at the provider.", valueName: "subject"))
    var subject: Identifier<ProviderAccount.Subject>

    @Option(parsing: .unconditional, help: "The account's e-mail address.")
    var email: String?

    @Option(parsing: .unconditional, help: "The account's display name.")
    var name: String?

    var account: ProviderAccount {
        ProviderAccount(provider: provider, subject: subject, email: email, name: name)
    }
}
