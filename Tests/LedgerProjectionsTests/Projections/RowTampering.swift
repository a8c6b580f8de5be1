@testable internal import LedgerProjections
internal import LedgerStorage
internal import Testing

/// Changes rows of a projection as nobody should.
struct RowTampering {
    private let path: String

    init(at path: String) { self.path = path }

    func remove<Key, Value>(_ key: Key, from table: ProjectionTable<Key, Value>) throws {
        let environment = try Environment.open(
            at: path,
            tables: [TableDefinition(name: table.name), ProjectionTables.meta])
        defer { environment.close() }
        let found = try #require(environment.table(table.name))
        try environment.write { (transaction) throws(StorageError) in
            _ = try transaction.delete(key.rowBytes, in: found)
        }
    }
}
