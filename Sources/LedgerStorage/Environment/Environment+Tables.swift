internal import CLedgerLMDB

extension Environment {
    /// Opens all tables, and makes those that are missing where that is allowed.
    ///
    /// The handles come from transactions that commit: one that aborts would close them again.
    func openTables(_ environment: OpaquePointer) throws(StorageError) {
        let missing = try unsafe openExistingTables(environment)
        guard let first = missing.first else { return }
        if missing.count < definitions.count {
            let mayAdd = try unsafe inTransaction(environment, flags: UInt32(MDB_RDONLY)) {
                (transaction) throws(StorageError) in
                let snapshot = unsafe Snapshot(transaction, slots: slots, owner: self)
                return options.mayAddTables(self, snapshot)
            }
            guard mayAdd else { return }
        }
        guard options.access != .readOnly else { throw missingTable(definitions[first]) }
        try unsafe inTransaction(environment, flags: 0) { (transaction) throws(StorageError) in
            // Another process may have made them in the meantime; making is opening then.
            for index in missing {
                try unsafe openTable(index, transaction, UInt32(MDB_CREATE))
            }
        }
    }

    /// Refuses a file of something else before any file is made beside it.
    ///
    /// The file is looked at without LMDB's lock: where our own lock file is absent, no ledger is
    /// open there.
    func refuseForeignContents() throws(StorageError) {
        var created: OpaquePointer?
        let code = unsafe mdb_env_create(&created)
        guard code == 0, let created = unsafe created else {
            throw .lmdb(code, "prepare to examine", on: path)
        }
        defer { unsafe mdb_env_close(created) }
        try unsafe configure(created)
        let flags = UInt32(MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS)
        try check(unsafe mdb_env_open(created, path, flags, 0o600), "examine")
        _ = try unsafe openExistingTables(created)
    }

    /// - Returns: the places of the definitions whose tables do not exist.
    private func openExistingTables(_ environment: OpaquePointer) throws(StorageError) -> [Int] {
        try unsafe inTransaction(environment, flags: UInt32(MDB_RDONLY)) {
            (transaction) throws(StorageError) in
            var missing: [Int] = []
            for index in definitions.indices {
                let exists = try unsafe openTable(index, transaction, 0)
                if !exists { missing.append(index) }
            }
            let lacksEssential = missing.contains { definitions[$0].isEssential }
            if !missing.isEmpty, lacksEssential || missing.count == definitions.count {
                try unsafe refuseForeign(transaction)
            }
            return missing
        }
    }

    /// - Returns: whether the table exists.
    @discardableResult
    private func openTable(
        _ index: Int,
        _ transaction: OpaquePointer,
        _ creation: UInt32
    ) throws(StorageError) -> Bool {
        let definition = definitions[index]
        let wanted: Int32
        switch definition.kind {
        case .ordinary: wanted = 0
        case .appendOnlyDuplicates: wanted = MDB_DUPSORT | MDB_DUPFIXED
        }
        var table: MDB_dbi = 0
        let code = unsafe mdb_dbi_open(
            transaction, definition.name, UInt32(wanted) | creation, &table)
        if code == MDB_NOTFOUND, creation == 0 { return false }
        guard code == 0 else { throw .lmdb(code, "open table", on: definition.name) }
        // The flags of an existing table win over those it is opened with, without an error.
        var found: UInt32 = 0
        try check(unsafe mdb_dbi_flags(transaction, table, &found), "examine the tables of")
        guard found == UInt32(wanted) else {
            throw .lmdb(MDB_INCOMPATIBLE, "open table", on: definition.name)
        }
        slots.set(table, at: index)
        return true
    }

    /// Refuses a file that has tables, but none of ours: it belongs to something else.
    private func refuseForeign(_ transaction: OpaquePointer) throws(StorageError) {
        var main: MDB_dbi = 0
        try check(unsafe mdb_dbi_open(transaction, nil, 0, &main), "examine the tables of")
        var statistics = MDB_stat()
        try check(unsafe mdb_stat(transaction, main, &statistics), "examine the tables of")
        guard statistics.ms_entries > 0 else { return }
        throw StorageError(
            .notALedger,
            subject: path,
            message: """
                \(path) is an LMDB environment of something else: it has none of the tables \
                asked for. Its data was not changed. Check the path.
                """
        )
    }

    private func missingTable(_ definition: TableDefinition) -> StorageError {
        StorageError(
            .missingTable(name: definition.name),
            subject: path,
            message: """
                \(path) lacks table \(definition.name), and was opened read-only. Open it for \
                writing once with this version.
                """
        )
    }

    /// Runs a body in a transaction outside the gate, in which nobody else may be.
    func inTransaction<Result>(
        _ environment: OpaquePointer,
        flags: UInt32,
        _ body: (OpaquePointer) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        var begun: OpaquePointer?
        var code = unsafe mdb_txn_begin(environment, nil, flags, &begun)
        if code == MDB_MAP_RESIZED {
            try check(unsafe mdb_env_set_mapsize(environment, mapSize * 2), "enlarge the map of")
            code = unsafe mdb_txn_begin(environment, nil, flags, &begun)
        }
        guard code == 0, let transaction = unsafe begun else {
            throw .lmdb(code, "begin a transaction on", on: path)
        }
        let result: Result
        do {
            result = try unsafe body(transaction)
        } catch {
            unsafe mdb_txn_abort(transaction)
            throw error
        }
        try check(unsafe mdb_txn_commit(transaction), "commit to")
        return result
    }
}
