public import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
public import LedgerProjections
internal import LedgerStorage

extension Ledger {
    /// Builds the built-in views anew from the log, and puts every row right that differs.
    ///
    /// Everything goes on meanwhile: the new rows are built beside the ledger, in its directory
    /// `rebuild`, in transactions that are short, and the rows that differ take their place in one
    /// transaction. A sound ledger stays as it is. What is built stays when the work ends early,
    /// however that comes about, and the next call goes on with it. Blocks the calling thread.
    ///
    /// - Parameters:
    ///   - options: How to go about it.
    ///   - progress: Is told how far the work is; answers whether it goes on. Within the stage
    ///     `switching` it must not use the ledger.
    /// - Returns: What was put right; none where `progress` ended the work.
    /// - Throws: `heldExclusively` where another rebuild runs, and names its process; `damaged`
    ///   where the log itself cannot be read or folded, and then nothing is changed.
    public func rebuildViews(
        _ options: RebuildOptions = RebuildOptions(),
        progress: (RebuildProgress) -> Bool = { _ in true }
    ) throws(LedgerError) -> ViewReplacement? {
        try requireOpen()
        if let complaint = options.complaint {
            throw LedgerError(.invalidOption, subject: "options", complaint)
        }
        guard environment.isWritable else {
            throw LedgerError(
                .readOnly, subject: path, "\(path) was opened for reading. Open it for writing.")
        }
        try requireViewsOfThisVersion()
        let comparison = try unlessAbandoned { () throws(JournalError) in
            try ViewRebuild(of: environment, options).replace(
                in: path + "/rebuild", of: header.ledgerID
            ) { (step) throws(JournalError) in
                guard progress(step) else { throw JournalError(.abandoned) }
            }
        }
        return comparison.map { ViewReplacement($0) }
    }
}

/// What a rebuild of the built-in views has put right.
public struct ViewReplacement: Sendable, Hashable {
    /// What it has put right in one table.
    public struct Table: Sendable, Hashable {
        /// The name of the table.
        public let name: String
        /// How many rows the log implies.
        public let rows: Int
        /// How many rows were removed that the log does not imply.
        public let removed: Int
        /// How many rows were added that were missing.
        public let added: Int
        /// How many rows got the value that the log implies.
        public let changed: Int
    }

    /// The position that was compared at last, when the differences were found.
    public let position: Position
    /// The derived tables.
    public let tables: [Table]
    /// Whether the views had said that they stand elsewhere than the log, and were told better.
    public let movedCheckpoint: Bool

    /// Whether nothing differed.
    public var isUnchanged: Bool {
        !movedCheckpoint && tables.allSatisfy { $0.removed + $0.added + $0.changed == 0 }
    }

    init(_ comparison: ViewComparison) {
        position = comparison.position
        movedCheckpoint = !comparison.hasRightCheckpoint
        tables = comparison.tables.map { table in
            Table(
                name: table.name, rows: table.rows, removed: table.onlyLive,
                added: table.onlyRebuilt, changed: table.different)
        }
    }
}
