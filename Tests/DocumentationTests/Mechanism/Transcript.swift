internal import Foundation

/// The commands of a page's `console` blocks, in order, each with the output that follows it.
///
/// A command begins with `$ `. It goes on over lines that end with a backslash, and through a here
/// document as far as `END`.
struct Transcript {
    /// A command and what it printed.
    struct Step {
        /// The command as the shell reads it.
        var command: String
        /// The lines below it, up to the next command or the end of its block.
        var output: String

        /// Whether the next line still belongs to the command.
        fileprivate var isUnfinished: Bool {
            let isHereDocument = command.contains("<<'END'") && !command.hasSuffix("\nEND")
            return isHereDocument || command.hasSuffix("\\")
        }
    }

    let steps: [Step]

    init(_ page: MarkdownPage) {
        steps = page.blocks.filter { $0.language == "console" }.flatMap { Self.steps(of: $0) }
    }

    private static func steps(of block: MarkdownPage.Block) -> [Step] {
        var steps: [Step] = []
        for line in block.text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let last = steps.last, last.isUnfinished {
                steps[steps.count - 1].command += "\n" + line
            } else if line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2)), output: ""))
            } else if !steps.isEmpty {
                steps[steps.count - 1].output += line + "\n"
            }
        }
        return steps
    }

    /// Runs the commands in one shell and gives what each of them printed.
    ///
    /// The shell starts in an empty directory, in which `tools` is that of the repository. Where it
    /// says its own path, `$PWD` is given.
    func run() throws -> [Step] {
        let scratch = try ScratchDirectory()
        try FileManager.default.createSymbolicLink(
            atPath: scratch.place("tools"),
            withDestinationPath: Repository.root.appending(path: "tools").path)
        let log = scratch.place("transcript.log")
        try Data().write(to: URL(filePath: log))

        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments = ["-c", script]
        shell.currentDirectoryURL = URL(filePath: scratch.path)
        shell.environment = ["PATH": "\(try Self.executables()):/usr/bin:/bin", "TZ": "UTC"]
        shell.standardInput = FileHandle.nullDevice
        shell.standardOutput = try FileHandle(forWritingTo: URL(filePath: log))
        shell.standardError = shell.standardOutput
        try shell.run()
        shell.waitUntilExit()

        let text = try String(contentsOf: URL(filePath: log), encoding: .utf8)
        let outputs = text.replacing(scratch.path, with: "$PWD")
            .components(separatedBy: "\(Self.mark)\n").dropFirst()
        return zip(steps, outputs).map { Step(command: $0.command, output: $1) }
    }

    private static let mark = "\u{1E}"

    /// All commands, each after a mark that leaves the exit code of the one before it alone.
    private var script: String {
        let begin = "mark() { local code=$?; printf '\\036\\n'; return $code; }"
        return ([begin] + steps.map { "mark; \($0.command)" }).joined(separator: "\n")
    }

    /// The directory of the executables that were built together with this test.
    private static func executables() throws -> String {
        let directory = try FileManager.default
            .destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(filePath: directory).deletingLastPathComponent()
        let program = folder.appending(path: "account-ledger").path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw NotBuilt(path: program)
        }
        return folder.path
    }
}

/// An executable that was not built with the tests.
struct NotBuilt: Error {
    let path: String
}

extension [Transcript.Step] {
    /// The steps with what differs from run to run put in order.
    ///
    /// Credentials are numbered as they appear; times, tokens, ids and sizes give way to
    /// their kind.
    var comparable: [String] {
        var numbers: [Substring: Int] = [:]
        return map { step in
            "\(step.command)\n\(step.output)"
                .replacing(/cred_[0-9a-z]{26}/) { match in
                    let number = numbers[match.output] ?? numbers.count + 1
                    numbers[match.output] = number
                    return "credential \(number)"
                }
                .replacing(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z/) { _ in "(time)" }
                .replacing(/\b[0-9a-f]{64}\b/) { _ in "(digest)" }
                .replacing(/\b[A-Za-z0-9_\-]{43}\b/) { _ in "(state)" }
                .replacing(/\b\d+ bytes\b/) { _ in "(size)" }
                .replacing(/"id":"[0-9a-f\-]{36}"/) { _ in "(id)" }
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
