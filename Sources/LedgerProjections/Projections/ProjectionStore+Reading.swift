package import LedgerDomain
internal import LedgerJournal
package import LedgerStorage

extension ProjectionStore {
    /// Lends one state of the rows.
    package func read<R>(
        _ body: (borrowing ProjectionView) throws(ProjectionError) -> R
    ) throws(ProjectionError) -> R {
        let transaction = try environment.beginRead(ProjectionError.self)
        let state = try liveState(in: transaction.snapshot)
        return try body(
            ProjectionView(
                tables(state.side), transaction.snapshot, at: state.checkpoint.position))
    }

    /// Visits all rows, table by table in the order of their names, and in each in the order of
    /// the keys.
    package func scanRows(
        _ body: (String, [UInt8], [UInt8]) throws(ProjectionError) -> Void
    ) throws(ProjectionError) {
        try environment.read { (snapshot) throws(ProjectionError) in
            let tables = tables(try liveSide(in: snapshot))
            for name in tables.names {
                try snapshot.scan(try tables.table(name)) { (key, value) throws(ProjectionError) in
                    try body(name, [UInt8](copying: key), [UInt8](copying: value))
                    return .next
                }
            }
        }
    }

    /// The digest of all rows, as `schemas/README.md` defines it.
    package func digest() throws(ProjectionError) -> ProjectionDigest {
        try environment.read { (snapshot) throws(ProjectionError) in
            let state = try liveState(in: snapshot)
            let tables = tables(state.side)
            return try ProjectionDigest(
                of: try tables.names.map { (name) throws(ProjectionError) in
                    (name, try tables.table(name))
                }, in: snapshot, at: state.checkpoint.position, ProjectionError.self)
        }
    }

    /// Builds the rows again up to their checkpoint in a scratch place, and compares the two.
    ///
    /// - Parameters:
    ///   - directory: Where the scratch place is made; the system's place for temporary files where
    ///     left out.
    ///   - limit: How many differing rows of each table to list.
    ///   - progress: Is told how far it is; answers whether it goes on.
    /// - Returns: How the tables compare, none where `progress` ended the work.
    package func compareWithRebuilt(
        in directory: String?, listing limit: Int = 0,
        progress: (RebuildProgress) -> Bool = { _ in true }
    ) throws(ProjectionError) -> ProjectionComparison? {
        try requireOfLog(try liveState().checkpoint)
        let rebuilt = try ProjectionStore(
            projection, inScratch: directory, of: ledger, log.environment)
        defer { rebuilt.close() }
        let target = try checkpoint()
        guard try rebuilt.build(through: target, progress) >= target else { return nil }
        return try environment.read { (snapshot) throws(ProjectionError) in
            let state = try liveState(in: snapshot)
            // What others applied while the most was built.
            try rebuilt.build(through: state.checkpoint.position) { _ in true }
            return try compare(snapshot, state, with: rebuilt, listing: limit)
        }
    }

    /// Makes rows that have nothing yet, in a scratch place that goes with them.
    ///
    /// - Parameters:
    ///   - directory: Where it is made; the system's place for temporary files where left out.
    ///   - ledger: The ledger that they are built from, by its own name.
    ///   - live: The environment of its log.
    package convenience init(
        _ projection: Edition, inScratch directory: String?, of ledger: String,
        _ live: Environment
    ) throws(ProjectionError) {
        let path = ScratchEnvironment.newPath(in: directory)
        defer { ScratchEnvironment.remove(path) }
        try self.init(projection, at: path, of: ledger, live, isScratch: true)
    }

    private func compare(
        _ snapshot: borrowing Snapshot, _ state: ProjectionState, with rebuilt: ProjectionStore,
        listing limit: Int
    ) throws(ProjectionError) -> ProjectionComparison {
        try rebuilt.environment.read { (other) throws(ProjectionError) in
            let (tables, otherTables) = (
                tables(state.side), rebuilt.tables(try rebuilt.liveSide(in: other))
            )
            var differences: [TableDifference] = []
            for name in tables.names {
                var comparison = TableComparison(name, listing: limit)
                let (table, otherTable) = (try tables.table(name), try otherTables.table(name))
                do throws(JournalError) {
                    _ = try comparison.advance(
                        live: snapshot, table, rebuilt: other, otherTable)
                } catch {
                    throw ProjectionError(error)
                }
                differences.append(comparison.difference)
            }
            return ProjectionComparison(
                position: state.checkpoint.position, tables: differences)
        }
    }
}

/// How the rows of a projection and those rebuilt from the log compare.
package struct ProjectionComparison: Sendable, Hashable {
    /// The last record that both contain.
    package let position: Position
    /// The tables in the order of their names.
    package let tables: [TableDifference]

    /// Whether all rows are equal, byte for byte.
    package var isIdentical: Bool { tables.allSatisfy(\.isIdentical) }
}
