extension Environment {
    /// Runs a body on one state of all tables, which no write changes meanwhile.
    ///
    /// Bodies may read within reads and within writes, and on many threads. Keep them short: see
    /// `Snapshot`.
    package func read<R: ~Copyable, E: StorageFailure>(
        _ body: (borrowing Snapshot) throws(E) -> R
    ) throws(E) -> R {
        let transaction = try beginRead(E.self)
        return try body(transaction.snapshot)
    }

    /// Runs a body on one state of all tables that it keeps for long, and warns nobody of that.
    ///
    /// The file grows meanwhile with what others commit: the caller has to bound it.
    package func readAtLength<R: ~Copyable, E: StorageFailure>(
        _ body: (borrowing Snapshot) throws(E) -> R
    ) throws(E) -> R {
        let begun: OpaquePointer
        do { unsafe begun = try begin(.read) } catch { throw E(storage: error) }
        let transaction = unsafe ReadTransaction(begun, of: self, warns: false)
        return try body(transaction.snapshot)
    }

    /// Begins a read transaction, for a caller to whom the closure of `read` costs too much.
    @available(*, noasync, message: "a read transaction must not leave its thread")
    package func beginRead<E: StorageFailure>(_: E.Type) throws(E) -> ReadTransaction {
        let begun: OpaquePointer
        do { unsafe begun = try begin(.read) } catch { throw E(storage: error) }
        return unsafe ReadTransaction(begun, of: self)
    }

    func reportLongReader(since start: Int64) {
        guard let limit = options.longReaderWarning else { return }
        let duration = Duration.nanoseconds(SystemClock.coarse() - start)
        // The one to tell is not looked at before: that would count its users.
        guard duration > limit else { return }
        options.onLongReader?(duration)
    }
}
