internal import CLedgerLMDB
internal import Glibc

extension Environment {
    /// Measures the environment; the time it takes grows with the list of free pages.
    package func statistics() throws(StorageError) -> EnvironmentStatistics {
        // Before the own read transaction, which would count itself.
        let readers = try activeReaders()
        return try read { (snapshot) throws(StorageError) in
            var information = unsafe MDB_envinfo()
            try check(unsafe mdb_env_info(handle, &information), "examine")
            var general = MDB_stat()
            try check(unsafe mdb_env_stat(handle, &general), "examine")
            let last = unsafe information.me_last_txnid
            return EnvironmentStatistics(
                tables: try statistics(of: tables, snapshot),
                pageSize: Int(general.ms_psize),
                fileSize: try dataFileSize(),
                mapSize: unsafe information.me_mapsize,
                freePages: try freePages(snapshot),
                usedPages: unsafe information.me_last_pgno + 1,
                lastTransaction: last,
                readers: readers.count,
                maxReaders: unsafe Int(information.me_maxreaders),
                oldestReaderLag: max(0, last - (readers.min() ?? last))
            )
        }
    }

    /// How many transactions the oldest open reader is behind, over all processes.
    package func oldestReaderLag() throws(StorageError) -> Int {
        let readers = try activeReaders()
        try enter(.read)
        defer { leave(.read) }
        var information = unsafe MDB_envinfo()
        try check(unsafe mdb_env_info(handle, &information), "examine")
        let last = unsafe information.me_last_txnid
        return max(0, last - (readers.min() ?? last))
    }

    /// How many pages the file has in use or free, with what other processes committed.
    package func usedPages() throws(StorageError) -> Int {
        try enter(.read)
        defer { leave(.read) }
        var information = unsafe MDB_envinfo()
        try check(unsafe mdb_env_info(handle, &information), "examine")
        return unsafe information.me_last_pgno + 1
    }

    private func statistics(
        of tables: [Table],
        _ snapshot: borrowing Snapshot
    ) throws(StorageError) -> [EnvironmentStatistics.TableStatistics] {
        var result: [EnvironmentStatistics.TableStatistics] = []
        for table in tables {
            let pages = try snapshot.statistics(of: table)
            result.append(
                EnvironmentStatistics.TableStatistics(
                    name: definitions[table.index].name,
                    entries: pages.ms_entries,
                    depth: Int(pages.ms_depth),
                    branchPages: pages.ms_branch_pages,
                    leafPages: pages.ms_leaf_pages,
                    overflowPages: pages.ms_overflow_pages
                ))
        }
        return result
    }

    private func dataFileSize() throws(StorageError) -> Int {
        var descriptor: mdb_filehandle_t = -1
        try check(unsafe mdb_env_get_fd(handle, &descriptor), "find the descriptor of")
        let file = FileDescriptor(adopting: descriptor, path: path, closesAtEnd: false)
        return Int(try file.status().st_size)
    }

    /// Adds up LMDB's list of free pages: lists of page numbers, each led by its length.
    private func freePages(_ snapshot: borrowing Snapshot) throws(StorageError) -> Int {
        var cursor: OpaquePointer?
        let freeList: MDB_dbi = 0
        try check(
            unsafe mdb_cursor_open(snapshot.transaction, freeList, &cursor), "examine")
        defer { unsafe mdb_cursor_close(cursor) }
        var (key, data) = unsafe (MDB_val(), MDB_val())
        var pages = 0
        while true {
            let code = unsafe mdb_cursor_get(cursor, &key, &data, MDB_NEXT)
            if code == MDB_NOTFOUND { return pages }
            try check(code, "examine")
            guard unsafe data.mv_size >= MemoryLayout<Int>.size, let start = unsafe data.mv_data
            else { throw .lmdb(MDB_CORRUPTED, "examine", on: path) }
            unsafe pages += start.loadUnaligned(as: Int.self)
        }
    }

    /// The transactions that open readers see, over all processes, by LMDB's reader table.
    private func activeReaders() throws(StorageError) -> [Int] {
        try enter(.read)
        defer { leave(.read) }
        guard let handle = unsafe handle else { throw reopenRequired() }
        var lines: [String] = []
        let code = unsafe withUnsafeMutablePointer(to: &lines) { lines in
            unsafe mdb_reader_list(
                handle,
                { line, context in
                    guard let line = unsafe line, let context = unsafe context else { return 0 }
                    let lines = unsafe context.assumingMemoryBound(to: [String].self)
                    unsafe lines.pointee.append(String(cString: line))
                    return 0
                }, lines)
        }
        guard code >= 0 else { throw .lmdb(code, "list the readers of", on: path) }
        // Each line is: process, thread, transaction; "-" for a slot without one; then a heading.
        return lines.compactMap { line in line.split { $0.isWhitespace }.last.flatMap { Int($0) } }
    }
}
