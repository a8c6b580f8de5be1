@testable internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// The job that the documentation shows says by its exit code what has to be done.
@Suite struct NightlyGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() async throws {
        directory = try TemporaryDirectory()
        try await Ledger.fill(directory.appending("ledger"), 300)
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        try ledger.open(AccountUsers()).catchUp()
    }

    private func nightly(_ ledger: String? = nil) -> Int32? {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "tools/samples/nightly").path()
        return ChildProcess.status(
            of: [
                "ACCOUNT_LEDGER_PROGRAM=\(ChildProcess.program)", script, ledger ?? path,
                directory.path,
            ])
    }

    private func damage(
        _ name: String, _ body: (inout WriteTransaction, Table) throws(StorageError) -> Void
    ) throws {
        let environment = try Environment.open(at: path, tables: [TableDefinition(name: name)])
        defer { environment.close() }
        let table = environment.tables[0]
        try environment.write { (transaction) throws(StorageError) in
            try body(&transaction, table)
        }
    }

    private func rebuild() throws {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        #expect(try ledger.rebuildViews()?.isUnchanged == false)
    }

    @Test("Sound ledgers end it with 0, other rows with 1, a damaged log with 3, no ledger with 2")
    func codes() throws {
        #expect(nightly() == 0)
        try damage("owners") { (transaction, table) throws(StorageError) in
            try transaction.clear(table)
        }
        #expect(nightly() == 1)
        let report = try String(contentsOfFile: directory.appending("diff.json"), encoding: .utf8)
        #expect(report.contains(#""table":"owners","rows":300"#))
        try rebuild()
        #expect(nightly() == 0)
        try damage("events") { (transaction, table) throws(StorageError) in
            try transaction.put(key: [UInt8](bigEndian: 100), value: [1], in: table)
        }
        #expect(nightly() == 3)
        #expect(nightly(directory.appending("nothing")) == 2)
    }
}
