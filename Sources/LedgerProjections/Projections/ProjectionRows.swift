internal import LedgerStorage

/// The rows of a projection while a record is applied to them.
///
/// Rows are asked for by their keys. There is no walk over a table here: a record would then cost
/// as much as the table is long.
public struct ProjectionRows: ~Copyable, ~Escapable {
    private let tables: ProjectionTables
    private let snapshot: Snapshot
    /// What earlier records change and is not written yet.
    private let pending: PendingRows
    /// What the record changes; no value stands for a row that goes.
    private(set) var changes: [RowPlace: [UInt8]?] = [:]

    @_lifetime(copy snapshot)
    init(_ tables: ProjectionTables, _ snapshot: consuming Snapshot, _ pending: PendingRows) {
        self.tables = tables
        self.snapshot = snapshot
        self.pending = pending
    }

    /// The value of a key, with what the record has changed so far.
    public func value<Key, Value>(
        for key: Key, in table: ProjectionTable<Key, Value>
    ) throws(ProjectionError) -> Value? {
        let place = try place(of: key, table)
        if let change = changes[place] {
            return try change.map { bytes throws(ProjectionError) in
                try ProjectionTables.decode(Value.self, bytes.span, of: table.name)
            }
        }
        switch pending.change(of: place.key, in: place.table) {
        case .put(let bytes):
            return try ProjectionTables.decode(Value.self, bytes.span, of: table.name)
        case .delete: return nil
        case nil: return try tables.value(Value.self, at: place, of: table.name, in: snapshot)
        }
    }

    /// Stores a value under a key, in place of the one that is there.
    public mutating func put<Key, Value>(
        _ value: Value, for key: Key, in table: ProjectionTable<Key, Value>
    ) throws(ProjectionError) {
        changes[try place(of: key, table)] = .some(value.rowBytes)
    }

    /// Removes a key and its value, if they are there.
    public mutating func remove<Key, Value>(
        _ key: Key, from table: ProjectionTable<Key, Value>
    ) throws(ProjectionError) {
        changes.updateValue(nil, forKey: try place(of: key, table))
    }

    private func place<Key, Value>(
        of key: Key, _ table: ProjectionTable<Key, Value>
    ) throws(ProjectionError) -> RowPlace {
        try tables.place(of: key.rowBytes, in: table.name)
    }
}

/// A row, by its table and its key.
struct RowPlace: Hashable {
    let table: Table
    let key: [UInt8]
}
