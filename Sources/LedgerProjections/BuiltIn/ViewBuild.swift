internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage

/// The derived tables as the log implies them, built beside the live ones.
///
/// Rows are gathered in memory and written in the order of their keys, together with how far they
/// are. Used by one thread; another one of its own makes the rows of the indexes.
final class ViewBuild {
    /// Says what the rows were built from, and how far; and which rows of each table differ from
    /// the live ones.
    static let definitions =
        ViewTables.definitions
        + [TableDefinition(name: metaName)]
        + ViewTables.Name.allCases.map { TableDefinition(name: differingName($0)) }

    private static let metaName = "_build"
    private static let aboutKey = Array("about".utf8)
    private static let checkpointKey = Array("checkpoint".utf8)
    private static let chainKey = Array("chain".utf8)

    let environment: Environment
    let tables: ViewTables
    private let log: FollowedLog
    private let meta: Table
    private let writer: ViewWriter
    private let options: RebuildOptions
    private var limit: RateLimit
    private var interval = SaveInterval()
    private var pages: Int
    private var views = PendingRows()
    private let indexes: SideThread<IndexRows>
    private var reached = Checkpoint()
    private var written = Checkpoint()
    /// What the records applied come to, where a later build may go on with the rows.
    private var chain: RecordChain?

    /// Whether a later build may go on with the rows; only then are they worth saving.
    private var isResumable: Bool { chain != nil }

    /// The last record applied.
    var position: Position { reached.position }

    /// Builds in an environment that was opened with the definitions.
    init(
        in environment: Environment, from log: FollowedLog, _ options: RebuildOptions
    ) throws(JournalError) {
        self.environment = environment
        self.log = log
        self.options = options
        tables = try ViewTables(in: environment)
        meta = try environment.requireTable(Self.metaName)
        writer = ViewWriter(tables)
        limit = RateLimit(options.recordsPerSecond)
        (pages, indexes) = try translated { () throws(StorageError) in
            (
                try environment.usedPages(),
                try SideThread(name: "ledger-indexes", IndexRows())
            )
        }
    }

    private static func differingName(_ name: ViewTables.Name) -> String {
        "\(name.rawValue).differing"
    }

    /// The keys of a table whose rows differ from the live ones.
    func differing(_ name: ViewTables.Name) throws(JournalError) -> Table {
        try environment.requireTable(Self.differingName(name))
    }
}

extension ViewBuild {
    /// Goes on with what is there, where it was built from this log by this fold; otherwise begins
    /// anew.
    func resume(of ledger: [UInt8]) throws(JournalError) {
        // Rows of another version of the package are told by what it says of them.
        let about = ledger + ViewCheckpoint(position: .start).encode()
        let (found, stored, bytes) = try environment.read { (snapshot) throws(JournalError) in
            try translated { () throws(StorageError) in
                (
                    try snapshot.copy(of: Self.aboutKey, in: meta),
                    try snapshot.copy(of: Self.checkpointKey, in: meta),
                    try snapshot.copy(of: Self.chainKey, in: meta)
                )
            }
        }
        if !options.restarts, found == about, let stored, let checkpoint = Checkpoint(stored),
            let bytes, let chain = RecordChain(bytes),
            // The records may have been others, with the same names, until a backup was restored.
            try log.chain(through: checkpoint.position) == chain
        {
            (reached, written, self.chain) = (checkpoint, checkpoint, chain)
            return
        }
        try write { (transaction) throws(StorageError) in
            for definition in Self.definitions {
                guard let table = environment.table(definition.name) else { continue }
                try transaction.clear(table)
            }
            try transaction.put(key: Self.aboutKey, value: about, in: meta)
        }
        chain = RecordChain()
    }

    /// Applies records up to the head, in short transactions; what is applied stays when
    /// `progress` throws.
    func catchUp(
        _ progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) {
        while true {
            let head = try log.head()
            guard position < head else { return }
            let reader = try log.pages(
                after: position, through: head, chain: chain, limit: options.pageSize)
            defer { reader.stop() }
            try apply({ reader.next() }) { (count) throws(JournalError) in
                limit.wait(after: count)
                try progress(RebuildProgress(position: position, target: head))
            }
        }
    }

    /// Applies the records up to the head that a snapshot of the log has, and writes all.
    func catchUp(in snapshot: borrowing Snapshot) throws(JournalError) -> Position {
        let head = try log.head(in: snapshot)
        while position < head {
            let page = log.page(
                after: position, through: head, chain: chain, limit: options.pageSize,
                in: snapshot)
            var pages = [page]
            try apply({ pages.popLast() }, then: { _ in })
        }
        try flush()
        return head
    }

    /// Applies pages until there are no more, writing whenever the memory limit asks for it.
    private func apply(
        _ next: () -> RecordReader.Page?, then proceed: (Int) throws(JournalError) -> Void
    ) throws(JournalError) {
        var goesOn = true
        while goesOn {
            var stop: JournalError?
            goesOn = try environment.read { (snapshot) throws(JournalError) in
                var rows = BufferedRows(
                    snapshot.reborrowed(), with: views, hasWritten: !isInMemory)
                views = PendingRows()
                var isFull = false
                while !isFull, stop == nil, let page = next() {
                    do throws(JournalError) { try apply(page, &rows) } catch {
                        // What is pending is no longer of one position.
                        reached = written
                        throw error
                    }
                    if let last = page.records.last { reached = Checkpoint(last) }
                    chain = page.chain
                    do throws(JournalError) { try proceed(page.records.count) } catch {
                        stop = error
                    }
                    isFull = isOverLimit(rows.pending) || (isResumable && interval.isOver())
                }
                views = rows.pending
                return isFull
            }
            if goesOn || (stop != nil && isResumable) { try flush() }
            if let stop { throw stop }
        }
    }

    /// Applies a page, to the indexes and to the views at the same time.
    private func apply(
        _ page: RecordReader.Page, _ rows: inout BufferedRows
    ) throws(JournalError) {
        let (writer, environment, hasWritten) = (writer, environment, !isInMemory)
        indexes.begin { $0.apply(page.records, writer, environment, hasWritten: hasWritten) }
        var failure: (record: Int, error: JournalError)?
        let records = page.records.span
        for index in records.indices {
            do throws(JournalError) { try writer.applyToViews(records[index], in: &rows) } catch {
                failure = (index, error)
                break
            }
        }
        if let other = indexes.finish({ $0.failure }), other.record <= failure?.record ?? .max {
            throw other.error
        }
        if let error = failure?.error ?? page.failure { throw error }
    }

    private func isOverLimit(_ views: PendingRows) -> Bool {
        let parts = [views, indexes.finish { $0.pending }]
        // Two threads compare tables, each with its own in order.
        return PendingRows.footprint(of: parts, over: pages, sortedAtOnce: 2)
            > options.memoryLimit
    }

    /// Whether no row is written, and all are pending.
    var isInMemory: Bool { written.position == .start }

    /// The rows that are not written.
    func rowsInMemory() -> MemoryRows {
        MemoryRows(indexes: indexes.finish { $0.pending }, views: views, of: tables)
    }

    /// Runs a body while the other thread runs another one, and returns when both have ended.
    func run(
        beside other: @escaping @Sendable () -> Void, _ body: () throws(JournalError) -> Void
    ) throws(JournalError) {
        indexes.begin { _ in other() }
        defer { indexes.finish { _ in } }
        try body()
    }

    /// Writes what is pending, with how far it is; nothing after a record that cannot be applied.
    func flush() throws(JournalError) {
        guard reached != written else { return }
        let indexRows = indexes.finish { $0.pending }
        try write { (transaction) throws(StorageError) in
            try indexRows.write(to: &transaction)
            try views.write(to: &transaction)
            try transaction.put(key: Self.checkpointKey, value: reached.bytes, in: meta)
            if let chain {
                try transaction.put(key: Self.chainKey, value: chain.digest, in: meta)
            }
        }
        views = PendingRows()
        indexes.finish { $0.pending = PendingRows() }
        written = reached
        pages = try translated { () throws(StorageError) in try environment.usedPages() }
    }

    /// Changes the environment of the new rows.
    func write(
        _ body: (inout WriteTransaction) throws(StorageError) -> Void
    ) throws(JournalError) {
        try translated { () throws(StorageError) in try environment.writeRepeatably(body) }
    }

    /// Removes all entries of a table, where there are any.
    func clear(_ table: Table) throws(JournalError) {
        let isEmpty = try environment.read { (snapshot) throws(JournalError) in
            try translated { () throws(StorageError) in try snapshot.entryCount(in: table) == 0 }
        }
        if isEmpty { return }
        try write { (transaction) throws(StorageError) in try transaction.clear(table) }
    }
}
