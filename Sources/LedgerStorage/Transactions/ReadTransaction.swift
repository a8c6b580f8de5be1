internal import CLedgerLMDB
internal import Synchronization

/// A read transaction, which ends with the value.
///
/// It stays on the thread that began it, which the gate of the environment counts it for.
@safe package struct ReadTransaction: ~Copyable {
    private let environment: Environment
    private let transaction: OpaquePointer
    private let start: Int64
    private let id: SnapshotID

    /// Takes over a transaction that was begun inside the gate of its environment.
    ///
    /// - Parameter warns: Whether to tell where it lasts long.
    init(_ begun: OpaquePointer, of environment: Environment, warns: Bool = true) {
        self.environment = environment
        unsafe transaction = begun
        start = !warns || environment.options.onLongReader == nil ? 0 : SystemClock.coarse()
        id = SnapshotID(
            transaction: unsafe mdb_txn_id(begun),
            opening: environment.openings.load(ordering: .relaxed))
    }

    deinit {
        unsafe environment.parkedReaders.park(transaction)
        environment.leave(.read)
        // Nobody wants to know where it was not noted.
        if start != 0 { environment.reportLongReader(since: start) }
    }

    /// What the transaction sees.
    package var snapshot: Snapshot {
        @_lifetime(borrow self)
        get { unsafe Snapshot(transaction, slots: environment.slots, id: id, owner: self) }
    }
}
