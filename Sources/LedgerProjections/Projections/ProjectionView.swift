public import LedgerDomain
internal import LedgerStorage

/// One state of a projection's rows to ask questions of.
///
/// All answers belong together. Keep the time short, because the file grows while it lasts.
public struct ProjectionView: ~Copyable, ~Escapable {
    private let tables: ProjectionTables
    private let snapshot: Snapshot
    /// The last record that the rows contain.
    public let position: Position

    @_lifetime(copy snapshot)
    init(_ tables: ProjectionTables, _ snapshot: consuming Snapshot, at position: Position) {
        self.tables = tables
        self.snapshot = snapshot
        self.position = position
    }

    /// The value of a key.
    public func value<Key, Value>(
        for key: Key, in table: ProjectionTable<Key, Value>
    ) throws(ProjectionError) -> Value? {
        let place = try tables.place(of: key.rowBytes, in: table.name)
        return try tables.value(Value.self, at: place, of: table.name, in: snapshot)
    }

    /// How many rows a table has.
    public func count<Key, Value>(
        of table: ProjectionTable<Key, Value>
    ) throws(ProjectionError) -> Int {
        let found = try tables.table(table.name)
        do { return try snapshot.entryCount(in: found) } catch {
            throw ProjectionError(storage: error)
        }
    }

    /// Rows of a table in the order of their keys, a page at a time.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - key: The last key of the page before; none for the first page.
    ///   - limit: The most rows of a page, at least 1.
    public func rows<Key, Value>(
        of table: ProjectionTable<Key, Value>, after key: Key? = nil, limit: Int = .max
    ) throws(ProjectionError) -> [(key: Key, value: Value)] {
        try rows(of: table, prefix: [], after: key?.rowBytes, limit: limit)
    }

    /// Rows of a table whose keys begin with the same parts, in the order of their keys.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - parts: The first part of the key, or the first parts, each whole.
    ///   - key: The last key of the page before; none for the first page.
    ///   - limit: The most rows of a page, at least 1.
    public func rows<Key, Value>(
        of table: ProjectionTable<Key, Value>, beginning parts: some RowCodable,
        after key: Key? = nil, limit: Int = .max
    ) throws(ProjectionError) -> [(key: Key, value: Value)] {
        try rows(of: table, prefix: parts.rowBytes, after: key?.rowBytes, limit: limit)
    }

    private func rows<Key, Value>(
        of table: ProjectionTable<Key, Value>, prefix: [UInt8], after key: [UInt8]?, limit: Int
    ) throws(ProjectionError) -> [(key: Key, value: Value)] {
        guard limit > 0 else { return [] }
        var rows: [(key: Key, value: Value)] = []
        let lower = key.map { $0 + [0] }
        try snapshot.scan(try tables.table(table.name), from: lower, prefix: prefix) {
            (key, value) throws(ProjectionError) in
            rows.append(
                (
                    key: try ProjectionTables.decode(Key.self, key, of: table.name),
                    value: try ProjectionTables.decode(Value.self, value, of: table.name)
                ))
            return rows.count < limit ? .next : .stop
        }
        return rows
    }
}
