internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerPlatforms

/// Brings notices and listed grants into a ledger, a commit for many of them.
///
/// A notice that depends on others is tried again at the end: of a grant that is not known, or of
/// an account that another grant holds. What makes the one known, or deletes the other, may come
/// later.
struct NoticeImport {
    private struct Item {
        var commands: [Command]
        var line: Int
        /// Why it was put off.
        var refusal: Refusal?
    }

    private let ledger: Ledger
    private let console: Console
    private let rejects: TextOutput?
    private let batch: Int
    private let now: Timestamp?
    private let correlation: CorrelationID?
    private var waiting: [Item] = []
    private var postponed: [Item] = []
    /// What became of the items so far.
    private(set) var count = NoticeCount()
    /// The line of the last item that was dealt with.
    private(set) var lastLine = 0

    init(
        into ledger: Ledger, batch: Int, _ actor: ActorOptions, on console: Console,
        rejects: TextOutput?
    ) {
        self.ledger = ledger
        self.batch = batch
        self.console = console
        self.rejects = rejects
        now = actor.now
        correlation = actor.correlation
    }

    /// Takes in what a body was read as; answers whether that filled a batch.
    mutating func take(
        _ result: NoticeResult, line: Int
    ) async throws(CommandFailure) -> Bool {
        switch result {
        case .ignored: count.ignored += 1
        case .unattributed(let notice):
            count.unattributed += 1
            let missing = notice.missing.map(\.rawValue).joined(separator: ", ")
            let reason = "\(notice.notice.grant) does not tell: \(missing)"
            try tell(RejectedRow(line: line, refusal: "unattributed", field: nil, reason: reason))
        case .commands(let commands):
            waiting.append(Item(commands: commands.map(correlated), line: line))
        }
        guard waiting.count >= batch else { return false }
        try await commit()
        return true
    }

    /// Takes in what could not be read.
    mutating func reject(line: Int, field: String?, reason: String) throws(CommandFailure) {
        count.rejected += 1
        try tell(RejectedRow(line: line, refusal: "invalid", field: field, reason: reason))
    }

    /// Commits what waits.
    mutating func commit() async throws(CommandFailure) {
        let items = waiting
        waiting.removeAll(keepingCapacity: true)
        let commands = items.flatMap(\.commands)
        var outcomes = try await execute(commands)[...]
        for item in items {
            try note(item, Array(outcomes.prefix(item.commands.count)))
            outcomes = outcomes.dropFirst(item.commands.count)
        }
        lastLine = max(lastLine, items.last?.line ?? 0)
        try rejects?.flush()
    }

    /// Commits what waits, and tries again what depends on others, while any of it is taken in.
    mutating func finish() async throws(CommandFailure) {
        try await commit()
        var before = Int.max
        while !postponed.isEmpty, postponed.count < before {
            var round = postponed[...]
            before = round.count
            postponed = []
            while !round.isEmpty {
                waiting = Array(round.prefix(batch))
                round = round.dropFirst(waiting.count)
                try await commit()
            }
        }
        for item in postponed { try refuse(item, item.refusal ?? .unknownGrant) }
        postponed = []
        try rejects?.flush()
    }

    private mutating func note(_ item: Item, _ all: [Outcome]) throws(CommandFailure) {
        // An import that meets the credential that holds this very grant: the grant is known, by
        // another name of its account.
        let outcomes = all.filter { outcome in
            if case .accountMismatch? = outcome.refusal { false } else { true }
        }
        let answer = NoticeAnswer(outcomes)
        switch answer {
        case _ where answer.dependsOnOthers:
            var item = item
            item.refusal = outcomes.lazy.compactMap(\.refusal).first
            postponed.append(item)
        case .refused(let refusal): try refuse(item, refusal)
        default:
            let receipts = outcomes.compactMap { outcome -> Receipt? in
                if case .applied(let receipt) = outcome { receipt } else { nil }
            }
            if receipts.isEmpty {
                count.unchanged += 1
            } else if receipts.allSatisfy(\.superseded) {
                count.superseded += 1
            } else {
                count.applied += 1
            }
        }
    }

    private mutating func refuse(_ item: Item, _ refusal: Refusal) throws(CommandFailure) {
        count.rejected += 1
        try tell(RejectedRow(line: item.line, refusal, column: { $0 }))
    }

    private func tell(_ row: RejectedRow) throws(CommandFailure) {
        console.tell(row.text)
        try rejects?.writeLine(row.json.serialized)
    }

    private func correlated(_ command: Command) -> Command {
        var command = command
        command.context.correlationID = correlation
        return command
    }

    private func execute(_ commands: [Command]) async throws(CommandFailure) -> [Outcome] {
        do {
            let times = now.map { Array(repeating: $0, count: commands.count) }
            return try await ledger.execute(commands, at: times)
        } catch {
            let failure = CommandFailure(error)
            throw CommandFailure(
                failure.status, code: failure.code,
                "After line \(lastLine): \(failure.message) What was imported stays; run it again.")
        }
    }
}
