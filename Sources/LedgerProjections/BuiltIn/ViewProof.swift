package import LedgerDomain
package import LedgerJournal
package import LedgerStorage
internal import Synchronization

/// Shows that the derived tables hold what the log implies and nothing else, on two cores and with
/// next to no memory.
///
/// Every user is folded anew from the records that table `users` names. The rows of the views are
/// compared byte by byte on the way. Rows whose keys are not in the order of users are added up,
/// those implied and those there, and the sums compared: see `RowSum`. Each record that the index
/// names is the user's, so that no record is missing where there are as many entries as records.
///
/// It says whether all is right, and never what is wrong: that is what `IndexCheck` and
/// `ViewRebuild` are for.
package final class ViewProof: Sendable {
    /// How many users are folded between two looks at what else there is to do.
    private static let usersAtOnce = 256

    private struct State {
        /// The tables whose rows nobody has added up yet.
        var left = ViewProofTally.summed
        var tally: ViewProofTally
        /// The records folded.
        var folded = 0
        /// Whether the work ended early.
        var isStopped = false
    }

    /// The last record.
    package let head: Position
    private let environment: Environment
    private let tables: ViewTables
    private let log: EventLog
    private let key: RowSum.Key
    private let pages: UserPages
    private let state: Mutex<State>

    /// Prepares a proof for one state of an environment.
    ///
    /// - Parameters:
    ///   - environment: The environment of the log and of the tables.
    ///   - snapshot: Its state; all who take part must see the same.
    package init(
        of environment: Environment, in snapshot: borrowing Snapshot
    ) throws(JournalError) {
        self.environment = environment
        tables = try ViewTables(in: environment)
        log = try EventLog(in: environment)
        head = try log.head(in: snapshot)
        key = RowSum.Key()
        pages = UserPages(of: tables.users, size: Self.usersAtOnce)
        state = Mutex(State(tally: ViewProofTally(key)))
    }

    /// How many records were folded so far.
    package var folded: Int { state.withLock { $0.folded } }

    /// Works until nothing is left to do or something was refuted.
    ///
    /// - Parameters:
    ///   - snapshot: The state that the proof is for.
    ///   - proceed: Is asked every few hundred users whether to go on; may throw to end it.
    package func work(
        in snapshot: borrowing Snapshot, proceed: () throws(JournalError) -> Bool = { true }
    ) throws(JournalError) {
        var worker = ViewProofWorker(tables, log, key)
        do throws(JournalError) {
            while true {
                let users = try pages.next(in: snapshot)
                if users.isEmpty { break }
                let before = worker.tally.records
                let holds = try translated { () throws(StorageError) in
                    try worker.holds(users, in: snapshot)
                }
                guard holds else { return stop() }
                let count = worker.tally.records - before
                state.withLock { $0.folded += count }
                guard try proceed() else { return stop() }
            }
            while let name = state.withLock({ $0.left.popLast() }) {
                try translated { () throws(StorageError) in
                    try worker.addRows(of: name, in: snapshot)
                }
            }
        } catch {
            stop()
            throw error
        }
        let tally = worker.tally
        state.withLock { $0.tally.add(tally) }
    }

    /// Works on another thread beside the caller, who has it finish before the state is left.
    package func workBeside(
        _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> SideThread<Void> {
        let id = snapshot.id
        let side = try translated { () throws(StorageError) in
            try SideThread(name: "ledger-proof", ())
        }
        side.begin { [self] _ in
            // What it cannot read somebody else has to find again, and say so.
            try? environment.read { (own) throws(JournalError) in
                // Where a commit has come between, the caller does all by itself.
                guard own.id == id else { return }
                try work(in: own)
            }
        }
        return side
    }

    /// Ends the work early; nothing is shown then.
    package func stop() {
        pages.stop()
        state.withLock {
            $0.left = []
            $0.isStopped = true
        }
    }

    /// How many rows all tables have, once nobody works any more; nil where they were not shown to
    /// be right.
    package func rowCount(in snapshot: borrowing Snapshot) throws(JournalError) -> Int? {
        let (isStopped, tally) = state.withLock { ($0.isStopped, $0.tally) }
        guard !isStopped, tally.isBalanced, tally.records == Int(clamping: head.number),
            try log.rowCount(in: snapshot) == tally.records
        else { return nil }
        var rows = 0
        for name in ViewTables.Name.allCases {
            let count = try translated { () throws(StorageError) in
                try snapshot.entryCount(in: tables.table(name))
            }
            guard count == tally.rows(of: name) else { return nil }
            rows += count
        }
        return rows
    }
}

/// What some threads have found of the rows that there are and that there should be.
struct ViewProofTally: Sendable {
    /// The tables whose keys are not in the order of users.
    static let summed: [ViewTables.Name] = [.states, .notices, .keys, .owners, .grants, .accounts]

    /// The records folded, which are also the entries of table `users`.
    var records = 0
    var credentials = 0
    var selections = 0
    private var implied: [RowSum]
    private var present: [RowSum]

    init(_ key: RowSum.Key) {
        implied = Self.summed.map { _ in RowSum(key) }
        present = implied
    }

    /// Notes a row that the log implies.
    mutating func expect(_ key: [UInt8], _ value: [UInt8], in name: ViewTables.Name) {
        guard let index = Self.summed.firstIndex(of: name) else { return }
        implied[index].add(key: key.span, value: value.span)
    }

    /// Adds up rows that are there.
    mutating func setPresent(_ sum: RowSum, in name: ViewTables.Name) {
        guard let index = Self.summed.firstIndex(of: name) else { return }
        present[index] = sum
    }

    mutating func add(_ other: ViewProofTally) {
        records += other.records
        credentials += other.credentials
        selections += other.selections
        for index in implied.indices {
            implied[index].add(other.implied[index])
            present[index].add(other.present[index])
        }
    }

    /// Whether the rows that are there are those implied.
    var isBalanced: Bool {
        zip(implied, present).allSatisfy { $0.isEqual(to: $1) }
    }

    /// How many rows a table should have.
    func rows(of name: ViewTables.Name) -> Int {
        switch name {
        case .users: return records
        case .credentials: return credentials
        case .selections: return selections
        case .states, .grants, .accounts, .owners, .notices, .keys:
            return Self.summed.firstIndex(of: name).map { implied[$0].rows } ?? 0
        }
    }
}
