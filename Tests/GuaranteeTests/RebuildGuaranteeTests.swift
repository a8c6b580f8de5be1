@testable internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// A rebuild that is killed leaves everything as it was, or as it should be.
@Suite struct RebuildGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() async throws {
        directory = try TemporaryDirectory(in: .disk)
        try await Ledger.fill(directory.appending("ledger"), 600)
    }

    /// Runs a rebuild that is killed when it has come to a stage so often; answers whether it was.
    private func kill(_ what: String, at stage: RebuildProgress.Stage, _ count: Int) throws -> Bool
    {
        let process = Process()
        process.executableURL = URL(filePath: ChildProcess.program)
            .deletingLastPathComponent().appending(path: "RebuildProbe")
        process.arguments = [path, what, stage.rawValue, String(count)]
        try process.run()
        process.waitUntilExit()
        guard process.terminationReason != .uncaughtSignal else { return true }
        #expect(process.terminationStatus == 0)
        return false
    }

    private func damageViews() throws {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        let table = ledger.tables.table(.credentials)
        try ledger.environment.write { (transaction) throws(StorageError) in
            try transaction.clear(table)
        }
    }

    private func viewsAreRight() throws -> Bool {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        return try ledger.compareViews { _ in true }?.isIdentical ?? false
    }

    @Test(
        "Views whose rebuild is killed at a stage are as before or right, and the next one ends it",
        arguments: RebuildProgress.Stage.allCases)
    func views(stage: RebuildProgress.Stage) throws {
        try damageViews()
        for count in [0, 3] {
            let wasKilled = try kill("views", at: stage, count)
            #expect(wasKilled || count > 0)
            let isPutRight = stage == .switched || !wasKilled
            #expect(try viewsAreRight() == isPutRight)
            if isPutRight { try damageViews() }
        }
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        #expect(try ledger.rebuildViews()?.isUnchanged == false)
        #expect(try ledger.compareViews { _ in true }?.isIdentical == true)
    }

    @Test(
        "Rows whose rebuild is killed at a stage are the old ones or the new ones",
        arguments: [RebuildProgress.Stage.prepared, .applied, .reached, .switching, .switched])
    func projection(stage: RebuildProgress.Stage) throws {
        let digest = try onRows { (rows) throws(ProjectionError) in
            try rows.catchUp()
            return try rows.digest()
        }
        for count in [0, 2] {
            let wasKilled = try kill("projection", at: stage, count)
            #expect(wasKilled || count > 0)
            #expect(try onRows { (rows) throws(ProjectionError) in try rows.digest() } == digest)
        }
        try onRows { (rows) throws(ProjectionError) in _ = try rows.rebuild() }
        #expect(try onRows { (rows) throws(ProjectionError) in try rows.isSameWhenRebuilt() })
    }

    private func onRows<R>(
        _ body: (OpenProjection<AccountUsers>) throws(ProjectionError) -> R
    ) throws -> R {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        let rows = try ledger.open(AccountUsers())
        defer { rows.close() }
        return try body(rows)
    }
}
