internal import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
internal import LedgerStorage

extension ViewRebuild {
    /// How often rows are compared and put right before giving up; twice is what it takes when
    /// nobody damages them meanwhile.
    private static let maximumRounds = 8

    /// Rebuilds beside the ledger, then puts every row that differs right in one transaction.
    ///
    /// Nothing of the live tables changes before, and others append meanwhile. What is built stays
    /// when `progress` throws or the process is killed, and the next call goes on with it. Rows
    /// that nobody damaged are not written: a sound ledger stays as it is.
    ///
    /// - Parameters:
    ///   - directory: Where the new rows are built; it is made where it is absent, and nothing but
    ///     its lock is left in it.
    ///   - ledger: The ledger, by its own name.
    ///   - progress: Is told how far the work is; may throw to end it.
    /// - Returns: How the live rows compared before they were put right.
    package func replace(
        in directory: String, of ledger: [UInt8],
        progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> ViewComparison {
        try ScratchEnvironment.keep(
            ViewBuild.definitions, in: directory, for: "rebuilds the views of \(live.path)"
        ) { (environment) throws(JournalError) in
            let build = try ViewBuild(in: environment, from: log, options)
            try build.resume(of: ledger)
            try progress(step(.prepared, build))
            try build.catchUp(progress)
            try build.flush()
            try progress(step(.reached, build))
            var first: ViewComparison?
            for _ in 0..<Self.maximumRounds {
                let comparison = try compareAndKeep(build, progress)
                first = first ?? comparison
                if comparison.isIdentical, try isCheckpointRight() { break }
                try putRight(build, progress)
                try progress(step(.switched, build))
            }
            return first ?? ViewComparison(position: build.position)
        }
    }

    private func step(_ stage: RebuildProgress.Stage, _ build: ViewBuild) -> RebuildProgress {
        RebuildProgress(stage, position: build.position, target: build.position)
    }

    /// Compares, and keeps the keys of differing rows beside the new rows.
    private func compareAndKeep(
        _ build: ViewBuild, _ progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> ViewComparison {
        for name in ViewTables.Name.allCases {
            let table = try build.differing(name)
            try build.write { (transaction) throws(StorageError) in try transaction.clear(table) }
        }
        var keys = PendingRows()
        let comparison = try compare(with: build, progress) { (name, row) throws(JournalError) in
            keys.note(.put([]), of: row.key, in: try build.differing(name))
            guard keys.footprint(over: .max) > options.memoryLimit else { return }
            try build.write { (transaction) throws(StorageError) in try keys.write(to: &transaction)
            }
            keys = PendingRows()
        }
        try build.write { (transaction) throws(StorageError) in try keys.write(to: &transaction) }
        return comparison
    }

    private func isCheckpointRight() throws(JournalError) -> Bool {
        let meta = try LedgerMeta(in: live)
        return try live.read { (snapshot) throws(JournalError) in
            let head = try log.head(in: snapshot)
            return (try? meta.checkpoint(in: snapshot)) == ViewCheckpoint(position: head)
        }
    }

    /// Gives every key that was found to differ the row that it has in the new tables, as of the
    /// head, which cannot move meanwhile.
    private func putRight(
        _ build: ViewBuild, _ progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) {
        let meta = try LedgerMeta(in: live)
        try build.catchUp(progress)
        try live.writeRepeatably { (transaction) throws(JournalError) in
            let head = try build.catchUp(in: transaction.snapshot)
            try build.environment.read { (rebuilt) throws(JournalError) in
                for name in ViewTables.Name.allCases {
                    let table = build.tables.table(name)
                    try rebuilt.scan(try build.differing(name)) { (key, _) throws(JournalError) in
                        try replace(
                            [UInt8](copying: key), of: name, with: rebuilt, table, &transaction)
                        return .next
                    }
                }
            }
            try meta.setCheckpoint(ViewCheckpoint(position: head), in: &transaction)
            try progress(step(.switching, build))
        }
    }

    private func replace(
        _ key: [UInt8], of name: ViewTables.Name, with rebuilt: borrowing Snapshot, _ table: Table,
        _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        let liveTable = liveTables.table(name)
        do throws(StorageError) {
            if liveTable.kind == .appendOnlyDuplicates {
                let user = Array(key.dropLast(9))
                guard let number = UInt64(bigEndianBytes: key.suffix(8)) else { return }
                if try rebuilt.holds(number, of: user, in: table) {
                    try transaction.putDuplicate(key: user, number, in: liveTable)
                } else {
                    try transaction.deleteDuplicate(key: user, number, in: liveTable)
                }
            } else if let value = try rebuilt.copy(of: key, in: table) {
                try transaction.put(key: key, value: value, in: liveTable)
            } else {
                try transaction.delete(key, in: liveTable)
            }
        } catch {
            throw JournalError(storage: error)
        }
    }
}

extension Snapshot {
    fileprivate func holds(
        _ number: UInt64, of key: [UInt8], in table: Table
    ) throws(StorageError) -> Bool {
        var found = false
        try scanDuplicates(of: key, in: table, from: number) { (other) throws(StorageError) in
            found = other == number
            return .stop
        }
        return found
    }
}
