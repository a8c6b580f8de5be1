internal import LedgerStorage

/// Where the fold of the built-in views finds rows and leaves them: in the transaction that
/// appends, or beside the live tables until they are written.
protocol DerivedRows: ~Copyable, ~Escapable {
    func copy(of key: Span<UInt8>, in table: Table) throws(StorageError) -> [UInt8]?
    func contains(_ key: Span<UInt8>, in table: Table) throws(StorageError) -> Bool
    mutating func put(
        key: Span<UInt8>, value: Span<UInt8>, in table: Table
    ) throws(StorageError)
    mutating func delete(_ key: Span<UInt8>, in table: Table) throws(StorageError) -> Bool
    mutating func putDuplicate(
        key: Span<UInt8>, _ number: UInt64, in table: Table
    ) throws(StorageError)
}

extension WriteTransaction: DerivedRows {
    func copy(of key: Span<UInt8>, in table: Table) throws(StorageError) -> [UInt8]? {
        guard let value = try snapshot.value(for: key, in: table) else { return nil }
        return [UInt8](copying: value)
    }

    func contains(_ key: Span<UInt8>, in table: Table) throws(StorageError) -> Bool {
        try snapshot.value(for: key, in: table) != nil
    }
}

/// Rows as an environment has them, with changes that are not written yet.
struct BufferedRows: ~Copyable, ~Escapable {
    private let snapshot: Snapshot
    private(set) var pending: PendingRows
    /// Whether the environment has rows at all.
    private let hasWritten: Bool

    @_lifetime(copy snapshot)
    init(
        _ snapshot: consuming Snapshot, with pending: consuming PendingRows, hasWritten: Bool
    ) {
        self.snapshot = snapshot
        self.pending = pending
        self.hasWritten = hasWritten
    }
}

extension BufferedRows: DerivedRows {
    func copy(of key: Span<UInt8>, in table: Table) throws(StorageError) -> [UInt8]? {
        switch pending.change(of: key, in: table) {
        case .put(let value): return value
        case .delete: return nil
        case nil:
            guard hasWritten, let value = try snapshot.value(for: key, in: table) else {
                return nil
            }
            return [UInt8](copying: value)
        }
    }

    func contains(_ key: Span<UInt8>, in table: Table) throws(StorageError) -> Bool {
        if let has = pending.has(key, in: table) { return has }
        guard hasWritten else { return false }
        return try snapshot.value(for: key, in: table) != nil
    }

    mutating func put(
        key: Span<UInt8>, value: Span<UInt8>, in table: Table
    ) throws(StorageError) {
        pending.put(value, for: key, in: table)
    }

    mutating func delete(_ key: Span<UInt8>, in table: Table) throws(StorageError) -> Bool {
        pending.remove(key, in: table)
        return true
    }

    mutating func putDuplicate(
        key: Span<UInt8>, _ number: UInt64, in table: Table
    ) throws(StorageError) {
        pending.note(number, of: key, in: table)
    }
}
