internal import CLedgerLMDB
internal import Glibc

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
            let size = min(mapSize * 2, Environment.maximumMapSize)
            try check(unsafe mdb_env_set_mapsize(handle, size), "enlarge the map of")
            mapSize = size
        }
    }

    /// Closes and opens the files again, once no transaction of this process is open.
    ///
    /// This is the way out after `outcomeUnknown`: afterwards a read shows whether the commit is
    /// on the disk. Tables stay valid. Where it fails, it may be repeated.
    package func reopen() throws(StorageError) {
        try exclusively { () throws(StorageError) in
            if unsafe handle != nil { try? rememberMapSize() }
            closeHandle()
            // The file may have been replaced by one of another format in the meantime.
            _ = try DataFileHeader.examine(in: directory)
            try openHandle()
        }
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
