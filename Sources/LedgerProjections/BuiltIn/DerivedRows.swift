internal import LedgerStorage

/// Where the fold of the built-in views finds rows and leaves them: in the transaction that
/// appends, or beside the live tables until they are written.
protocol DerivedRows: ~Copyable, ~Escapable {
    func copy(of key: [UInt8], in table: Table) throws(StorageError) -> [UInt8]?
    mutating func put(key: [UInt8], value: [UInt8], in table: Table) throws(StorageError)
    mutating func delete(_ key: [UInt8], in table: Table) throws(StorageError) -> Bool
    mutating func putDuplicate(
        key: [UInt8], _ number: UInt64, in table: Table
    ) throws(StorageError)
}

extension WriteTransaction: DerivedRows {
    func copy(of key: [UInt8], in table: Table) throws(StorageError) -> [UInt8]? {
        try snapshot.copy(of: key, in: table)
    }
}

/// Rows as an environment has them, with changes that are not written yet.
struct BufferedRows: ~Copyable, ~Escapable {
    private let snapshot: Snapshot
    private(set) var pending: PendingRows

    @_lifetime(copy snapshot)
    init(_ snapshot: consuming Snapshot, with pending: consuming PendingRows) {
        self.snapshot = snapshot
        self.pending = pending
    }
}

extension BufferedRows: DerivedRows {
    func copy(of key: [UInt8], in table: Table) throws(StorageError) -> [UInt8]? {
        switch pending.change(of: key, in: table) {
        case .put(let value): value
        case .delete: nil
        case nil: try snapshot.copy(of: key, in: table)
        }
    }

    mutating func put(key: [UInt8], value: [UInt8], in table: Table) throws(StorageError) {
        pending.note(.put(value), of: key, in: table)
    }

    mutating func delete(_ key: [UInt8], in table: Table) throws(StorageError) -> Bool {
        pending.note(.delete, of: key, in: table)
        return true
    }

    mutating func putDuplicate(
        key: [UInt8], _ number: UInt64, in table: Table
    ) throws(StorageError) {
        pending.note(number, of: key, in: table)
    }
}
