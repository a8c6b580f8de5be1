public import LedgerDomain
public import LedgerProjections

extension OpenProjection {
    /// Builds the rows anew from the log, and puts them in the place of the live ones in one
    /// transaction.
    ///
    /// The live rows stay in use and go on to follow the log meanwhile. Readers see the old rows
    /// or the new ones, never some of each. What is built stays when the work ends early, however
    /// that comes about, and the next call goes on with it; until then it takes room beside the
    /// live rows. Blocks the calling thread.
    ///
    /// - Parameters:
    ///   - options: How to go about it.
    ///   - progress: Is told how far the work is; answers whether it goes on. Within the stage
    ///     `switching` it must not use the projection.
    /// - Returns: The last record that the rows contain then; none where `progress` ended the work.
    /// - Throws: `rebuildRunning` where another rebuild of the projection runs, and names its
    ///   process.
    @discardableResult
    public func rebuild(
        _ options: RebuildOptions = RebuildOptions(),
        progress: (RebuildProgress) -> Bool = { _ in true }
    ) throws(ProjectionError) -> Position? {
        if let complaint = options.complaint { throw ProjectionError(.invalidOption, complaint) }
        return try store.rebuild(options, progress: progress)
    }

    /// Builds the rows again from the log, in a scratch place, and says whether they are the same
    /// byte for byte.
    ///
    /// The comparison holds at one position, while others append and follow.
    ///
    /// - Parameter scratch: A directory for the scratch rows; the system's temporary one where left
    ///   out.
    public func isSameWhenRebuilt(scratch: String? = nil) throws(ProjectionError) -> Bool {
        try comparison(scratch: scratch)?.isIdentical ?? false
    }

    /// How the rows differ from those that the log implies.
    ///
    /// - Parameters:
    ///   - scratch: A directory for the scratch rows; the system's temporary one where left out.
    ///   - limit: How many differing rows of each table to list.
    ///   - progress: Is told how far the work is; answers whether it goes on.
    /// - Returns: The comparison, none where `progress` ended the work.
    package func comparison(
        scratch: String? = nil, listing limit: Int = 0,
        progress: (RebuildProgress) -> Bool = { _ in true }
    ) throws(ProjectionError) -> ProjectionComparison? {
        try store.compareWithRebuilt(in: scratch, listing: limit, progress: progress)
    }
}
