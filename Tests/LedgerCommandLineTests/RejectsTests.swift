internal import Foundation
internal import LedgerCommandLine
internal import LedgerStorage
internal import Testing

@Suite("The file for rejected rows")
struct RejectsTests {
    private static let table = """
        id,user_id,grant_id,provider,email,label,created_at
        1,u,g-1,google,a@example.com,,2025-03-04 09:12:33+00
        2,u,g-2,google,b@example.com,,never

        """
    private static let row =
        #"{"line":3,"refusal":"invalid","field":"created_at","#
        + #""reason":"is not a time as PostgreSQL writes it"}"# + "\n"

    private let scratch: Scratch
    private let input: String

    init() throws {
        scratch = try Scratch()
        input = try scratch.file("t.csv", Self.table)
    }

    private func importTable(_ file: String, rejects: String, _ rest: String...) async -> Run {
        await Scratch.run(
            ["--ledger", scratch.ledger, "import", "--format", "user-grants-csv", file]
                + ["--rejects", rejects] + rest)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try scratch.bytes(name), as: UTF8.self)
    }

    @Test("it is made for its owner, and emptied when it is there")
    func content() async throws {
        let path = scratch.path + "/rejects"
        #expect(await importTable(input, rejects: path).status == .found)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try text("rejects") == Self.row)
        let old = try scratch.file("old", String(repeating: "old\n", count: 100))
        #expect(await importTable(input, rejects: old).status == .found)
        #expect(try text("old") == Self.row)
    }

    @Test("a link stays a link, and other names of the file see the rows")
    func link() async throws {
        let files = FileManager.default
        let target = try scratch.file("target", "old")
        let link = scratch.path + "/link"
        try files.createSymbolicLink(atPath: link, withDestinationPath: target)
        try files.linkItem(atPath: target, toPath: scratch.path + "/twin")
        #expect(await importTable(input, rejects: link).status == .found)
        #expect(try files.destinationOfSymbolicLink(atPath: link) == target)
        #expect(try text("target") == Self.row)
        #expect(try text("twin") == Self.row)
    }

    @Test("a pipe is written to, and stays a pipe", .timeLimit(.minutes(1)))
    func pipe() async throws {
        let path = scratch.path + "/pipe"
        try Process.run(URL(filePath: "/usr/bin/env"), arguments: ["mkfifo", path]).waitUntilExit()
        let read = Written()
        let isDone = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let bytes = try? FileHandle(forReadingFrom: URL(filePath: path)).readToEnd()
            read.append([UInt8](bytes ?? Data()))
            isDone.signal()
        }
        #expect(await importTable(input, rejects: path).status == .found)
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                isDone.wait()
                continuation.resume()
            }
        }
        #expect(read.text == Self.row)
        let type = try FileManager.default.attributesOfItem(atPath: path)[.type]
        #expect(type as? FileAttributeType != .typeRegular)
    }

    @Test(
        "the table itself is refused under any name, and stays",
        arguments: ["t.csv", "./t.csv", "link", "twin"])
    func ownTable(name: String) async throws {
        let files = FileManager.default
        try files.createSymbolicLink(
            atPath: scratch.path + "/link", withDestinationPath: input)
        try files.linkItem(atPath: input, toPath: scratch.path + "/twin")
        let run = await importTable(input, rejects: scratch.path + "/" + name)
        #expect(run.status == .unusable)
        #expect(run.errors.contains("is the table that is imported"))
        #expect(try text("t.csv") == Self.table)
        #expect(!scratch.exists("ledger"))
    }

    @Test("the table on standard input is refused too")
    func ownInput() async throws {
        let identity = try FileIdentity(path: input)
        let run = await Scratch.run(
            [
                "--ledger", scratch.ledger, "import", "--format", "user-grants-csv", "-",
                "--rejects", input,
            ], input: [Array(Self.table.utf8)]
        ) { $0.inputIdentity = identity }
        #expect(run.status == .unusable)
        #expect(try text("t.csv") == Self.table)
        #expect(!scratch.exists("ledger"))
    }

    @Test("a file of the ledger is refused, and stays")
    func ownLedger() async throws {
        await scratch.run("create")
        let bytes = try scratch.bytes("ledger/data.mdb")
        let run = await importTable(input, rejects: scratch.ledger + "/data.mdb")
        #expect(run.status == .unusable)
        #expect(run.errors.contains("is part of the ledger"))
        #expect(try scratch.bytes("ledger/data.mdb") == bytes)
    }

    @Test("where it cannot be written no ledger is made", arguments: ["", "/none/rejects"])
    func unwritable(name: String) async throws {
        let run = await importTable(input, rejects: scratch.path + name, "--json")
        #expect(run.status == .unusable)
        #expect(run.output.contains(#""code":"pathProblem""#))
        #expect(run.errors.contains(scratch.path + name))
        #expect(!scratch.exists("ledger"))
    }
}
