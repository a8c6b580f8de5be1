internal import ArgumentParser
internal import LedgerDomain

/// Sets or clears a credential's label.
struct RelabelCommand: WriteCommand {
    static let configuration = CommandConfiguration(
        "relabel", "Set or clear a credential's label.",
        example: "relabel --credential cred_352ckgw9my1mvz59tdwh9edd1r --label Work")

    @OptionGroup var global: GlobalOptions

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The credential.", valueName: "credential"))
    var credential: CredentialID

    @Option(parsing: .unconditional, help: "The label, 1 to 200 bytes.")
    var label: String?

    @Flag(help: "Clear the label.")
    var clear = false

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Who must be the owner.", valueName: "user"))
    var user: UserID?

    @OptionGroup(title: "Conditions") var envelope: EnvelopeOptions

    func validate() throws {
        if (label == nil) != clear { throw ValidationError("Give either --label or --clear.") }
    }

    func action(on console: Console) -> Command.Action {
        .relabel(Relabel(credential: credential, label: label, user: user))
    }
}
