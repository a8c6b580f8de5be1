internal import AccountLedger
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite("A new account beside a damaged row")
struct DamagedNeighbourTests {
    /// What a record comes to that makes a second account, beside a row as it is given.
    private func error(
        adding record: EventRecord, beside row: [UInt8], _ key: [UInt8], _ environment: Environment
    ) throws -> JournalError.Code? {
        let tables = try ViewTables(in: environment)
        let credentials = try environment.requireTable(ViewTables.Name.credentials.rawValue)
        do throws(JournalError) {
            try environment.write { (transaction) throws(JournalError) in
                do throws(StorageError) {
                    try transaction.put(key: key, value: row, in: credentials)
                } catch {
                    throw JournalError(storage: error)
                }
                try ViewWriter(tables).apply(record, in: &transaction)
                // Nothing of it stays.
                throw JournalError(.abandoned)
            }
        } catch {
            return error.code
        }
        return nil
    }

    private func firstRow(of name: ViewTables.Name, _ environment: Environment) throws
        -> (key: [UInt8], value: [UInt8])
    {
        let table = try environment.requireTable(name.rawValue)
        let first = try environment.read { (snapshot) throws(StorageError) in
            try snapshot.firstEntry(in: table)
        }
        return try #require(first)
    }

    @Test("is not put in an order that the row does not say")
    func refused() async throws {
        let scratch = try ScratchLedger()
        try await scratch.ledger.connect("ann", grant: "g1")
        var record = try #require(try scratch.ledger.allRecords().last)
        scratch.ledger.close()
        record.position = Position(3)
        record.fingerprint = nil
        record.event = .grantLinked(
            GrantLinked(
                credential: "cred_2", grant: "g2", toolkit: "gmail", account: .google("g2"),
                kind: .connected, origin: .imported(source: "test")))
        let environment = try Environment.open(
            at: scratch.path, tables: [EventLog.definition] + ViewTables.definitions,
            options: EnvironmentOptions(mapSize: 1 << 30))
        defer { environment.close() }
        let (key, row) = try firstRow(of: .credentials, environment)
        let sound = try error(adding: record, beside: row, key, environment)
        #expect(sound == .abandoned)
        for damaged in [[], Array(row.prefix(2)), Array(row.dropLast()), [0xFF]] {
            let found = try error(adding: record, beside: damaged, key, environment)
            #expect(found == .damagedRow(table: "credentials"))
        }
    }
}
