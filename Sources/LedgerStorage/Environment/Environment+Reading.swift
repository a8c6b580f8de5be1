internal import CLedgerLMDB

extension Environment {
    /// Runs a body on one state of all tables, which no write changes meanwhile.
    ///
    /// Bodies may read within reads and within writes, and on many threads. Keep them short: see
    /// `Snapshot`.
    package func read<R: ~Copyable, E: StorageFailure>(
        _ body: (borrowing Snapshot) throws(E) -> R
    ) throws(E) -> R {
        let transaction: OpaquePointer
        let start = options.onLongReader == nil ? 0 : SystemClock.monotonic()
        do { unsafe transaction = try begin(.read) } catch { throw E(storage: error) }
        defer {
            unsafe mdb_txn_abort(transaction)
            leave(.read)
            reportLongReader(since: start)
        }
        return try body(unsafe Snapshot(transaction, slots: slots, owner: self))
    }

    private func reportLongReader(since start: Int64) {
        guard let limit = options.longReaderWarning, let report = options.onLongReader else {
            return
        }
        let duration = Duration.nanoseconds(SystemClock.monotonic() - start)
        if duration > limit { report(duration) }
    }
}
