internal import ArgumentParser
internal import Foundation
internal import LedgerFormat

/// Tells a story on a ledger of its own.
struct Demo: Subcommand {
    static let configuration = CommandConfiguration(
        "demo", "Walk through a story on a temporary ledger, explaining each answer.",
        "The ledger is thrown away afterwards, unless --ledger names a new directory for it.",
        example: "demo")

    @OptionGroup var global: GlobalOptions

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let path = global.ledger ?? Self.temporaryPath()
        defer {
            if global.ledger == nil { try? FileManager.default.removeItem(atPath: path) }
        }
        var stage = DemoStage(path, global, on: console)
        try await stage.play()
        if global.json {
            try console.output.writeLine(
                Envelope(.ok, data: .array(stage.steps.map(\.json))).json.serialized)
        }
        return .fine
    }

    private static func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.path + "/\(Program.name)-demo-"
            + UUID().uuidString.lowercased()
    }
}
