package import LedgerDomain
package import LedgerJournal
package import LedgerStorage

/// Shows that the derived tables hold what the log implies and nothing else, on two threads and
/// without building the tables a second time.
///
/// Every user is folded anew from the records that table `users` names. Each row that follows is
/// looked up by its key, and those of the views are met in their order too. As many rows as follow
/// are then all there may be. The index names only records of the user, and as many as the log has:
/// so none was left out.
///
/// It says whether all is right, and never what is wrong: that is what `IndexCheck` and
/// `ViewRebuild` are for.
package final class ViewProof: Sendable {
    /// How many users are dealt out at a time.
    private static let usersAtOnce = 256

    private struct State {
        /// The state that the proof is for, once it is known.
        var head: Position?
        var snapshot: SnapshotID?
        /// How many rows each table has in that state, and the log.
        var entries: ViewProofTally?
        var tally = ViewProofTally()
        /// Whether something was found that should not be, or the work ended early.
        var isStopped = false
        /// Whether the thread beside the caller has nothing more to do.
        var hasEnded = false
    }

    private let environment: Environment
    private let tables: ViewTables
    private let log: EventLog
    private let pages: UserPages
    private let mostPages: Int
    private let state = Monitor(State())

    /// Prepares a proof for the next state of an environment.
    ///
    /// - Parameters:
    ///   - environment: The environment of the log and of the tables.
    ///   - growth: How many pages the file may grow by meanwhile: no page that others free is used
    ///     again.
    package init(
        of environment: Environment, mostGrowth growth: Int = 16_384
    ) throws(JournalError) {
        self.environment = environment
        tables = try ViewTables(in: environment)
        log = try EventLog(in: environment)
        pages = UserPages(of: tables.users, size: Self.usersAtOnce)
        mostPages = try translated { () throws(StorageError) in
            try environment.usedPages() + growth
        }
    }

    /// How many records were folded so far.
    package var folded: Int { state.quietly { $0.tally.records } }

    /// Begins on a thread of its own.
    ///
    /// That thread keeps the state and waits for nobody, so that whoever waits for it, outside of
    /// any transaction, waits for an end.
    ///
    /// - Returns: The last record of the state; none where it could not begin.
    package func begin() throws(JournalError) -> (head: Position, thread: SideThread<Void>)? {
        let thread = try translated { () throws(StorageError) in
            try SideThread(name: "ledger-proof", ())
        }
        thread.begin { [self] _ in
            // What it cannot read somebody else has to find again, and say so.
            do throws(JournalError) { try workAlone() } catch { stop() }
            state.change { $0.hasEnded = true }
        }
        let head = state.when({ $0.head != nil || $0.hasEnded }, { $0.head })
        return head.map { ($0, thread) }
    }

    private func workAlone() throws(JournalError) {
        try environment.readAtLength { (snapshot) throws(JournalError) in
            let head = try log.head(in: snapshot)
            state.change { ($0.head, $0.snapshot) = (head, snapshot.id) }
            try work(in: snapshot) { true }
            var entries = ViewProofTally()
            entries.records = try log.rowCount(in: snapshot)
            for name in ViewTables.Name.allCases {
                let count = try translated { () throws(StorageError) in
                    try snapshot.entryCount(in: tables.table(name))
                }
                entries.add(count, in: name)
            }
            let found = entries
            state.change { $0.entries = found }
        }
    }

    /// Works beside the thread that began, where no commit has come since, and waits for its end.
    ///
    /// - Parameter proceed: Is asked now and then whether to go on; may throw to end it.
    package func help(proceed: () throws(JournalError) -> Bool) throws(JournalError) {
        do throws(JournalError) {
            try environment.readAtLength { (snapshot) throws(JournalError) in
                guard state.quietly({ $0.snapshot == snapshot.id }) else { return }
                try work(in: snapshot, proceed)
            }
            while state.quietly({ !$0.hasEnded }) {
                guard try proceed() else { return stop() }
                state.wait(for: .milliseconds(100)) { $0.hasEnded }
            }
        } catch {
            stop()
            throw error
        }
    }

    /// Works until nothing is left to do or something is not as it should be.
    private func work(
        in snapshot: borrowing Snapshot, _ proceed: () throws(JournalError) -> Bool
    ) throws(JournalError) {
        var worker = ViewProofWorker(tables, log)
        while true {
            let users = try pages.next(in: snapshot)
            if users.isEmpty { return }
            func goesOn() throws(JournalError) -> Bool {
                guard state.quietly({ !$0.isStopped }), try !hasGrown() else { return false }
                return try proceed()
            }
            guard try worker.holds(users, in: snapshot, goesOn), try goesOn() else {
                return stop()
            }
            let tally = worker.takeTally()
            state.change { $0.tally.add(tally) }
        }
    }

    /// Whether others have written so much that the state has to be let go.
    private func hasGrown() throws(JournalError) -> Bool {
        try translated { () throws(StorageError) in
            try environment.usedPages() > mostPages
        }
    }

    /// Ends the work early; nothing is shown then.
    package func stop() {
        pages.stop()
        state.change { $0.isStopped = true }
    }

    /// How many rows all tables have, once the work is done; nil where they were not shown to be
    /// right.
    package func rowCount() -> Int? {
        let state = state.quietly { $0 }
        guard !state.isStopped, let head = state.head, let entries = state.entries,
            entries == state.tally, entries.records == Int(clamping: head.number)
        else { return nil }
        return entries.rows
    }
}

/// How many records and rows were found.
struct ViewProofTally: Sendable, Equatable {
    var records = 0
    private var counts: [ViewTables.Name: Int] = [:]

    /// Counts rows of a table.
    mutating func add(_ count: Int = 1, in name: ViewTables.Name) {
        if count > 0 { counts[name, default: 0] += count }
    }

    mutating func add(_ other: ViewProofTally) {
        records += other.records
        for (name, count) in other.counts { add(count, in: name) }
    }

    /// The rows of all tables.
    var rows: Int { counts.values.reduce(0, +) }
}
