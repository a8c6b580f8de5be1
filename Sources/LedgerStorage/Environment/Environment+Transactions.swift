internal import CLedgerLMDB
internal import Glibc

extension Environment {
    /// Enters the gate and begins a transaction; deals with what can be dealt with.
    ///
    /// The caller ends the transaction and then leaves the gate, on the same thread.
    func begin(_ kind: TransactionGate.Kind) throws(StorageError) -> OpaquePointer {
        // Another process may enlarge the map again while this one follows.
        for _ in 0..<8 {
            try enter(kind)
            var begun: OpaquePointer?
            let code = unsafe tryBegin(kind, &begun)
            if code == 0, let transaction = unsafe begun { return unsafe transaction }
            let isOpen = unsafe handle != nil
            leave(kind)
            guard isOpen else { throw reopenRequired() }
            guard code == MDB_MAP_RESIZED else {
                throw .lmdb(code, "begin a transaction on", on: path)
            }
            try adoptMapSize()
        }
        throw .lmdb(MDB_MAP_RESIZED, "begin a transaction on", on: path)
    }

    private func tryBegin(_ kind: TransactionGate.Kind, _ begun: inout OpaquePointer?) -> Int32 {
        guard let handle = unsafe handle else { return MDB_PANIC }
        if kind == .read, let parked = unsafe parkedReaders.take() {
            let code = unsafe mdb_txn_renew(parked)
            if code == 0 { unsafe begun = parked } else { unsafe mdb_txn_abort(parked) }
            return code
        }
        let flags = kind == .read ? UInt32(MDB_RDONLY) : 0
        let code = unsafe mdb_txn_begin(handle, nil, flags, &begun)
        guard code == MDB_READERS_FULL else { return code }
        // The slots of processes that died are taken until somebody looks.
        _ = unsafe mdb_reader_check(handle, nil)
        return unsafe mdb_txn_begin(handle, nil, flags, &begun)
    }

    /// Maps at least as much as another process has made use of.
    ///
    /// Not as much as it has mapped: that may be more than there is room for in this process.
    private func adoptMapSize() throws(StorageError) {
        try exclusively { () throws(StorageError) in
            guard let handle = unsafe handle else { throw reopenRequired() }
            try rememberMapSize()
            // LMDB takes more where that much is in use.
            try unsafe resizeMap(of: handle, to: mapSize * 2)
        }
    }

    func rememberMapSize() throws(StorageError) {
        var information = unsafe MDB_envinfo()
        try check(unsafe mdb_env_info(handle, &information), "examine")
        mapSize = unsafe information.me_mapsize
    }

    func enter(_ kind: TransactionGate.Kind) throws(StorageError) {
        // Before any lock is touched: in a forked child another thread may hold it for ever.
        try requireOwnProcess()
        do { try gate.enter(kind) } catch { throw refusal(error) }
    }

    func leave(_ kind: TransactionGate.Kind) {
        if gate.leave(kind) { tearDown() }
    }

    /// Runs a body once no transaction of this process is open, and before any other begins.
    func exclusively<R>(_ body: () throws(StorageError) -> R) throws(StorageError) -> R {
        try requireOwnProcess()
        do { try gate.beginExclusive() } catch { throw refusal(error) }
        defer { gate.endExclusive() }
        return try body()
    }

    func reopenRequired() -> StorageError { .lmdb(MDB_PANIC, "begin a transaction on", on: path) }

    private func refusal(_ refusal: TransactionGate.Refusal) -> StorageError {
        switch refusal {
        case .closed:
            StorageError(
                .closed, subject: path,
                message: "\(path) has been closed by this process. Open it again.")
        case .insideTransaction:
            StorageError(
                .transactionInProgress, subject: path,
                message: """
                    The calling thread is inside a transaction of \(path) and would wait for \
                    itself. End the transaction first, or use a nested one.
                    """)
        }
    }

    /// Refuses a process that inherited the environment through fork.
    package func requireOwnProcess() throws(StorageError) {
        guard ProcessIdentity.current != process else { return }
        throw StorageError(
            .forked, subject: path,
            message: """
                \(path) was opened by process \(process) and inherited through fork by process \
                \(ProcessIdentity.current), which must not use it. Open it in the child, or start \
                the child with posix_spawn.
                """)
    }
}
