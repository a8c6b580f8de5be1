package import LedgerDomain
internal import LedgerJournal
package import LedgerProjections
internal import LedgerStorage

extension Ledger {
    /// Where the rows of projections are.
    var projectionsPath: String { path + "/projections" }

    /// The editions of projections that rows are kept of, by the names of their directories.
    package var keptEditions: [String] {
        FollowerDirectory.all(.projection, of: path).map(\.name).filter { !$0.hasPrefix(".") }
    }

    /// What the rows of the built-in views come to, as `schemas/README.md` defines it for the rows
    /// of a projection.
    package func viewDigest() throws(LedgerError) -> ProjectionDigest {
        try translated { () throws(JournalError) in
            try environment.read { (snapshot) throws(JournalError) in
                try tables.digest(in: snapshot, at: try log.head(in: snapshot))
            }
        }
    }

    /// Whether rows of this edition are kept.
    package func keeps(_ projection: any Projection) -> Bool {
        keptEditions.contains(projection.directoryName)
    }

    /// The rows of a projection at a moment, one by one in the order of their keys.
    ///
    /// - Parameters:
    ///   - projection: What the rows are.
    ///   - position: The last record that they contain.
    ///   - progress: Is told how far the work is; answers whether it goes on.
    ///   - body: Is given the table, the key and the value.
    /// - Returns: Whether it came to its end.
    package func projectRows(
        of projection: some Projection, through position: Position,
        progress: (RebuildProgress) -> Bool,
        _ body: (String, [UInt8], [UInt8]) throws(ProjectionError) -> Void
    ) throws(ProjectionError) -> Bool {
        let store = try scratchStore(of: projection, in: nil)
        defer { store.close() }
        guard try store.build(through: position, progress) >= position else { return false }
        try store.scanRows(body)
        return true
    }

    /// The records that changed rows of a projection, with the rows before and after each.
    ///
    /// - Parameters:
    ///   - projection: What the rows are.
    ///   - position: The last record that is looked at.
    ///   - isMeant: Whether the row of a table and a key is asked about.
    ///   - progress: Is told how far the work is; answers whether it goes on.
    /// - Returns: The changes in the order of the log; none where `progress` ended the work.
    package func rowChanges(
        of projection: some Projection, through position: Position,
        where isMeant: @escaping (String, [UInt8]) -> Bool, progress: (RebuildProgress) -> Bool
    ) throws(ProjectionError) -> [ProjectionRowChange]? {
        let store = try scratchStore(of: projection, in: nil)
        defer { store.close() }
        let observer = RowObserver(isMeant)
        guard try store.build(through: position, observing: observer, progress) >= position else {
            return nil
        }
        return observer.changes
    }
}
