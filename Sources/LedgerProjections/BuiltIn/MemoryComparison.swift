internal import LedgerDomain
internal import LedgerJournal
internal import LedgerStorage

/// A comparison of the live tables with rows that are all in memory, by several threads at once.
///
/// It is given up where records come in meanwhile: the rows would have to follow.
final class MemoryComparison: Sendable {
    /// How a table compared.
    struct Compared {
        let difference: TableDifference
        /// The keys of the rows that differ.
        let keys: [[UInt8]]
    }

    /// A table that a thread is at.
    private struct Walk {
        let name: ViewTables.Name
        let rebuilt: SortedRows
        var table: TableComparison
        var keys: [[UInt8]] = []
    }

    private struct State {
        /// What nobody has begun, the longest last.
        var left: [ViewTables.Name]
        var compared: [ViewTables.Name: Result<Compared, JournalError>] = [:]
        /// How many transactions have ended that nobody was told of.
        var untold = 0
        var isGivenUp = false

        var isDone: Bool { isGivenUp || compared.count == ViewTables.Name.allCases.count }
    }

    private let rows: MemoryRows
    private let position: Position
    private let limit: Int
    private let atOnce: Int
    private let log: FollowedLog
    private let liveTables: ViewTables
    private let state: Monitor<State>

    /// Prepares it.
    ///
    /// - Parameters:
    ///   - rows: What the live tables are compared with.
    ///   - position: The last record that the rows contain.
    ///   - limit: How many differing rows of each table to list.
    ///   - atOnce: How many rows are compared in one transaction, and how many keys of rows that
    ///     differ are kept of a table.
    init(
        of rows: MemoryRows, at position: Position, listing limit: Int, atOnce: Int,
        _ log: FollowedLog, _ liveTables: ViewTables
    ) {
        self.rows = rows
        self.position = position
        self.limit = limit
        self.atOnce = atOnce
        self.log = log
        self.liveTables = liveTables
        let names = ViewTables.Name.allCases.sorted { rows.count(of: $0) < rows.count(of: $1) }
        state = Monitor(State(left: names))
    }

    /// How each table compared, in the order of the names' declaration; nil where not all did.
    var compared: [(name: ViewTables.Name, result: Result<Compared, JournalError>)]? {
        state.change { state in
            let all = ViewTables.Name.allCases.compactMap { name in
                state.compared[name].map { (name: name, result: $0) }
            }
            return all.count == ViewTables.Name.allCases.count ? all : nil
        }
    }

    /// Compares tables beside those who do so too, and waits for them.
    ///
    /// - Parameter proceed: Is called for every transaction that has ended; may throw to end the
    ///   work of all.
    func run(_ proceed: () throws(JournalError) -> Void) throws(JournalError) {
        do throws(JournalError) {
            try work { () throws(JournalError) in try tell(proceed) }
            var isDone = false
            while !isDone {
                isDone = state.when({ $0.untold > 0 || $0.isDone }, { $0.isDone })
                try tell(proceed)
            }
        } catch {
            state.change { $0.isGivenUp = true }
            throw error
        }
    }

    /// Compares tables until none is left, beside the one who waits for the end.
    func help() { work { () throws(Never) in } }

    private func tell(_ proceed: () throws(JournalError) -> Void) throws(JournalError) {
        let count = state.change { state in
            defer { state.untold = 0 }
            return state.untold
        }
        for _ in 0..<count { try proceed() }
    }

    private func work<E: Error>(_ stepEnded: () throws(E) -> Void) throws(E) {
        while let name = state.change({ $0.isGivenUp ? nil : $0.left.popLast() }) {
            var walk = Walk(
                name: name, rebuilt: rows.sorted(name),
                table: TableComparison(name.rawValue, listing: limit))
            var goesOn = true
            while goesOn {
                goesOn = step(&walk)
                try stepEnded()
            }
        }
    }

    /// Compares some rows more; answers whether there are others and they are wanted.
    private func step(_ walk: inout Walk) -> Bool {
        let isLast = Result { () throws(JournalError) in try advance(&walk) }
        return state.change { state in
            switch isLast {
            case .success(nil): state.isGivenUp = true
            case .success(true?):
                state.compared[walk.name] = .success(
                    Compared(difference: walk.table.difference, keys: walk.keys))
            case .success(false?): break
            case .failure(let error): state.compared[walk.name] = .failure(error)
            }
            if case .success(_?) = isLast { state.untold += 1 }
            guard case .success(false?) = isLast else { return false }
            return !state.isGivenUp
        }
    }

    /// Answers whether the rows compared were the last ones; nil where the work has to be given up.
    private func advance(_ walk: inout Walk) throws(JournalError) -> Bool? {
        let liveTable = liveTables.table(walk.name)
        let isLast = try log.environment.read { (snapshot) throws(JournalError) -> Bool? in
            guard try log.head(in: snapshot) == position else { return nil }
            return try walk.table.advance(
                live: snapshot, liveTable, rebuilt: walk.rebuilt, rows: atOnce
            ) { walk.keys.append(differing: $0.tableKey) }
        }
        // So many keys are not for memory either.
        return walk.keys.count <= atOnce ? isLast : nil
    }
}

extension [[UInt8]] {
    /// Adds the key of a row that differs; of a key's many numbers only the first adds it.
    mutating func append(differing key: [UInt8]) {
        if last != key { append(key) }
    }
}
