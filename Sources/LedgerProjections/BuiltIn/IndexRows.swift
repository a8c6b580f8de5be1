internal import LedgerDomain
internal import LedgerJournal
internal import LedgerStorage

/// The rows of the indexes that a build has not written yet.
struct IndexRows: Sendable {
    var pending = PendingRows()
    /// The first record that could not be applied, by its place in its page, and why.
    private(set) var failure: (record: Int, error: JournalError)?
    /// The last page, so that this thread frees it, who has less to do.
    private var page: [EventRecord] = []

    /// Applies records up to the first that cannot be applied.
    mutating func apply(
        _ page: [EventRecord], _ writer: ViewWriter, _ environment: Environment,
        hasWritten: Bool
    ) {
        self.page = page
        let records = page.span
        var reached = 0
        do throws(JournalError) {
            try environment.read { (snapshot) throws(JournalError) in
                var rows = BufferedRows(
                    snapshot.reborrowed(), with: pending, hasWritten: hasWritten)
                pending = PendingRows()
                while reached < records.count {
                    try writer.applyToIndexes(records[reached], in: &rows)
                    reached += 1
                }
                pending = rows.pending
            }
        } catch {
            failure = (reached, error)
        }
    }
}

/// All rows of a build, none of them written.
struct MemoryRows: Sendable {
    private let indexes: PendingRows
    private let views: PendingRows
    private let tables: ViewTables

    init(indexes: PendingRows, views: PendingRows, of tables: ViewTables) {
        self.indexes = indexes
        self.views = views
        self.tables = tables
    }

    /// How many keys a table has, or has had.
    func count(of name: ViewTables.Name) -> Int { part(of: name).count(in: tables.table(name)) }

    /// The rows of a table in the order of their keys.
    func sorted(_ name: ViewTables.Name) -> SortedRows {
        part(of: name).sorted(tables.table(name))
    }

    private func part(of name: ViewTables.Name) -> PendingRows {
        ViewTables.indexes.contains(name) ? indexes : views
    }
}
