internal import CLedgerLMDB

/// A view of the tables as one transaction sees them.
///
/// It is lent by the environment, for reading, or by a write transaction, which it shows with its
/// changes so far. Bytes it lends point into the memory map and end with it: the compiler refuses
/// to let them out of the transaction, and to write while they are in use.
///
/// Keep read transactions short: while one is open, LMDB reuses no page that was freed since, and
/// every commit makes the file longer.
@safe package struct Snapshot: ~Copyable, ~Escapable {
    let transaction: OpaquePointer
    let slots: TableSlots
    /// What tells this state from all others that the environment shows; nil within a write, whose
    /// state changes.
    package let id: SnapshotID?

    @_lifetime(borrow owner)
    init<Owner: ~Copyable & ~Escapable>(
        _ transaction: OpaquePointer,
        slots: TableSlots,
        id: SnapshotID? = nil,
        owner: borrowing Owner
    ) {
        unsafe self.transaction = transaction
        self.slots = slots
        self.id = id
    }

    /// Lends the value of a key, or answers nil where there is none.
    ///
    /// A key that is empty or too long is in no table.
    @_lifetime(copy self)
    package func value(
        for key: borrowing Span<UInt8>,
        in table: Table
    ) throws(StorageError) -> Span<UInt8>? {
        guard key.count >= 1, key.count <= StorageLimits.maximumKeyLength else { return nil }
        let handle = try slots.handle(of: table)
        var data = unsafe MDB_val()
        let code = unsafe withLMDBValue(key) { key in
            unsafe mdb_get(transaction, handle, &key, &data)
        }
        return try unsafe lend(data, found: code, in: table)
    }

    /// Lends the value of a key of eight bytes, a number with the most significant first.
    @_lifetime(copy self)
    package func value(for number: UInt64, in table: Table) throws(StorageError) -> Span<UInt8>? {
        let handle = try slots.handle(of: table)
        var (key, data) = (number.bigEndian, unsafe MDB_val())
        let code = unsafe withUnsafeMutableBytes(of: &key) { key in
            var key = unsafe MDB_val(mv_size: key.count, mv_data: key.baseAddress)
            return unsafe mdb_get(transaction, handle, &key, &data)
        }
        return try unsafe lend(data, found: code, in: table)
    }

    @_lifetime(copy self)
    private func lend(
        _ data: MDB_val, found code: Int32, in table: Table
    ) throws(StorageError) -> Span<UInt8>? {
        if code == MDB_NOTFOUND { return nil }
        guard code == 0 else { throw .lmdb(code, "read a key of table", on: slots.name(of: table)) }
        return unsafe lend(data)
    }

    /// Copies the value of a key, or answers nil where there is none.
    package func copy(of key: [UInt8], in table: Table) throws(StorageError) -> [UInt8]? {
        guard let value = try value(for: key.span, in: table) else { return nil }
        return [UInt8](copying: value)
    }

    /// Whether a key is in a table.
    package func contains(_ key: [UInt8], in table: Table) throws(StorageError) -> Bool {
        try value(for: key.span, in: table) != nil
    }

    /// The number of entries of a table; of an append-only one, the number of its numbers.
    package func entryCount(in table: Table) throws(StorageError) -> Int {
        Int(try statistics(of: table).ms_entries)
    }

    func statistics(of table: Table) throws(StorageError) -> MDB_stat {
        var result = MDB_stat()
        let code = unsafe mdb_stat(transaction, try slots.handle(of: table), &result)
        guard code == 0 else { throw .lmdb(code, "examine table", on: slots.name(of: table)) }
        return result
    }

    /// The bytes last as long as what the snapshot is lent by, not only as long as the snapshot.
    @_lifetime(copy self)
    private func lend(_ data: MDB_val) -> Span<UInt8> {
        let buffer = unsafe UnsafeRawBufferPointer(start: data.mv_data, count: data.mv_size)
        let span = unsafe Span<UInt8>(_unsafeBytes: buffer)
        return unsafe _overrideLifetime(span, copying: self)
    }
}
