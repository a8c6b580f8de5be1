internal import AccountLedger
internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// An index is never trusted by its own test: every read beside a look at every record.
@Suite struct FullScanTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws { directory = try TemporaryDirectory() }

    private func findings(_ ledger: Ledger, _ seed: UInt64) throws -> Set<String> {
        var random = SeededGenerator(seed: seed)
        var scan = try FullScan(ledger)
        scan.run(&random)
        return scan.findings
    }

    @Test(
        "Every read of a random history answers as looking at every record does",
        arguments: Effort.seeds("LEDGER_SCAN_RUNS", else: 4))
    func random(seed: UInt64) async throws {
        var history = try RandomHistory(seed: seed, at: path)
        for _ in 0..<3 {
            try await history.run(50)
            #expect(try findings(history.ledger, seed) == [])
        }
        let kinds = Set(try history.records().map(\.event.kind))
        #expect(kinds.isSuperset(of: [.stateIssued, .grantLinked, .grantExpired, .grantRevoked]))
    }

    @Test(
        "A row that an index has lost is told by some read, whichever row it is",
        arguments: ViewTables.Name.allCases)
    func lost(name: ViewTables.Name) async throws {
        let seed: UInt64 = 11
        var history = try RandomHistory(seed: seed, at: path)
        try await history.run(120)
        #expect(try findings(history.ledger, seed) == [])
        history.ledger.close()
        let keys = try keys(of: name)
        #expect(keys.count >= 3)
        for key in keys.shuffled().prefix(4) {
            let undo = try remove(key, from: name)
            let ledger = try Ledger.open(at: path, options: LedgerOptions(access: .readOnly))
            let found = try findings(ledger, seed)
            #expect(!found.isEmpty, "\(name), \(key)")
            ledger.close()
            try undo()
        }
    }

    private func withTable<R>(
        _ name: ViewTables.Name, _ body: (Environment, Table) throws -> R
    ) throws -> R {
        let environment = try Environment.open(at: path, tables: ViewTables.definitions)
        defer { environment.close() }
        return try body(environment, try environment.requireTable(name.rawValue))
    }

    private func keys(of name: ViewTables.Name) throws -> [[UInt8]] {
        try withTable(name) { environment, table in
            var keys: [[UInt8]] = []
            try environment.read { (snapshot) throws(StorageError) in
                try snapshot.scanKeys(in: table) { (key) throws(StorageError) in
                    keys.append([UInt8](copying: key))
                    return .next
                }
            }
            return keys
        }
    }

    /// Takes one row away, or all of one user's; answers how to put it back.
    private func remove(_ key: [UInt8], from name: ViewTables.Name) throws -> () throws -> Void {
        try withTable(name) { environment, table in
            if name == .users { return try removePositions(of: key, environment, table) }
            let value = try environment.read { (snapshot) throws(StorageError) in
                try snapshot.copy(of: key, in: table)
            }
            let row = try #require(value)
            try environment.write { (transaction) throws(StorageError) in
                _ = try transaction.delete(key, in: table)
            }
            return {
                try withTable(name) { environment, table in
                    try environment.write { (transaction) throws(StorageError) in
                        try transaction.put(key: key, value: row, in: table)
                    }
                }
            }
        }
    }

    /// Positions are only ever appended: all are taken, and the others' put back.
    private func removePositions(
        of key: [UInt8], _ environment: Environment, _ table: Table
    ) throws -> () throws -> Void {
        var all: [([UInt8], UInt64)] = []
        let users = IdentifierPool().users.map { Array($0.text.utf8) }
        try environment.read { (snapshot) throws(StorageError) in
            for user in users {
                try snapshot.scanDuplicates(of: user, in: table) { (number) throws(StorageError) in
                    all.append((user, number))
                    return .next
                }
            }
        }
        try put(all.filter { $0.0 != key }, environment, table)
        return {
            try withTable(.users) { environment, table in try put(all, environment, table) }
        }
    }

    private func put(
        _ rows: [(key: [UInt8], number: UInt64)], _ environment: Environment, _ table: Table
    ) throws {
        try environment.write { (transaction) throws(StorageError) in
            try transaction.clear(table)
            for row in rows { try transaction.putDuplicate(key: row.key, row.number, in: table) }
        }
    }
}
