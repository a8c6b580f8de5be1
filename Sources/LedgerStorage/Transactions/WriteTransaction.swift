internal import CLedgerLMDB

/// The changes of one transaction, lent to the body that makes them.
///
/// They become visible to others, and durable, together when the body has returned; when it
/// throws, none of them happens. The transaction cannot leave the body, be kept, or cross a
/// suspension: LMDB ties it to the thread that began it.
@safe package struct WriteTransaction: ~Copyable, ~Escapable {
    private let transaction: OpaquePointer
    private let slots: TableSlots
    /// The first failure after which LMDB refuses to commit.
    ///
    /// A body may catch the error of a call; the transaction is lost nevertheless, and its end
    /// must say why.
    private(set) var failure: StorageError?

    @_lifetime(borrow owner)
    init<Owner: ~Copyable & ~Escapable>(
        _ transaction: OpaquePointer,
        slots: TableSlots,
        owner: borrowing Owner
    ) {
        unsafe self.transaction = transaction
        self.slots = slots
    }

    /// The tables as this transaction sees them, with its own changes.
    ///
    /// Nothing can be written while bytes lent by it are in use.
    package var snapshot: Snapshot {
        @_lifetime(borrow self) get {
            unsafe Snapshot(transaction, slots: slots, owner: self)
        }
    }

    /// Stores a value under a key, in place of the one that is there.
    package mutating func put(
        key: [UInt8],
        value: [UInt8],
        in table: Table
    ) throws(StorageError) {
        try put(key: key.span, value: value.span, in: table)
    }

    /// Stores a value under a key, in place of the one that is there.
    package mutating func put(
        key: Span<UInt8>, value: Span<UInt8>, in table: Table
    ) throws(StorageError) {
        try put(key: key, value: value, in: table, atEnd: false)
    }

    /// Stores a value under a key; answers false, and stores nothing, where the key has one.
    package mutating func putNew(
        key: Span<UInt8>, value: Span<UInt8>, in table: Table
    ) throws(StorageError) -> Bool {
        let flags = UInt32(MDB_NOOVERWRITE)
        let code = try store(key: key, value: value, in: table, kind: .ordinary, flags: flags)
        if code == MDB_KEYEXIST { return false }
        try check(code, "write to table", table)
        return true
    }

    /// Stores a value under a key, in place of the one that is there.
    ///
    /// - Parameter atEnd: Whether the key is greater than every key of the table, which fills
    ///   pages instead of halving them; another key is then refused as out of order.
    mutating func put(
        key: Span<UInt8>, value: Span<UInt8>, in table: Table, atEnd: Bool
    ) throws(StorageError) {
        let flags = atEnd ? UInt32(MDB_APPEND) : 0
        let code = try store(key: key, value: value, in: table, kind: .ordinary, flags: flags)
        if code == MDB_KEYEXIST { throw outOfOrder(table) }
        try check(code, "write to table", table)
    }

    /// Stores a value under a key that is greater than every key of the table.
    ///
    /// Any other key is refused as out of order, and the transaction may go on.
    package mutating func append(
        key: [UInt8],
        value: [UInt8],
        in table: Table
    ) throws(StorageError) {
        try append(key: key.span, value: value.span, in: table)
    }

    /// Stores a value under a key that is greater than every key of the table.
    ///
    /// Any other key is refused as out of order, and the transaction may go on.
    package mutating func append(
        key: Span<UInt8>, value: Span<UInt8>, in table: Table
    ) throws(StorageError) {
        try put(key: key, value: value, in: table, atEnd: true)
    }

    /// Adds a number to those that an append-only table holds for a key.
    ///
    /// Adding a number that is there already changes nothing.
    package mutating func putDuplicate(
        key: [UInt8],
        _ number: UInt64,
        in table: Table
    ) throws(StorageError) {
        try putDuplicate(key: key.span, number, in: table)
    }

    /// Adds a number to those that an append-only table holds for a key.
    ///
    /// Adding a number that is there already changes nothing.
    package mutating func putDuplicate(
        key: Span<UInt8>, _ number: UInt64, in table: Table
    ) throws(StorageError) {
        try putDuplicate(key: key, PositionBytes(bigEndian: number).span, in: table)
    }

    /// - Parameter number: Its eight bytes, the most significant first.
    mutating func putDuplicate(
        key: Span<UInt8>, _ number: Span<UInt8>, in table: Table
    ) throws(StorageError) {
        let code = try store(
            key: key, value: number, in: table, kind: .appendOnlyDuplicates, flags: 0)
        try check(code, "write to table", table)
    }

    /// Removes a key and its value from an ordinary table; answers whether it was there.
    @discardableResult
    package mutating func delete(_ key: [UInt8], in table: Table) throws(StorageError) -> Bool {
        try delete(key.span, in: table)
    }

    /// Removes a key and its value from an ordinary table; answers whether it was there.
    @discardableResult
    package mutating func delete(_ key: Span<UInt8>, in table: Table) throws(StorageError) -> Bool {
        let handle = try handle(of: table, kind: .ordinary)
        guard key.count >= 1, key.count <= StorageLimits.maximumKeyLength else { return false }
        let code = unsafe withLMDBValue(key) { key in
            unsafe mdb_del(transaction, handle, &key, nil)
        }
        if code == MDB_NOTFOUND { return false }
        try check(code, "delete from table", table)
        return true
    }

    /// Removes all numbers that an append-only table holds for a key; answers whether there were
    /// any.
    @discardableResult
    package mutating func deleteDuplicates(
        of key: [UInt8], in table: Table
    ) throws(StorageError) -> Bool {
        let handle = try handle(of: table, kind: .appendOnlyDuplicates)
        guard key.count >= 1, key.count <= StorageLimits.maximumKeyLength else { return false }
        let code = unsafe withLMDBValue(key.span) { key in
            unsafe mdb_del(transaction, handle, &key, nil)
        }
        if code == MDB_NOTFOUND { return false }
        try check(code, "delete from table", table)
        return true
    }

    /// Removes every entry of a table.
    package mutating func clear(_ table: Table) throws(StorageError) {
        let handle = try slots.handle(of: table)
        try check(unsafe mdb_drop(transaction, handle, 0), "clear table", table)
    }

    /// Runs a body whose changes are undone alone when it throws.
    ///
    /// When the body returns, its changes belong to this transaction. A failure that poisons the
    /// whole transaction, such as a full map, ends it even if the caller catches the error.
    package mutating func nested<R: ~Copyable, E: StorageFailure>(
        _ body: (inout WriteTransaction) throws(E) -> R
    ) throws(E) -> R {
        let child: OpaquePointer
        do { unsafe child = try beginChild() } catch { throw E(storage: error) }
        var inner = unsafe WriteTransaction(child, slots: slots, owner: self)
        let result: R
        do {
            result = try body(&inner)
        } catch {
            failure = failure ?? inner.failure
            unsafe mdb_txn_abort(child)
            throw error
        }
        if let lost = inner.failure {
            failure = failure ?? lost
            unsafe mdb_txn_abort(child)
            throw E(storage: lost)
        }
        let code = unsafe mdb_txn_commit(child)
        guard code == 0 else { throw E(storage: note(code, "end a part of", "a transaction")) }
        return result
    }

    private mutating func beginChild() throws(StorageError) -> OpaquePointer {
        var child: OpaquePointer?
        let environment = unsafe mdb_txn_env(transaction)
        let code = unsafe mdb_txn_begin(environment, transaction, 0, &child)
        guard code == 0, let child = unsafe child else {
            throw note(code, "begin a part of", "a transaction")
        }
        return unsafe child
    }

    /// Has LMDB store an entry, and answers its code.
    private func store(
        key: Span<UInt8>,
        value: Span<UInt8>,
        in table: Table,
        kind: TableDefinition.Kind,
        flags: UInt32
    ) throws(StorageError) -> Int32 {
        let handle = try handle(of: table, kind: kind)
        try StorageLimits.checkKey(key.count, in: slots.name(of: table))
        try StorageLimits.checkValue(value.count, in: slots.name(of: table))
        return unsafe withLMDBValue(key) { key in
            unsafe withLMDBValue(value) { value in
                unsafe mdb_put(transaction, handle, &key, &value, flags)
            }
        }
    }

    private func handle(
        of table: Table,
        kind: TableDefinition.Kind
    ) throws(StorageError) -> MDB_dbi {
        let handle = try slots.handle(of: table)
        guard table.kind == kind else {
            throw .lmdb(MDB_INCOMPATIBLE, "write to table", on: slots.name(of: table))
        }
        return handle
    }

    private mutating func check(
        _ code: Int32,
        _ action: String,
        _ table: Table
    ) throws(StorageError) {
        guard code != 0 else { return }
        throw note(code, action, slots.name(of: table))
    }

    /// Translates a failure and remembers it, because LMDB will refuse to commit.
    private mutating func note(
        _ code: Int32, _ action: String, _ subject: String
    ) -> StorageError {
        let error = StorageError.lmdb(code, action, on: subject)
        failure = failure ?? error
        return error
    }

    private func outOfOrder(_ table: Table) -> StorageError {
        StorageError(
            .keyOrder,
            subject: slots.name(of: table),
            message: """
                The key to append to table \(slots.name(of: table)) is not greater than its last \
                key. Nothing was written; look for a second writer or a repeated command.
                """,
            lmdbError: MDB_KEYEXIST
        )
    }
}
