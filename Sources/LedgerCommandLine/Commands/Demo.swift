internal import ArgumentParser

struct Demo: Subcommand {
    static let configuration = CommandConfiguration("demo", "x", example: "demo")
    @OptionGroup var global: GlobalOptions
    func run(on console: Console) async throws(CommandFailure) -> ExitStatus { .fine }
}
