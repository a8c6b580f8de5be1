internal import CLedgerLMDB
internal import Glibc
internal import Synchronization

extension Environment {
    /// The largest map that 48-bit addresses leave room for.
    private static let maximumMapSize = 1 << 46

    /// Doubles the memory map, once no transaction of this process is open.
    ///
    /// Other processes follow when they begin their next transaction.
    package func growMap() throws(StorageError) {
        try exclusively { () throws(StorageError) in
            guard let handle = unsafe handle else { throw reopenRequired() }
            try rememberMapSize()
            guard mapSize < Environment.maximumMapSize else {
                throw .lmdb(MDB_MAP_FULL, "enlarge the map of", on: path)
            }
            try unsafe resizeMap(of: handle, to: min(mapSize * 2, Environment.maximumMapSize))
        }
    }

    /// Changes the map of an environment that nobody else is in, or opens it anew as it was.
    func resizeMap(of open: OpaquePointer, to size: Int) throws(StorageError) {
        let code = unsafe mdb_env_set_mapsize(open, size)
        if code == 0 { return try rememberMapSize() }
        // LMDB takes the old map away before it asks for the new one: without it, the next
        // transaction would read from nowhere.
        closeHandle()
        try openHandle()
        throw .lmdb(code, "enlarge the map of", on: path)
    }

    /// Closes and opens the files again, once no transaction of this process is open.
    ///
    /// This is the way out after `outcomeUnknown`: afterwards a read shows whether the commit
    /// happened, and what it shows is durable. Tables stay valid. Where it fails, it may be
    /// repeated.
    package func reopen() throws(StorageError) {
        try exclusively { () throws(StorageError) in
            if unsafe handle != nil { try? rememberMapSize() }
            closeHandle()
            // LMDB would make an absent file, and take one of another format.
            guard try DataFileHeader.examine(in: directory) == .usable else {
                throw Environment.noLedger(path)
            }
            try openHandle()
            try confirmHeader()
        }
    }

    /// Makes what was found after an unknown outcome durable.
    ///
    /// After a failed write the system may show a header that is not on the disk and that it
    /// regards as written, so that synchronizing would do nothing. Storing an entry anew commits
    /// the same content under a new header, in the place of the other one.
    private func confirmHeader() throws(StorageError) {
        guard hasUnknownOutcome.load(ordering: .sequentiallyConsistent) else { return }
        guard let handle = unsafe handle else { throw reopenRequired() }
        do throws(StorageError) {
            try unsafe inTransaction(handle, flags: 0) { (begun) throws(StorageError) in
                var transaction = unsafe WriteTransaction(begun, slots: slots, owner: self)
                for table in tables where table.kind == .ordinary {
                    let first = try transaction.snapshot.firstEntry(in: table)
                    guard let (key, value) = first else { continue }
                    return try transaction.put(key: key, value: value, in: table)
                }
            }
        } catch {
            closeHandle()
            throw error
        }
        hasUnknownOutcome.store(false, ordering: .sequentiallyConsistent)
    }

    /// Frees the reader slots of processes that have died; answers how many there were.
    @discardableResult
    package func checkReaders() throws(StorageError) -> Int {
        try enter(.read)
        defer { leave(.read) }
        guard let handle = unsafe handle else { throw reopenRequired() }
        var dead: Int32 = 0
        try check(unsafe mdb_reader_check(handle, &dead), "check the readers of")
        return Int(dead)
    }

    /// The bytes that are free to this process on the file system of the environment.
    package func diskFree() throws(StorageError) -> Int { try FileSystem.free(at: directory) }
}
