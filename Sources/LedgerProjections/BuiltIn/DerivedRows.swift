internal import LedgerJournal
internal import LedgerStorage

/// Where the fold of the built-in views finds rows and leaves them: in the transaction that
/// appends, or beside the live tables until they are written.
protocol DerivedRows: ~Copyable, ~Escapable {
    /// Runs a body with the value of a key, none where there is none.
    func read<R>(
        _ key: Span<UInt8>, in table: Table, _ body: (Span<UInt8>?) throws(JournalError) -> R
    ) throws(JournalError) -> R
    mutating func put(key: Span<UInt8>, value: Span<UInt8>, in table: Table) throws(StorageError)
    /// Stores a value under a key; answers false, and stores nothing, where the key has one.
    mutating func putNew(
        key: Span<UInt8>, value: Span<UInt8>, in table: Table
    ) throws(StorageError) -> Bool
    mutating func delete(_ key: Span<UInt8>, in table: Table) throws(StorageError) -> Bool
    mutating func putDuplicate(
        key: Span<UInt8>, _ number: UInt64, in table: Table
    ) throws(StorageError)
}

extension WriteTransaction: DerivedRows {
    func read<R>(
        _ key: Span<UInt8>, in table: Table, _ body: (Span<UInt8>?) throws(JournalError) -> R
    ) throws(JournalError) -> R {
        let snapshot = snapshot
        let value: Span<UInt8>?
        do { value = try snapshot.value(for: key, in: table) } catch {
            throw JournalError(storage: error)
        }
        return try body(value)
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
    func read<R>(
        _ key: Span<UInt8>, in table: Table, _ body: (Span<UInt8>?) throws(JournalError) -> R
    ) throws(JournalError) -> R {
        switch pending.change(of: key, in: table) {
        case .put(let value): return try body(value.span)
        case .delete: return try body(nil)
        case nil:
            guard hasWritten else { return try body(nil) }
            let value: Span<UInt8>?
            do { value = try snapshot.value(for: key, in: table) } catch {
                throw JournalError(storage: error)
            }
            return try body(value)
        }
    }

    mutating func put(key: Span<UInt8>, value: Span<UInt8>, in table: Table) throws(StorageError) {
        try snapshot.requireKey(key, in: table)
        pending.put(value, for: key, in: table)
    }

    mutating func putNew(
        key: Span<UInt8>, value: Span<UInt8>, in table: Table
    ) throws(StorageError) -> Bool {
        try snapshot.requireKey(key, in: table)
        switch pending.has(key, in: table) {
        case true?: return false
        case false?: break
        case nil: if hasWritten, try snapshot.value(for: key, in: table) != nil { return false }
        }
        pending.put(value, for: key, in: table)
        return true
    }

    mutating func delete(_ key: Span<UInt8>, in table: Table) throws(StorageError) -> Bool {
        pending.remove(key, in: table)
        return true
    }

    mutating func putDuplicate(
        key: Span<UInt8>, _ number: UInt64, in table: Table
    ) throws(StorageError) {
        try snapshot.requireKey(key, in: table)
        pending.note(number, of: key, in: table)
    }
}
