internal import LedgerDomain
internal import LedgerJournal
internal import LedgerStorage
internal import Synchronization

/// A comparison of the live tables with rows that are all in memory, by several threads at once.
///
/// It is given up where records come in meanwhile: the rows would have to follow.
final class MemoryComparison: Sendable {
    /// How a table compared.
    struct Compared {
        var difference: TableDifference
        /// The keys of the rows that differ.
        var keys: [[UInt8]] = []
        /// How many transactions it took.
        var steps = 0
    }

    private struct State {
        /// What nobody has begun, the longest last.
        var left: [ViewTables.Name]
        var compared: [ViewTables.Name: Result<Compared, JournalError>] = [:]
        var isGivenUp = false
    }

    private let rows: MemoryRows
    private let position: Position
    private let limit: Int
    private let log: FollowedLog
    private let liveTables: ViewTables
    private let state: Mutex<State>

    /// Prepares it.
    ///
    /// - Parameters:
    ///   - rows: What the live tables are compared with.
    ///   - position: The last record that the rows contain.
    ///   - limit: How many differing rows of each table to list.
    init(
        of rows: MemoryRows, at position: Position, listing limit: Int, _ log: FollowedLog,
        _ liveTables: ViewTables
    ) {
        self.rows = rows
        self.position = position
        self.limit = limit
        self.log = log
        self.liveTables = liveTables
        let names = ViewTables.Name.allCases.sorted { rows.count(of: $0) < rows.count(of: $1) }
        state = Mutex(State(left: names))
    }

    /// How all tables compared; nil where it was given up.
    var compared: [ViewTables.Name: Result<Compared, JournalError>]? {
        state.withLock { $0.isGivenUp ? nil : $0.compared }
    }

    /// Compares tables until none is left; several threads may do so.
    func run() {
        while let name = state.withLock({ $0.isGivenUp ? nil : $0.left.popLast() }) {
            let result = Result { () throws(JournalError) in try compare(name) }
            state.withLock {
                switch result {
                case .success(let table?): $0.compared[name] = .success(table)
                case .success(nil): $0.isGivenUp = true
                case .failure(let error): $0.compared[name] = .failure(error)
                }
            }
        }
    }

    private func compare(_ name: ViewTables.Name) throws(JournalError) -> Compared? {
        let sorted = rows.sorted(name)
        let liveTable = liveTables.table(name)
        var table = TableComparison(name.rawValue, listing: limit)
        var compared = Compared(difference: table.difference)
        var isDone = false
        while !isDone {
            let isStill = try log.environment.read { (snapshot) throws(JournalError) in
                guard try log.head(in: snapshot) == position else { return false }
                isDone = try table.advance(
                    live: snapshot, liveTable, rebuilt: sorted, rows: ViewRebuild.comparedAtOnce
                ) { compared.keys.append($0.tableKey) }
                return true
            }
            // So many keys are not for memory either.
            guard isStill, compared.keys.count <= ViewRebuild.comparedAtOnce else { return nil }
            compared.steps += 1
        }
        compared.difference = table.difference
        return compared
    }
}
