internal import CLedgerLMDB
internal import Glibc
internal import Synchronization

extension Environment {
    /// How often commits look for slots of readers whose process has died.
    private static let commitsPerReaderCheck = 64

    /// Whether it was opened for writing.
    package var isWritable: Bool { options.access != .readOnly }

    /// Runs a body that changes tables, and commits when it returns.
    ///
    /// Returns only once the changes are durable. When the body throws, nothing has changed. The
    /// transaction begins and ends on the calling thread within this call, which LMDB demands;
    /// hence no asynchronous function may call it.
    ///
    /// When the map is full this throws `mapFull`, whatever the body made of that error; see
    /// `writeRepeatably`.
    ///
    /// - Parameters:
    ///   - ignoringFreeSpaceReserve: for work that makes room, such as erasing and compacting.
    ///   - body: makes the changes.
    @available(*, noasync, message: "a write transaction must not leave its thread")
    package func write<R: ~Copyable, E: StorageFailure>(
        ignoringFreeSpaceReserve: Bool = false,
        _ body: (inout WriteTransaction) throws(E) -> R
    ) throws(E) -> R {
        switch try attempt(ignoringFreeSpaceReserve, body) {
        case .committed(let result): return result
        case .failed(let error): throw E(storage: error)
        }
    }

    /// Runs a body that changes tables; where the map is full, enlarges it and runs the body again.
    ///
    /// Enlarging waits for the transactions of other threads. Inside a read of the own thread it
    /// is refused as `transactionInProgress`.
    ///
    /// - Parameters:
    ///   - ignoringFreeSpaceReserve: for work that makes room, such as erasing and compacting.
    ///   - body: makes the changes. It may run several times, each time on an unchanged state, and
    ///     so must have no other effects.
    @available(*, noasync, message: "a write transaction must not leave its thread")
    package func writeRepeatably<R: ~Copyable, E: StorageFailure>(
        ignoringFreeSpaceReserve: Bool = false,
        _ body: (inout WriteTransaction) throws(E) -> R
    ) throws(E) -> R {
        while true {
            switch try attempt(ignoringFreeSpaceReserve, body) {
            case .committed(let result): return result
            case .failed(let error):
                guard error.code == .mapFull else { throw E(storage: error) }
                do { try growMap() } catch { throw E(storage: error) }
            }
        }
    }

    private enum Outcome<R: ~Copyable>: ~Copyable {
        case committed(R)
        case failed(StorageError)
    }

    private func attempt<R: ~Copyable, E: StorageFailure>(
        _ ignoringFreeSpaceReserve: Bool,
        _ body: (inout WriteTransaction) throws(E) -> R
    ) throws(E) -> Outcome<R> {
        let begun: OpaquePointer
        do throws(StorageError) {
            try checkWritable(ignoringFreeSpaceReserve)
            unsafe begun = try begin(.write)
        } catch {
            return .failed(error)
        }
        defer { leave(.write) }
        var transaction = unsafe WriteTransaction(begun, slots: slots, owner: self)
        let result: R
        do {
            result = try body(&transaction)
        } catch {
            unsafe mdb_txn_abort(begun)
            if let failure = transaction.failure, failure.code == .mapFull {
                return .failed(failure)
            }
            throw error
        }
        if let failure = transaction.failure {
            unsafe mdb_txn_abort(begun)
            return .failed(failure)
        }
        if let failure = unsafe commit(begun) { return .failed(failure) }
        return .committed(result)
    }

    private func checkWritable(_ ignoringFreeSpaceReserve: Bool) throws(StorageError) {
        guard isWritable else {
            throw StorageError(
                .readOnly, subject: path,
                message: "\(path) was opened read-only. Open it for writing.")
        }
        guard options.freeSpaceReserve > 0, !ignoringFreeSpaceReserve else { return }
        let free = try diskFree()
        guard free < options.freeSpaceReserve else { return }
        throw StorageError(
            .diskFull, subject: path,
            message: """
                Only \(free) bytes are free on the file system of \(path), less than the reserve \
                of \(options.freeSpaceReserve). Free space, then try again.
                """)
    }

    /// Commits; LMDB frees the transaction in every case.
    private func commit(_ transaction: OpaquePointer) -> StorageError? {
        let code = unsafe mdb_txn_commit(transaction)
        guard code == 0 else { return failedCommit(code) }
        let count = commits.add(1, ordering: .relaxed).newValue
        if count % Environment.commitsPerReaderCheck == 0 {
            _ = unsafe mdb_reader_check(handle, nil)
        }
        return nil
    }

    /// Whether LMDB says that writing failed where only a part found room: a full disk.
    private func isShortWrite(_ code: Int32) -> Bool {
        code == EIO && ((try? diskFree()) ?? .max) < 1 << 20
    }

    /// Tells a commit that did not happen from one that may have.
    ///
    /// When the pages could not be synchronized, nothing refers to them and the next commit may
    /// succeed. When the meta page failed, LMDB refuses every transaction from then on, and the
    /// meta page may or may not have reached the disk.
    private func failedCommit(_ code: Int32) -> StorageError {
        var probe: OpaquePointer?
        parkedReaders.endAll()
        // Any other answer, such as that all slots are taken, comes before LMDB looks.
        if unsafe mdb_txn_begin(handle, nil, UInt32(MDB_RDONLY), &probe) == 0 {
            unsafe mdb_txn_abort(probe)
            return .lmdb(isShortWrite(code) ? ENOSPC : code, "commit to", on: path)
        }
        hasUnknownOutcome.store(true, ordering: .sequentiallyConsistent)
        let cause = code > 0 ? StorageError.describe(code) : "LMDB code \(code)"
        return StorageError(
            .outcomeUnknown, subject: path,
            message: """
                The commit to \(path) failed while its header was written (\(cause)); it may or \
                may not be on the disk. Reopen the environment and look.
                """,
            systemError: code > 0 ? code : nil,
            lmdbError: code < 0 ? code : nil)
    }
}
