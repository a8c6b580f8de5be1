internal import Foundation
internal import LedgerCommandLine
internal import Synchronization

/// What a run of the program came to.
struct Run {
    let status: ExitStatus
    let output: String
    let errors: String

    /// The lines of standard output.
    var lines: [String] {
        output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}

/// Bytes that a stream was given.
final class Written: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func append(_ more: [UInt8]) {
        bytes.withLock { $0 += more }
    }

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}

/// Standard input that comes in given chunks.
final class Chunks: Sendable {
    private let rest: Mutex<ArraySlice<[UInt8]>>

    init(_ chunks: [[UInt8]]) {
        rest = Mutex(chunks.filter { !$0.isEmpty }[...])
    }

    func next() -> [UInt8] {
        rest.withLock { $0.popFirst() ?? [] }
    }
}

/// A directory of its own, gone with the last reference.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/ledger-cli-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a ledger in it.
    var ledger: String { path + "/ledger" }

    func file(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/" + name)
    }

    /// Runs the program on the ledger, in UTC.
    @discardableResult
    func run(
        _ arguments: String..., input: [[UInt8]] = [], adjust: (inout Console) -> Void = { _ in }
    ) async -> Run {
        await Self.run(["--ledger", ledger, "--utc"] + arguments, input: input, adjust: adjust)
    }

    /// Runs the program on lines.
    func apply(_ lines: [String], _ options: String...) async -> Run {
        let input = Array(lines.map { $0 + "\n" }.joined().utf8)
        return await Self.run(["--ledger", ledger, "apply"] + options, input: [input])
    }

    static func run(
        _ arguments: [String], input: [[UInt8]] = [], adjust: (inout Console) -> Void = { _ in }
    ) async -> Run {
        let (output, errors, chunks) = (Written(), Written(), Chunks(input))
        var console = Console(
            input: { _ in chunks.next() },
            output: TextOutput("output") { bytes in output.append(bytes) },
            errors: TextOutput("errors") { bytes in errors.append(bytes) },
            timeZone: .gmt)
        adjust(&console)
        let status = await Program.run(arguments, on: console)
        return Run(status: status, output: output.text, errors: errors.text)
    }
}

extension String {
    /// The text with random names in the order of their appearance: `cred_1111...`, and one token.
    var withoutChance: String {
        var text = self
        var number = 0
        while let range = text.range(
            of: "cred_[0-9a-z]{26}", options: .regularExpression)
        {
            number += 1
            let name = "CRED_" + String(repeating: String(number), count: 26)
            text = text.replacingOccurrences(of: text[range], with: name)
        }
        return text.replacingOccurrences(of: "CRED_", with: "cred_")
    }

    /// The value of a member in a line of JSON.
    func member(_ name: String) -> String? {
        guard let start = range(of: "\"\(name)\":\"") else { return nil }
        return self[start.upperBound...].split(separator: "\"").first.map(String.init)
    }
}

/// The folder of the repository.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
