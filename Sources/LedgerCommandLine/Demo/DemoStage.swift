internal import Foundation
internal import LedgerFormat
internal import Synchronization

/// A command of the story, what is said of it, and what came of it.
struct DemoStep {
    let says: String
    let arguments: [String]
    let output: String
    let status: ExitStatus

    var json: JSONValue {
        JSONValue([
            "says": .string(says),
            "arguments": .array(arguments.map { .string($0) }),
            "output": .string(output),
            "exitCode": .integer(Int64(status.rawValue)),
        ])
    }
}

/// Runs the commands of the story the way a person would, and shows what they answer.
struct DemoStage {
    private let console: Console
    private let global: GlobalOptions
    private let path: String
    /// What was done so far.
    private(set) var steps: [DemoStep] = []

    init(_ path: String, _ global: GlobalOptions, on console: Console) {
        self.path = path
        self.global = global
        self.console = console
    }

    /// Says what comes, runs the command, shows the answer, and gives it back.
    @discardableResult
    mutating func run(
        _ says: String, _ arguments: String..., expecting expected: ExitStatus = .fine
    ) async throws(CommandFailure) -> String {
        if !global.json {
            try console.output.write("\n# \(says)\n$ \(Program.name) \(Self.shown(arguments))\n")
        }
        let (status, output) = await perform(arguments)
        if !global.json { try console.output.write(output) }
        steps.append(DemoStep(says: says, arguments: arguments, output: output, status: status))
        guard status == expected else {
            throw CommandFailure(
                status == .fine ? .found : status, code: "demo",
                "The story did not go as expected: `\(arguments.first ?? "")` ended with"
                    + " \(status.rawValue).")
        }
        return output
    }

    private func perform(_ arguments: [String]) async -> (ExitStatus, String) {
        let written = Written()
        var inner = console
        inner.output = TextOutput("the demo's output") { bytes in written.append(bytes) }
        inner.errors = inner.output
        inner.isErrorTerminal = false
        inner.isOutputTerminal = console.isOutputTerminal && !global.json
        inner.watchesSignals = false
        inner.environment[GlobalOptions.variable] = path
        if global.noColor { inner.environment["NO_COLOR"] = "1" }
        if global.utc { inner.timeZone = .gmt }
        let status = await Program.run(arguments, on: inner)
        return (status, written.text)
    }

    /// The arguments as a shell would need them.
    private static func shown(_ arguments: [String]) -> String {
        arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
    }
}

/// Text that a command wrote.
private final class Written: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func append(_ more: [UInt8]) {
        bytes.withLock { $0 += more }
    }

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}
