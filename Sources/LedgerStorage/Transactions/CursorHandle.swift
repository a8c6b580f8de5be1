internal import CLedgerLMDB

/// An LMDB cursor, with the entry that it has reached.
///
/// Safe within this module only: it must not outlive the transaction that it belongs to, which the
/// types that hold it ensure by being bound to the lifetime of a snapshot.
@safe struct CursorHandle: ~Copyable {
    /// The name of the table, for messages.
    let table: String
    private let cursor: OpaquePointer
    private var key = unsafe MDB_val()
    private var data = unsafe MDB_val()

    init(_ snapshot: borrowing Snapshot, _ table: Table) throws(StorageError) {
        let name = snapshot.slots.name(of: table)
        let handle = try snapshot.slots.handle(of: table)
        var opened: OpaquePointer?
        let code = unsafe mdb_cursor_open(snapshot.transaction, handle, &opened)
        guard code == 0, let opened = unsafe opened else {
            throw .lmdb(code, "walk table", on: name)
        }
        unsafe cursor = opened
        self.table = name
    }

    deinit { unsafe mdb_cursor_close(cursor) }

    /// Moves relative to where the cursor is.
    mutating func move(_ operation: MDB_cursor_op) -> Int32 {
        unsafe mdb_cursor_get(cursor, &key, &data, operation)
    }

    /// Moves to a key, or to the first that is not less, as the operation says.
    mutating func move(
        _ operation: MDB_cursor_op,
        key bound: borrowing Span<UInt8>
    ) -> Int32 {
        unsafe withLMDBValue(bound) { value in
            let code = unsafe mdb_cursor_get(cursor, &value, &data, operation)
            // Where nothing was found the value still points at the caller's bytes.
            if code == 0 { unsafe key = value }
            return code
        }
    }

    /// Moves to the first value of a key that is not less than a bound.
    mutating func move(
        key: borrowing Span<UInt8>,
        notLess bound: borrowing Span<UInt8>
    ) -> Int32 {
        unsafe withLMDBValue(bound) { value in
            let code = unsafe withLMDBValue(key) { key in
                unsafe mdb_cursor_get(cursor, &key, &value, MDB_GET_BOTH_RANGE)
            }
            if code == 0 { unsafe data = value }
            return code
        }
    }

    /// The key that the cursor has reached; it must have reached one.
    var currentKey: Span<UInt8> {
        @_lifetime(borrow self) get {
            let buffer = unsafe UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size)
            return unsafe _overrideLifetime(Span(_unsafeBytes: buffer), borrowing: self)
        }
    }

    /// The value that the cursor has reached; it must have reached one.
    var currentValue: Span<UInt8> {
        @_lifetime(borrow self) get {
            let buffer = unsafe UnsafeRawBufferPointer(start: data.mv_data, count: data.mv_size)
            return unsafe _overrideLifetime(Span(_unsafeBytes: buffer), borrowing: self)
        }
    }
}
