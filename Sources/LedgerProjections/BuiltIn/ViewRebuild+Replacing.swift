internal import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
internal import LedgerStorage

extension ViewRebuild {
    /// How often rows are compared before giving up; two or three times are what it takes when
    /// nobody damages them meanwhile.
    private static let maximumRounds = 8
    /// How many records are applied within the transaction that puts rows right.
    private static let mostInTransaction = 1000

    /// Rebuilds beside the ledger, then puts every row that differs right in one transaction.
    ///
    /// Nothing of the live tables changes before, and others append meanwhile. What is built stays
    /// when `progress` throws or the process is killed, but for the last seconds' work then, and
    /// the next call goes on with it. Rows that nobody damaged are not written: a sound ledger
    /// stays as it is.
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
            ViewBuild.definitions, in: directory, for: "rebuilds the views of \(live.path)",
            isNew: options.restarts
        ) { (environment) throws(JournalError) in
            let build = try ViewBuild(in: environment, from: log, options)
            try build.resume(of: ledger)
            do throws(JournalError) {
                try progress(step(.prepared, build))
                try build.catchUp(progress)
                try progress(step(.reached, build))
                return try putRight(build, progress)
            } catch {
                // Why it ended is more to the point than that this failed too.
                try? build.flush()
                throw error
            }
        }
    }

    /// Compares and puts right until nothing differs any more.
    ///
    /// - Returns: The first comparison.
    private func putRight(
        _ build: ViewBuild, _ progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> ViewComparison {
        var first: ViewComparison?
        var wasIdentical = false
        for _ in 0..<Self.maximumRounds {
            var comparison: ViewComparison
            do throws(JournalError) {
                comparison = try compareAndKeep(build, progress)
            } catch {
                // What was put right stays, and has to be told.
                if let first, case .abandoned = error.code { return first }
                throw error
            }
            comparison.hasRightCheckpoint = try isCheckpointRight()
            let isRight = comparison.isIdentical && comparison.hasRightCheckpoint
            // While records come in, a row can become wrong behind the walk.
            if isRight, wasIdentical || comparison.isOfOnePosition { return first ?? comparison }
            wasIdentical = isRight
            if isRight { continue }
            do throws(JournalError) {
                try replaceDiffering(build, progress)
            } catch {
                if let first, case .abandoned = error.code { return first }
                throw error
            }
            first = first ?? comparison
            // The rows have changed: whoever wants to stop is told of that, a little later.
            do throws(JournalError) { try progress(step(.switched, build)) } catch {
                guard case .abandoned = error.code else { throw error }
                return first ?? comparison
            }
        }
        let table = ViewTables.Name.credentials.rawValue
        guard let first else { throw JournalError(.damagedRow(table: table)) }
        throw JournalError(
            .damagedRow(table: first.tables.first { !$0.isIdentical }?.name ?? table))
    }

    private func step(_ stage: RebuildProgress.Stage, _ build: ViewBuild) -> RebuildProgress {
        RebuildProgress(stage, position: build.position, target: build.position)
    }

    /// Compares, and keeps the keys of differing rows beside the new rows.
    private func compareAndKeep(
        _ build: ViewBuild, _ progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> ViewComparison {
        for name in ViewTables.Name.allCases {
            try build.clear(try build.differing(name))
        }
        var keys = PendingRows()
        let comparison = try compare(with: build, progress) { (name, key) throws(JournalError) in
            keys.note(.put([]), of: key, in: try build.differing(name))
            guard keys.footprint(over: .max) > options.memoryLimit else { return }
            try build.write { (transaction) throws(StorageError) in try keys.write(to: &transaction)
            }
            keys = PendingRows()
        }
        guard keys.count > 0 else { return comparison }
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
    func replaceDiffering(
        _ build: ViewBuild, _ progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) {
        var isDone = false
        while !isDone {
            // Nobody else can append within the transaction: most is applied and written before it.
            try build.catchUp(progress)
            try build.flush()
            isDone = try attemptReplacing(build, progress)
        }
    }

    /// Answers whether it was done; not where too much has come in meanwhile.
    private func attemptReplacing(
        _ build: ViewBuild, _ progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> Bool {
        let meta = try LedgerMeta(in: live)
        return try live.writeRepeatably { (transaction) throws(JournalError) in
            let last = try log.head(in: transaction.snapshot)
            guard last <= build.position.advanced(by: Self.mostInTransaction) else { return false }
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
            return true
        }
    }

    private func replace(
        _ key: [UInt8], of name: ViewTables.Name, with rebuilt: borrowing Snapshot, _ table: Table,
        _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        let liveTable = liveTables.table(name)
        do throws(StorageError) {
            if liveTable.kind == .appendOnlyDuplicates {
                var numbers: [UInt64] = []
                try rebuilt.scanDuplicates(of: key, in: table) { (number) throws(StorageError) in
                    numbers.append(number)
                    return .next
                }
                try transaction.deleteDuplicates(of: key, in: liveTable)
                for number in numbers {
                    try transaction.putDuplicate(key: key, number, in: liveTable)
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
