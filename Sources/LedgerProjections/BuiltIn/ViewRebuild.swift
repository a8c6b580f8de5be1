package import LedgerDomain
package import LedgerJournal
package import LedgerStorage

/// Rebuilds the derived tables from the log alone and compares them with the live ones.
package struct ViewRebuild: Sendable {
    /// How many records are read and applied in one transaction: readers stay short, and so do
    /// writers.
    private static let page = 2000

    private let live: Environment
    private let log: EventLog
    private let liveTables: ViewTables

    /// Rebuilds what an environment holds.
    package init(of live: Environment) throws(JournalError) {
        self.live = live
        log = try EventLog(in: live)
        liveTables = try ViewTables(in: live)
    }

    /// Rebuilds into a scratch environment up to the head, compares table by table, and throws
    /// both away.
    ///
    /// The comparison looks at one snapshot of the live tables, so that it holds while others
    /// append.
    ///
    /// - Parameters:
    ///   - scratch: The directory for the scratch environment; the system's temporary one where
    ///     left out.
    ///   - limit: How many differing rows of each table to list.
    ///   - progress: Is told how far the rebuild is, a few thousand records apart.
    package func compare(
        in scratch: String? = nil, listing limit: Int = 0,
        progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> ViewComparison {
        try ScratchEnvironment.lend(in: scratch) { (environment) throws(JournalError) in
            let tables = try ViewTables(in: environment)
            var applied = Position.start
            while true {
                let (next, head) = try applyPage(after: applied, to: environment, tables)
                applied = next
                try progress(RebuildProgress(position: applied, target: head))
                if applied == head { break }
            }
            return try live.read { (snapshot) throws(JournalError) in
                let head = try log.head(in: snapshot)
                while applied < head {
                    applied = try apply(after: applied, from: snapshot, to: environment, tables)
                }
                return try compare(snapshot, environment, tables, at: head, listing: limit)
            }
        }
    }

    private func applyPage(
        after position: Position, to environment: Environment, _ tables: ViewTables
    ) throws(JournalError) -> (applied: Position, head: Position) {
        try live.read { (snapshot) throws(JournalError) in
            let head = try log.head(in: snapshot)
            if position == head { return (position, head) }
            return (try apply(after: position, from: snapshot, to: environment, tables), head)
        }
    }

    /// Applies the records of one page; the live snapshot is only read.
    private func apply(
        after position: Position, from snapshot: borrowing Snapshot, to environment: Environment,
        _ tables: ViewTables
    ) throws(JournalError) -> Position {
        var records: [EventRecord] = []
        records.reserveCapacity(Self.page)
        let head = try log.head(in: snapshot)
        let last = min(head, position.advanced(by: Self.page))
        try log.scan(from: position.next, through: last, in: snapshot) {
            (record) throws(JournalError) in
            records.append(record)
            return .next
        }
        try environment.write { (transaction) throws(JournalError) in
            try fold(records, &transaction, tables)
        }
        return last
    }

    private func fold(
        _ records: [EventRecord], _ transaction: inout WriteTransaction, _ tables: ViewTables
    ) throws(JournalError) {
        let writer = ViewWriter(tables, log)
        for record in records { try writer.apply(record, in: &transaction) }
    }

    private func compare(
        _ snapshot: borrowing Snapshot, _ environment: Environment, _ tables: ViewTables,
        at position: Position, listing limit: Int
    ) throws(JournalError) -> ViewComparison {
        try environment.read { (rebuilt) throws(JournalError) in
            var comparison = ViewComparison(position: position)
            for name in ViewTables.Name.allCases {
                let difference = try TableDifference(
                    name.rawValue, live: snapshot, liveTables.table(name), rebuilt: rebuilt,
                    tables.table(name), listing: limit)
                comparison.tables.append(difference)
            }
            return comparison
        }
    }
}

/// How far a rebuild is.
package struct RebuildProgress: Sendable, Hashable {
    /// The last position applied.
    package let position: Position
    /// The position to reach.
    package let target: Position

    package init(position: Position, target: Position) {
        self.position = position
        self.target = target
    }
}

/// How the rebuilt tables and the live ones compare.
package struct ViewComparison: Sendable, Hashable {
    /// The position that both stand at.
    package let position: Position
    /// The tables in the order of their names' declaration.
    package internal(set) var tables: [TableDifference] = []

    /// Whether all rows are equal, byte for byte.
    package var isIdentical: Bool { tables.allSatisfy(\.isIdentical) }
}
