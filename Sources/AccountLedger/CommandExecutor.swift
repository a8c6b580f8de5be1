internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import Logging

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

/// Carries commands out within the write transaction that appends their events.
struct CommandExecutor: Sendable {
    let log: EventLog
    let meta: LedgerMeta
    let tables: ViewTables
    let policy: Policy
    let instruments: Instruments
    let logger: Logger
    let repeatableBytes: (@Sendable (Int, RandomUse) -> [UInt8])?

    /// The time of the system.
    static func systemClock() -> Timestamp {
        Timestamp(microsecondsSinceEpoch: SystemClock.now())
    }

    /// Carries out all commands of a request.
    func execute(
        _ request: CommandRequest, in transaction: inout WriteTransaction
    ) throws(JournalError) -> Journal<CommandRequest, [Outcome]>.Handled {
        var appender = try LogAppender(log, in: transaction.snapshot)
        let outcomes = try executeAll(request, &appender, &transaction)
        let isUndone = request.isAllOrNone && outcomes.contains { $0.refusal != nil }
        guard !isUndone, let id = appender.lastID else {
            return .init(outcomes, last: nil, isUndone: isUndone)
        }
        return .init(outcomes, last: LastRecord(position: appender.head, id: id))
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
        if request.times == nil { report(appender) }
        return outcomes
    }

    private func report(_ appender: LogAppender) {
        guard appender.clampedClocks > 0 else { return }
        instruments.countClampedClocks(appender.clampedClocks)
        // Commands within one microsecond are ordinary; a clock that was set back is worth a line.
        guard appender.largestClamp > 1_000_000 else { return }
        logger.warning(
            "the clock is behind the last record; times are taken from the record",
            metadata: ["microseconds": "\(appender.largestClamp)"])
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
            input.newState = StateToken(random: try random(32, .token(after: head)))
            input.newStateDigest = StateDigest(of: input.newState)
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
