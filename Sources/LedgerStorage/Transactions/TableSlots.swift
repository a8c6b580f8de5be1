internal import CLedgerLMDB

/// The LMDB handles of an environment's tables, at an address that does not change.
///
/// Safe to pass around: the memory lives as long as the environment that allocated it, and every
/// holder is either that environment or a value whose lifetime is bound to one of its transactions.
@safe struct TableSlots {
    private let slots: UnsafeMutablePointer<Slot>
    let count: Int
    let environment: UInt64

    /// No table of a name has this handle: it is that of LMDB's list of free pages.
    private static let none: MDB_dbi = 0

    private struct Slot {
        let name: String
        var handle: MDB_dbi
    }

    init(names: [String], environment: UInt64) {
        unsafe slots = .allocate(capacity: max(names.count, 1))
        count = names.count
        self.environment = environment
        for (index, name) in names.enumerated() {
            unsafe (slots + index).initialize(to: Slot(name: name, handle: Self.none))
        }
    }

    /// Frees the memory; no transaction may be left.
    func deallocate() {
        unsafe slots.deinitialize(count: count)
        unsafe slots.deallocate()
    }

    /// Stores a table's handle; the environment must be held exclusively.
    func set(_ handle: MDB_dbi, at index: Int) {
        precondition(index >= 0 && index < count, "no such table")
        unsafe slots[index].handle = handle
    }

    /// The LMDB handle of a table.
    func handle(of table: Table) throws(StorageError) -> MDB_dbi {
        guard table.environment == environment, table.index < count else { throw foreign() }
        let handle = unsafe slots[table.index].handle
        if handle == Self.none { throw missing(name(of: table)) }
        return handle
    }

    /// The name of a table, for messages.
    func name(of table: Table) -> String {
        guard table.environment == environment, table.index < count else { return "?" }
        return unsafe slots[table.index].name
    }

    private func missing(_ name: String) -> StorageError {
        StorageError(
            .missingTable(name: name),
            subject: name,
            message: """
                The environment has no table \(name), and none was made in it. Open it with the \
                version that made it.
                """
        )
    }

    private func foreign() -> StorageError {
        StorageError(
            .missingTable(name: "?"),
            subject: "?",
            message: """
                A table of another environment was used in this transaction. Ask the environment \
                that the transaction belongs to for its own table.
                """
        )
    }
}
