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
    private var rejected: [RejectedRow] = []
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
            rejected.append(RejectedRow(line: line, field: field, reason: reason))
        }
        guard grants.count + rejected.count >= plan.batch else { return false }
        try await commit()
        return true
    }

    /// Commits the rows that wait.
    mutating func commit() async throws(CommandFailure) {
        if plan.isStrict, !rejected.isEmpty {
            count.undone += grants.count
        } else {
            note(try await execute())
        }
        try tell()
        lastLine = max(lastLine, grants.last?.line ?? 0, rejected.last?.line ?? 0)
        grants.removeAll(keepingCapacity: true)
        rejected.removeAll(keepingCapacity: true)
    }

    /// Tells of the rejected rows in the order of the file.
    private mutating func tell() throws(CommandFailure) {
        rejected.sort { $0.line < $1.line }
        count.rejected += rejected.count
        for row in rejected {
            console.tell(row.text)
            try rejects?.writeLine(row.json.serialized)
        }
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

    private mutating func note(_ result: ImportResult) {
        for ((_, line), outcome) in zip(grants, result.outcomes) {
            switch outcome {
            case .refused(let refusal): rejected.append(RejectedRow(line: line, refusal))
            case _ where !result.isCommitted: count.undone += 1
            case .unchanged: count.unchanged += 1
            case .applied(let receipt):
                count.imported += 1
                if receipt.labelDropped { count.labelsDropped += 1 }
            }
        }
    }
}
