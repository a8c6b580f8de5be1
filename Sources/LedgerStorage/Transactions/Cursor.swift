internal import CLedgerLMDB

/// A walk over a range of a table, one entry at a time.
///
/// Two cursors of two environments can be advanced in step, to compare their tables. Entries stay
/// usable after the next call; they end with the transaction.
package struct Cursor: ~Copyable, ~Escapable {
    private var handle: CursorHandle
    private let range: KeyRange
    private let reversed: Bool
    private let distinct: Bool
    private var hasStarted = false
    private var hasEnded = false

    @_lifetime(copy snapshot)
    init(
        _ snapshot: borrowing Snapshot,
        _ table: Table,
        range: KeyRange,
        reversed: Bool,
        distinct: Bool = false
    ) throws(StorageError) {
        handle = try CursorHandle(snapshot, table)
        self.range = range
        self.reversed = reversed
        self.distinct = distinct
    }

    /// Moves to the next entry and lends it, or answers nil at the end.
    @_lifetime(copy self)
    package mutating func next() throws(StorageError) -> Entry? {
        guard try advance() else { return nil }
        let entry = Entry(key: handle.currentKey, value: handle.currentValue)
        // The bytes are in the map, not in the cursor: they last as long as the transaction.
        return unsafe _overrideLifetime(entry, copying: self)
    }

    /// Moves to the next entry of the range; false at the end.
    mutating func advance() throws(StorageError) -> Bool {
        guard !hasEnded else { return false }
        let code = hasStarted ? step() : start()
        hasStarted = true
        guard code == 0 || code == MDB_NOTFOUND else {
            throw .lmdb(code, "walk table", on: handle.table)
        }
        hasEnded = code == MDB_NOTFOUND || !isInRange
        return !hasEnded
    }

    /// The key that the walk has reached; it must have reached one.
    var currentKey: Span<UInt8> { @_lifetime(borrow self) get { handle.currentKey } }

    /// The value that the walk has reached; it must have reached one.
    var currentValue: Span<UInt8> { @_lifetime(borrow self) get { handle.currentValue } }

    private var isInRange: Bool {
        if reversed {
            guard let lower = range.lower else { return true }
            return compareKeys(handle.currentKey, lower.span) >= 0
        }
        guard let upper = range.upper else { return true }
        return compareKeys(handle.currentKey, upper.span) < 0
    }

    private mutating func step() -> Int32 {
        if distinct { return handle.move(reversed ? MDB_PREV_NODUP : MDB_NEXT_NODUP) }
        return handle.move(reversed ? MDB_PREV : MDB_NEXT)
    }

    private mutating func start() -> Int32 {
        guard reversed else {
            guard let lower = range.lower else { return handle.move(MDB_FIRST) }
            return handle.move(MDB_SET_RANGE, key: lower.span)
        }
        guard let upper = range.upper else { return handle.move(MDB_LAST) }
        // An empty upper bound excludes every key.
        if upper.isEmpty { return MDB_NOTFOUND }
        let code = handle.move(MDB_SET_RANGE, key: upper.span)
        if code == MDB_NOTFOUND { return handle.move(MDB_LAST) }
        return code == 0 ? handle.move(MDB_PREV) : code
    }
}

/// A key and its value, as a cursor lends them.
package struct Entry: ~Escapable {
    /// The bytes of the key.
    package let key: Span<UInt8>
    /// The bytes of the value.
    package let value: Span<UInt8>

    @_lifetime(copy key, copy value)
    init(key: Span<UInt8>, value: Span<UInt8>) {
        self.key = key
        self.value = value
    }
}
