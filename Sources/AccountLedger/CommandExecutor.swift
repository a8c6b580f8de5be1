internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

/// Commands that share one place in the queue, carried out one after the other.
struct CommandRequest: Sendable {
    var commands: [Command]
    /// The time of a ledger that takes it from each command, in the order of the commands.
    var times: [Timestamp]?
    /// Whether one refusal undoes them all.
    var isAllOrNone = false

    /// What the request counts in the queue.
    var weight: Int { commands.count }
}

/// What the commands of a request came to.
///
/// A request may be carried out more than once before its records are durable. What is counted of
/// it is told with the outcomes, so that whoever receives them reports it once.
struct CommandAnswer: Sendable {
    let outcomes: [Outcome]
    /// How often the system's clock was not later than the last record.
    let clampedClocks: Int
    /// By how many microseconds it was behind at most.
    let largestClamp: Int64
}

/// Carries commands out within the write transaction that appends their events.
struct CommandExecutor: Sendable {
    let log: EventLog
    let meta: LedgerMeta
    let tables: ViewTables
    let policy: Policy
    let repeatableBytes: (@Sendable (Int, RandomUse) -> [UInt8])?

    /// The time of the system.
    static func systemClock() -> Timestamp {
        Timestamp(microsecondsSinceEpoch: SystemClock.now())
    }

    /// Carries out all commands of a request.
    func execute(
        _ request: CommandRequest, in transaction: inout WriteTransaction
    ) throws(JournalError) -> Journal<CommandRequest, CommandAnswer>.Handled {
        var appender = try LogAppender(log, in: transaction.snapshot)
        let outcomes = try executeAll(request, &appender, &transaction)
        let ownsClock = request.times == nil
        let answer = CommandAnswer(
            outcomes: outcomes, clampedClocks: ownsClock ? appender.clampedClocks : 0,
            largestClamp: ownsClock ? appender.largestClamp : 0)
        if request.isAllOrNone, outcomes.contains(where: { $0.refusal != nil }) {
            return .init(answer, .undone)
        }
        let last = appender.lastID.map { LastRecord(position: appender.head, id: $0) }
        return .init(answer, .kept(last: last))
    }

    private func executeAll(
        _ request: CommandRequest, _ appender: inout LogAppender,
        _ transaction: inout WriteTransaction
    ) throws(JournalError) -> [Outcome] {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(request.commands.count)
        // Lent and not copied: a copy counts the users of all the texts.
        let commands = request.commands.span
        for index in commands.indices {
            let time = request.times?[index] ?? Self.systemClock()
            outcomes.append(try execute(commands[index], at: time, &appender, &transaction))
        }
        if appender.lastID != nil {
            try meta.setCheckpoint(ViewCheckpoint(position: appender.head), in: &transaction)
        }
        return outcomes
    }

    private func execute(
        _ command: Command, at time: Timestamp, _ appender: inout LogAppender,
        _ transaction: inout WriteTransaction
    ) throws(JournalError) -> Outcome {
        let now = appender.now(time)
        let input = try input(for: command, at: now, after: appender.head)
        let accountKey = command.action.account.map { AccountKey($0.identity) }
        switch try decide(command, with: input, accountKey, transaction.snapshot) {
        case .refused(let refusal): return .refused(refusal)
        case .unchanged(let receipt): return .unchanged(receipt)
        case .accepted(let proposal):
            let records = try appender.append(
                proposal, of: command, fingerprint: input.fingerprint, at: now, to: &transaction
            ) { time throws(JournalError) in
                EventID(at: time, random: try random(EventID.length, .event(at: time)))
            }
            let writer = ViewWriter(tables, accountKey: accountKey)
            let span = records.span
            for index in span.indices { try writer.apply(span[index], in: &transaction) }
            let first = records.first?.position ?? appender.head
            return .applied(proposal.receipt(at: first...appender.head))
        }
    }

    private func decide(
        _ command: Command, with input: DecisionInput, _ accountKey: AccountKey?,
        _ snapshot: consuming Snapshot
    ) throws(JournalError) -> Decision {
        let reader = ViewReader(tables, log, snapshot, accountKey: accountKey)
        return try LedgerDomain.decide(command, policy: policy, with: input, from: reader)
    }

    /// Fresh identifiers where some may be needed, and the fingerprint where the command will be
    /// remembered.
    private func input(
        for command: Command, at now: Timestamp, after head: Position
    ) throws(JournalError) -> DecisionInput {
        let isRemembered =
            command.context.idempotencyKey != nil || command.action.stateDigest != nil
        var input = DecisionInput(
            now: now,
            fingerprint: isRemembered
                ? CommandFingerprint(of: command.action)
                : CommandFingerprint(content: [], personal: []))
        switch command.action {
        case .issueState:
            let token = StateToken(random: try random(32, .token(after: head)))
            input.newState = token
            input.newStateDigest = StateDigest(of: token)
        case .link, .importGrant:
            input.newCredential = CredentialID(random: try random(16, .credential(after: head)))
        case .expire, .report, .revoke, .relabel, .select: break
        }
        return input
    }

    private func random(_ count: Int, _ use: RandomUse) throws(JournalError) -> [UInt8] {
        if let repeatableBytes { return repeatableBytes(count, use) }
        return try LedgerJournal.translated { () throws(StorageError) in
            try secureRandomBytes(count)
        }
    }
}
