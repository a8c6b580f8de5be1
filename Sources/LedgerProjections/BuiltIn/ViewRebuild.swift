package import LedgerDomain
package import LedgerJournal
package import LedgerStorage

/// Rebuilds the derived tables from the log alone, and compares them with the live ones or puts
/// them right.
package struct ViewRebuild: Sendable {
    let log: FollowedLog
    let liveTables: ViewTables
    let options: RebuildOptions
    /// How many rows are compared in one transaction.
    var comparedAtOnce = 50_000

    /// Rebuilds what an environment holds.
    package init(
        of live: Environment, _ options: RebuildOptions = RebuildOptions()
    ) throws(JournalError) {
        self.options = options
        log = try FollowedLog(live)
        liveTables = try ViewTables(in: live)
    }

    /// The environment of the live tables, and of the log.
    var live: Environment { log.environment }

    /// Rebuilds into a scratch environment up to the head, compares table by table, and throws
    /// it away.
    ///
    /// Transactions are short. Where others append meanwhile, the comparison goes on with what
    /// they left: each row is compared as of some position, which need not be the same for all.
    ///
    /// - Parameters:
    ///   - scratch: The directory for the scratch environment; the system's temporary one where
    ///     left out.
    ///   - limit: How many differing rows of each table to list.
    ///   - progress: Is told how far the rebuild is; may throw to end it.
    package func compare(
        in scratch: String? = nil, listing limit: Int = 0,
        progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> ViewComparison {
        try ScratchEnvironment.lend(ViewBuild.definitions, in: scratch) {
            (environment) throws(JournalError) in
            let build = try ViewBuild(in: environment, from: log, options)
            try build.catchUp(progress)
            return try compare(with: build, listing: limit, progress)
        }
    }

    /// Compares all tables, in short transactions.
    ///
    /// - Parameter found: Is given the key of each row that differs.
    func compare(
        with build: ViewBuild, listing limit: Int = 0,
        _ progress: (RebuildProgress) throws(JournalError) -> Void,
        found: (ViewTables.Name, [UInt8]) throws(JournalError) -> Void = { _, _ in }
    ) throws(JournalError) -> ViewComparison {
        try build.catchUp(progress)
        if build.isInMemory {
            let comparison = try compareInMemory(build, listing: limit, progress, found: found)
            if let comparison { return comparison }
            try build.flush()
        }
        var comparison = ViewComparison(position: build.position)
        for name in ViewTables.Name.allCases {
            var table = TableComparison(name.rawValue, listing: limit)
            var (isDone, first) = (false, Position?.none)
            while !isDone {
                // What came in meanwhile, for the most part outside the transaction that follows.
                try build.catchUp(progress)
                var keys: [[UInt8]] = []
                (isDone, comparison.position) = try live.read { (snapshot) throws(JournalError) in
                    let position = try build.catchUp(in: snapshot)
                    let isDone = try build.environment.read { (rebuilt) throws(JournalError) in
                        try table.advance(
                            live: snapshot, liveTables.table(name), rebuilt: rebuilt,
                            build.tables.table(name), rows: comparedAtOnce
                        ) { keys.append(differing: $0.tableKey) }
                    }
                    return (isDone, position)
                }
                for key in keys { try found(name, key) }
                first = first ?? comparison.position
                comparison.first = comparison.first ?? first
                try progress(
                    RebuildProgress(
                        .compared, position: comparison.position, target: comparison.position))
            }
            comparison.add(table.difference, isOfOnePosition: first == comparison.position)
        }
        return comparison
    }

    /// Compares all tables with rows of which none is written; nil where that was given up.
    private func compareInMemory(
        _ build: ViewBuild, listing limit: Int,
        _ progress: (RebuildProgress) throws(JournalError) -> Void,
        found: (ViewTables.Name, [UInt8]) throws(JournalError) -> Void
    ) throws(JournalError) -> ViewComparison? {
        let position = build.position
        let memory = MemoryComparison(
            of: build.rowsInMemory(), at: position, listing: limit, atOnce: comparedAtOnce, log,
            liveTables)
        try build.run(beside: { memory.help() }) { () throws(JournalError) in
            try memory.run { () throws(JournalError) in
                try progress(RebuildProgress(.compared, position: position, target: position))
            }
        }
        guard let tables = memory.compared else { return nil }
        var comparison = ViewComparison(position: position)
        comparison.first = position
        for (name, result) in tables {
            let table = try result.get()
            for key in table.keys { try found(name, key) }
            comparison.add(table.difference, isOfOnePosition: true)
        }
        return comparison
    }
}

/// How the rebuilt tables and the live ones compare.
package struct ViewComparison: Sendable, Hashable {
    /// The last position that they were compared at.
    package internal(set) var position: Position
    /// The first position that they were compared at; none where nothing was compared.
    var first: Position?
    /// The tables in the order of their names' declaration.
    package private(set) var tables: [TableDifference] = []

    init(position: Position) { self.position = position }

    /// Whether the live views said that they stand where the log does.
    package internal(set) var hasRightCheckpoint = true

    /// Whether all rows were compared at one position.
    var isOfOnePosition: Bool { first == nil || first == position }

    /// Whether all rows are equal, byte for byte.
    package var isIdentical: Bool { tables.allSatisfy(\.isIdentical) }

    mutating func add(_ table: TableDifference, isOfOnePosition: Bool) {
        var table = table
        if !isOfOnePosition {
            // Digests of rows of several positions are those of no state.
            table.liveDigest = nil
            table.rebuiltDigest = nil
        }
        tables.append(table)
    }
}
