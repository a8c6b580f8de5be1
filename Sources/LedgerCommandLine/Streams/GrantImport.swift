internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat

/// Imports rows a batch at a time, and tells of every row that was rejected.
struct GrantImport {
    /// What an import does.
    struct Plan {
        /// The most rows that share a commit.
        var batch: Int
        /// Whether a rejected row undoes its batch.
        var isStrict: Bool
        var context: CommandContext
        /// The ledger's time, where its clock is simulated.
        var now: Timestamp?
    }

    private let ledger: Ledger
    private let plan: Plan
    private let console: Console
    private let rejects: TextOutput?
    private var grants: [(grant: ImportGrant, line: Int)] = []
    private var rejectedInBatch = 0
    /// What became of the rows so far.
    private(set) var count = ImportCount()
    /// The line of the last row that was dealt with.
    private(set) var lastLine = 0

    init(into ledger: Ledger, _ plan: Plan, on console: Console, rejects: TextOutput?) {
        self.ledger = ledger
        self.plan = plan
        self.console = console
        self.rejects = rejects
    }

    /// Takes a row in, and commits where it fills a batch; answers whether it did.
    mutating func take(_ row: UserGrantsReader.Row) async throws(CommandFailure) -> Bool {
        switch row {
        case .grant(let grant, let line): grants.append((grant, line))
        case .rejected(let line, let field, let reason):
            rejectedInBatch += 1
            try reject(RejectedRow(line: line, field: field, reason: reason))
        }
        guard grants.count + rejectedInBatch >= plan.batch else { return false }
        try await commit()
        return true
    }

    /// Commits the rows that wait.
    mutating func commit() async throws(CommandFailure) {
        defer {
            grants.removeAll(keepingCapacity: true)
            rejectedInBatch = 0
        }
        if plan.isStrict, rejectedInBatch > 0 {
            count.undone += grants.count
        } else {
            try note(try await execute())
        }
        lastLine = max(lastLine, grants.last?.line ?? 0)
        try rejects?.flush()
    }

    private func execute() async throws(CommandFailure) -> ImportResult {
        do {
            return try await ledger.importGrants(
                grants.map(\.grant), refused: plan.isStrict ? .abandonAll : .leaveOut,
                context: plan.context, at: plan.now)
        } catch {
            let failure = CommandFailure(error)
            throw CommandFailure(
                failure.status, code: failure.code,
                "After line \(lastLine): \(failure.message) What was imported stays; run it again.")
        }
    }

    private mutating func note(_ result: ImportResult) throws(CommandFailure) {
        for ((_, line), outcome) in zip(grants, result.outcomes) {
            switch outcome {
            case .refused(let refusal): try reject(RejectedRow(line: line, refusal))
            case _ where !result.isCommitted: count.undone += 1
            case .unchanged: count.unchanged += 1
            case .applied(let receipt):
                count.imported += 1
                if receipt.labelDropped { count.labelsDropped += 1 }
            }
        }
    }

    private mutating func reject(_ row: RejectedRow) throws(CommandFailure) {
        count.rejected += 1
        lastLine = max(lastLine, row.line)
        console.tell(row.text)
        try rejects?.writeLine(row.json.serialized)
    }
}
