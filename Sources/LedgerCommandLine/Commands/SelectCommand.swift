internal import ArgumentParser
internal import LedgerDomain

/// Stores or clears a user's choice for a toolkit.
struct SelectCommand: WriteCommand {
    static let configuration = CommandConfiguration(
        "select", "Store or clear a user's choice for a toolkit.",
        example:
            "select --user 1003 --toolkit gmail --credential cred_352ckgw9my1mvz59tdwh9edd1r")

    @OptionGroup var global: GlobalOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("The user.", valueName: "user"))
    var user: UserID

    @Option(parsing: .unconditional, help: ArgumentHelp("The toolkit.", valueName: "toolkit"))
    var toolkit: ToolkitID

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The credential that is chosen.", valueName: "credential"))
    var credential: CredentialID?

    @Flag(help: "Clear the choice.")
    var clear = false

    @OptionGroup(title: "Conditions") var envelope: EnvelopeOptions

    func validate() throws {
        if (credential == nil) != clear {
            throw ValidationError("Give either --credential or --clear.")
        }
    }

    func action(on console: Console) -> Command.Action {
        .select(SelectAccount(user: user, toolkit: toolkit, credential: credential))
    }
}
