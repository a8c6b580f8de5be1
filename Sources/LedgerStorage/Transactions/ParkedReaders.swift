internal import CLedgerLMDB
internal import Synchronization

/// Read transactions that wait to be used again; beginning one of these takes no lock of LMDB.
///
/// A parked one sees nothing and holds no page, only its slot in the table of readers. It is taken
/// and parked inside the gate of its environment, and so never while the map moves.
final class ParkedReaders: Sendable {
    /// Sendable: a transaction belongs either to the list, which a lock guards, or to its taker.
    @safe private struct Parked: @unchecked Sendable {
        let transaction: OpaquePointer
    }

    private let limit: Int
    private let parked = Mutex<[Parked]>([])

    /// - Parameter slots: How many readers all processes together may have: a few processes that
    ///   read no more must not keep them all.
    init(slots: Int) {
        limit = max(1, min(16, slots / 64))
    }

    /// Takes a parked transaction, which has to be renewed before use.
    func take() -> OpaquePointer? {
        unsafe parked.withLock { $0.popLast() }?.transaction
    }

    /// Ends the view of a transaction and keeps it, unless enough are kept.
    func park(_ transaction: OpaquePointer) {
        unsafe mdb_txn_reset(transaction)
        let reader = unsafe Parked(transaction: transaction)
        let isKept = parked.withLock { parked in
            guard parked.count < limit else { return false }
            parked.append(reader)
            return true
        }
        if !isKept { unsafe mdb_txn_abort(transaction) }
    }

    /// Ends all of them, which has to happen before their environment ends.
    func endAll() {
        parked.withLock { parked in
            for reader in parked { unsafe mdb_txn_abort(reader.transaction) }
            parked.removeAll(keepingCapacity: true)
        }
    }
}
