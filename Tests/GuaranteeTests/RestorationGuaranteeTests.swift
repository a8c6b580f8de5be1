internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerTestSupport
internal import Testing

/// The promise: an export as CloudEvents is the ledger, and whatever happens while it is restored,
/// the directory holds a beginning of it that makes sense by itself.
@Suite struct RestorationGuaranteeTests {
    private static let format = ["--format", "cloudevents"]

    private func export(_ path: String) throws -> [String] {
        let ending = try ChildProcess.run(path, ["export"] + Self.format)
        #expect(ending.status == 0, "\(ending.errors)")
        return ending.lines
    }

    /// The digests of all views of a ledger.
    private func digests(_ path: String) throws -> [String] {
        let ledger = try Ledger.open(at: path, options: LedgerOptions(access: .readOnly))
        defer { ledger.close() }
        let comparison = try #require(try ledger.compareViews { _ in true })
        #expect(comparison.isIdentical)
        return try comparison.tables.map {
            "\($0.name) \(try #require($0.liveDigest).lowercaseHexadecimal)"
        }
    }

    private func stored(_ path: String) throws -> [StoredRecord] {
        let ledger = try Ledger.open(at: path, options: LedgerOptions(access: .readOnly))
        defer { ledger.close() }
        return try ledger.read { (view) throws(LedgerError) in
            try view.storedRecords(after: .start, limit: .max)
        }
    }

    private func expectSame(
        _ left: String, _ right: String, _ comment: Comment
    ) throws {
        #expect(try stored(left) == stored(right), comment)
        #expect(try digests(left) == digests(right), comment)
        #expect(try export(left) == export(right), comment)
        let verification = try ChildProcess.run(right, ["verify"])
        #expect(verification.status == 0, "\(comment): \(verification.lines)")
    }

    @Test(
        "Random histories come back with the same bytes, views and export",
        arguments: Effort.seeds("", else: 3))
    func histories(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        let (path, copy) = (directory.appending("ledger"), directory.appending("copy"))
        var history = try RandomHistory(seed: seed, at: path)
        try await history.run(400)
        history.ledger.close()
        let lines = try export(path)
        let file = directory.appending("lines.jsonl")
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: file))
        let batch = String(Int(seed % 97) + 1)
        let ending = try ChildProcess.run(
            copy, ["import", file, "--batch", batch] + Self.format)
        #expect(ending.status == 0, "\(ending.errors)")
        try expectSame(path, copy, "seed \(seed)")
    }

    @Test("The ledger of the first format comes back with the same bytes, views and export")
    func fixture() throws {
        let directory = try TemporaryDirectory()
        let (path, copy) = (directory.appending("ledger"), directory.appending("copy"))
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/format-1/data.mdb").path()
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        try FileManager.default.copyItem(atPath: fixture, toPath: "\(path)/data.mdb")
        let lines = try export(path)
        let ending = try ChildProcess.run(copy, ["import", "-"] + Self.format, lines: lines)
        #expect(ending.status == 0, "\(ending.errors)")
        try expectSame(path, copy, "format 1")
    }

    @Test("An import that is killed leaves a beginning that verifies, and goes on when repeated")
    func killed() async throws {
        let directory = try TemporaryDirectory(in: .disk)
        let (path, copy) = (directory.appending("ledger"), directory.appending("copy"))
        try await Ledger.fill(path, 2000)
        let lines = try export(path)
        let seed = Effort.seeds("", else: 1).first ?? 0
        var random = SeededGenerator(seed: seed)
        var kills = 0
        for round in 0..<Effort.number("LEDGER_KILL_ROUNDS", else: 12) {
            if round % 4 == 0 { try? FileManager.default.removeItem(atPath: copy) }
            let child = try ChildProcess(copy, ["import", "-", "--batch", "7"] + Self.format)
            let count = Int.random(in: 1...lines.count, using: &random)
            _ = child.send(Array(lines.prefix(count)))
            try await Task.sleep(for: .microseconds(Int.random(in: 0...30_000, using: &random)))
            child.kill()
            _ = child.finish()
            guard FileManager.default.fileExists(atPath: "\(copy)/data.mdb") else { continue }
            let verification = try ChildProcess.run(copy, ["verify"])
            // A kill before the first commit leaves no ledger yet.
            guard verification.status != 2 else { continue }
            kills += 1
            #expect(verification.status == 0, "seed \(seed): \(verification.lines)")
            let there = try export(copy)
            #expect(there == Array(lines.prefix(there.count)), "seed \(seed)")
        }
        #expect(kills > 0, "seed \(seed)")
        let ending = try ChildProcess.run(copy, ["import", "-"] + Self.format, lines: lines)
        #expect(ending.status == 0, "\(ending.errors)")
        try expectSame(path, copy, "seed \(seed)")
    }

    @Test("Nobody else opens the ledger while it is restored")
    func alone() async throws {
        let directory = try TemporaryDirectory()
        let (path, copy) = (directory.appending("ledger"), directory.appending("copy"))
        try await Ledger.fill(path, 3)
        let lines = try export(path)
        let child = try ChildProcess(copy, ["import", "-", "--batch", "1"] + Self.format)
        child.send(lines)
        // Its first commit shows that it has the ledger.
        #expect(await eventually { FileManager.default.fileExists(atPath: "\(copy)/data.mdb") })
        let other = try ChildProcess.run(copy, ["stat"])
        #expect(other.status == 2)
        #expect(other.errors.contains("holds it alone"))
        #expect(child.finish().status == 0)
    }
}
