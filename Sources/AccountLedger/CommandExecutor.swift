internal import FoundationEssentials
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
        var outcomes: [Outcome] = []
        var appender = try LogAppender(log, in: transaction.snapshot)
        guard request.isAllOrNone else {
            outcomes = try executeAll(request, &appender, &transaction)
            return handled(outcomes, appender)
        }
        do throws(JournalError) {
            try transaction.nested { (inner) throws(JournalError) in
                outcomes = try executeAll(request, &appender, &inner)
                if outcomes.contains(where: { $0.refusal != nil }) {
                    throw JournalError(.abandoned)
                }
            }
        } catch {
            guard case .abandoned = error.code else { throw error }
            return .init(outcomes, last: nil)
        }
        return handled(outcomes, appender)
    }

    private func handled(
        _ outcomes: [Outcome], _ appender: LogAppender
    ) -> Journal<CommandRequest, [Outcome]>.Handled {
        let last = appender.lastID.map { id in
            Journal<CommandRequest, [Outcome]>.LastRecord(position: appender.head, id: id)
        }
        return .init(outcomes, last: last)
    }

    private func executeAll(
        _ request: CommandRequest, _ appender: inout LogAppender,
        _ transaction: inout WriteTransaction
    ) throws(JournalError) -> [Outcome] {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(request.commands.count)
        for (index, command) in request.commands.enumerated() {
            let time = request.times?[index] ?? Self.systemClock()
            outcomes.append(try execute(command, at: time, &appender, &transaction))
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
        switch try decide(command, with: input, transaction.snapshot) {
        case .refused(let refusal): return .refused(refusal)
        case .unchanged(let receipt): return .unchanged(receipt)
        case .accepted(let proposal):
            let records = try appender.append(
                proposal, of: command, fingerprint: input.fingerprint, at: now, to: &transaction
            ) { time throws(JournalError) in
                EventID(at: time, random: try random(EventID.length, .event(at: time)))
            }
            let writer = ViewWriter(tables)
            for record in records { try writer.apply(record, in: &transaction) }
            let first = records.first?.position ?? appender.head
            return .applied(proposal.receipt(at: first...appender.head))
        }
    }

    private func decide(
        _ command: Command, with input: DecisionInput, _ snapshot: consuming Snapshot
    ) throws(JournalError) -> Decision {
        let reader = ViewReader(tables, log, snapshot)
        return try LedgerDomain.decide(command, policy: policy, with: input, from: reader)
    }

    /// Fresh identifiers, and the fingerprint where the command will be remembered.
    private func input(
        for command: Command, at now: Timestamp, after head: Position
    ) throws(JournalError) -> DecisionInput {
        let token = try makeToken(after: head)
        let isRemembered =
            command.context.idempotencyKey != nil || command.action.stateDigest != nil
        return DecisionInput(
            now: now, newCredential: CredentialID(random: try random(16, .credential(after: head))),
            newState: token,
            newStateDigest: StateDigest(of: token),
            fingerprint: isRemembered
                ? CommandFingerprint(of: command.action) : CommandFingerprint([:]))
    }

    /// 32 random bytes in base64url without padding.
    private func makeToken(after head: Position) throws(JournalError) -> StateToken {
        let bytes = try random(32, .token(after: head))
        let text = Data(bytes).base64EncodedString().utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
        return StateToken(String(decoding: text, as: UTF8.self))
    }

    private func random(_ count: Int, _ use: RandomUse) throws(JournalError) -> [UInt8] {
        if let repeatableBytes { return repeatableBytes(count, use) }
        return try LedgerJournal.translated { () throws(StorageError) in
            try secureRandomBytes(count)
        }
    }
}
