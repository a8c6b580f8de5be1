internal import CLedgerLMDB

/// A walk over the keys of a table that begin with some bytes, which takes no memory but LMDB's.
package struct PrefixCursor: ~Copyable, ~Escapable {
    private var handle: CursorHandle
    private let prefix: Span<UInt8>
    private var hasStarted = false
    private var hasEnded = false

    @_lifetime(copy snapshot, copy prefix)
    init(
        _ snapshot: borrowing Snapshot, _ table: Table, _ prefix: Span<UInt8>
    ) throws(StorageError) {
        handle = try CursorHandle(snapshot, table)
        self.prefix = prefix
    }

    /// Moves to the next entry; false at the end, however often it is asked there.
    package mutating func advance() throws(StorageError) -> Bool {
        if hasEnded { return false }
        let code = hasStarted ? handle.move(MDB_NEXT) : start()
        hasStarted = true
        guard code == 0 || code == MDB_NOTFOUND else {
            throw .lmdb(code, "walk table", on: handle.table)
        }
        hasEnded = code == MDB_NOTFOUND || !beginsWith(prefix, handle.currentKey)
        return !hasEnded
    }

    private mutating func start() -> Int32 {
        // LMDB refuses to look for an empty key, and no key begins with what is longer than any.
        guard 1...StorageLimits.maximumKeyLength ~= prefix.count else { return MDB_NOTFOUND }
        return handle.move(MDB_SET_RANGE, key: prefix)
    }

    /// What follows the prefix in the key that the walk has reached; it must have reached one.
    package var restOfKey: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let key = handle.currentKey
            return key.extracting(prefix.count..<key.count)
        }
    }

    /// The value that the walk has reached; it must have reached one.
    package var value: Span<UInt8> {
        @_lifetime(borrow self)
        get { handle.currentValue }
    }
}

extension Snapshot {
    /// Opens a walk over the keys that begin with some bytes, in their order; over none where these
    /// are empty or longer than any key.
    @_lifetime(copy self, copy prefix)
    package func cursor(
        in table: Table, startingWith prefix: Span<UInt8>
    ) throws(StorageError) -> PrefixCursor {
        try PrefixCursor(self, table, prefix)
    }
}
