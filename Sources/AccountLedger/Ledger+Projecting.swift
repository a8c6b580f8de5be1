internal import LedgerDomain
internal import LedgerJournal
public import LedgerProjections
internal import LedgerStorage

extension Ledger {
    /// Lends the rows of a projection as they were at a moment.
    ///
    /// They are built from the log in a scratch place by the same `apply`, and thrown away: it
    /// takes as long as reading the log up to there. Rows that are kept are not looked at.
    ///
    /// - Parameters:
    ///   - projection: What the rows are; its definition is checked first.
    ///   - moment: The moment to look back to; now where left out.
    ///   - scratch: A directory for the rows; the system's temporary one where left out.
    ///   - progress: Is told how far the work is; answers whether it goes on.
    ///   - body: Is lent the rows; they must not be kept, and the compiler sees to that.
    /// - Returns: What the body returned; none where `progress` ended the work.
    @discardableResult
    public func project<R>(
        _ projection: some Projection, asOf moment: Moment? = nil, scratch: String? = nil,
        progress: (RebuildProgress) -> Bool = { _ in true },
        _ body: (borrowing ProjectionView) throws(ProjectionError) -> R
    ) throws -> R? {
        let position = try read { (view) throws(LedgerError) in try view.position(of: moment) }
        let store = try scratchStore(of: projection, in: scratch)
        defer { store.close() }
        guard try store.build(through: position, progress) >= position else { return nil }
        return try store.read(body)
    }

    /// Rows without anything in them, in a place that goes with them.
    func scratchStore<Edition: Projection>(
        of projection: Edition, in directory: String?
    ) throws(ProjectionError) -> ProjectionStore<Edition> {
        try projection.check()
        return try ProjectionStore(projection, inScratch: directory, of: id, environment)
    }
}
