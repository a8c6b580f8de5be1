internal import ArgumentParser

/// A subcommand that is given its streams, so that a test can run it within its own process.
protocol Subcommand: ParsableCommand {
    /// The options that every subcommand has.
    var global: GlobalOptions { get }

    /// Does the work and writes the answer.
    func run(on console: Console) async throws(CommandFailure) -> ExitStatus
}

extension CommandConfiguration {
    /// Describes a subcommand, with an example of its use.
    init(
        _ name: String, _ abstract: String, _ discussion: String = "", example: String,
        subcommands: [any ParsableCommand.Type] = [],
        default first: (any ParsableCommand.Type)? = nil
    ) {
        let example = "Example:\n  \(Program.name) --ledger DIR \(example)"
        self.init(
            commandName: name, abstract: abstract,
            discussion: discussion.isEmpty ? example : discussion + "\n\n" + example,
            subcommands: subcommands, defaultSubcommand: first)
    }
}
