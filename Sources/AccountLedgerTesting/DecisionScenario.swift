public import LedgerDomain
internal import LedgerFormat

/// A ledger in memory on which a test tries out what becomes of commands: given, when, then.
///
/// It runs commands as a ledger on disk does: the same rules on the same facts, dense positions,
/// strictly increasing times. Nothing is written anywhere. Its clock stands still until a test
/// moves it, and the names that it gives out are numbered, so that a scenario gives the same
/// answers every time.
///
/// It is a value: a copy goes its own way. It is slow by design, because it looks everything up by
/// looking through everything; a scenario has some hundred records, not some hundred thousand.
public struct DecisionScenario: Sendable {
    /// The time that the clock of a new scenario shows: 2026-01-01T00:00:00Z.
    public static let start = Timestamp(microsecondsSinceEpoch: 1_767_225_600_000_000)

    /// What the ledger allows.
    public let policy: Policy
    /// The time on the clock; a record bears it, or the next microsecond if a record bears it
    /// already.
    public var clock: Timestamp
    /// The log, in order.
    public private(set) var records: [EventRecord] = []
    /// The events of the last command; empty if it was refused or had nothing to change.
    public private(set) var events: [Event] = []

    package private(set) var state = LedgerState()
    private var madeCredentials = 0
    private var issuedStates = 0

    /// Makes a scenario with an empty log.
    public init(policy: Policy = Policy(), clock: Timestamp = DecisionScenario.start) {
        self.policy = policy
        self.clock = clock
    }
}

extension DecisionScenario {
    /// Executes commands that a test builds on, none of which may be refused.
    ///
    /// - Throws: `ScenarioFailure` naming the first command that was refused.
    public func given(_ commands: Command...) throws(ScenarioFailure) -> DecisionScenario {
        var scenario = self
        for (index, command) in commands.enumerated() {
            let outcome = try scenario.when(command)
            if let refusal = outcome.refusal { throw .givenRefused(index: index, refusal) }
        }
        return scenario
    }

    /// Executes a command and tells what became of it.
    ///
    /// - Parameter time: What the clock shows from then on; it may go backwards. Left as it is if
    ///   not given.
    /// - Throws: `ScenarioFailure` when the rules have written a log that cannot be read back: a
    ///   defect of the ledger, not of the command.
    @discardableResult
    public mutating func when(
        _ command: Command, at time: Timestamp? = nil
    ) throws(ScenarioFailure) -> Outcome {
        if let time { clock = time }
        let input = try input(for: command)
        events = []
        switch decide(command, policy: policy, with: input, from: state) {
        case .accepted(let proposal): return .applied(try append(proposal, of: command, input))
        case .unchanged(let receipt): return .unchanged(receipt)
        case .refused(let refusal): return .refused(refusal)
        }
    }

    /// Checks that the last command has appended these events and no others, in this order.
    ///
    /// - Throws: `ScenarioFailure` with both where they differ; its description holds their names
    ///   only, because events hold personal fields.
    public func then(_ expected: Event...) throws(ScenarioFailure) {
        guard events == expected else { throw .otherEvents(expected: expected, found: events) }
    }

    /// The time that the next record bears: the clock, or one microsecond after the last record if
    /// the clock is not later.
    package var now: Timestamp {
        guard let last = state.lastRecordedAt, clock <= last else { return clock }
        return last.adding(microseconds: 1)
    }

    private func input(for command: Command) throws(ScenarioFailure) -> DecisionInput {
        let token = Self.stateToken(issuedStates + 1)
        return DecisionInput(
            now: now, newCredential: Self.credentialID(madeCredentials + 1), newState: token,
            newStateDigest: StateDigest(of: token),
            fingerprint: CommandFingerprint(of: command.action))
    }

    private mutating func append(
        _ proposal: Proposal, of command: Command, _ input: DecisionInput
    ) throws(ScenarioFailure) -> Receipt {
        let first = state.head.next
        for (index, draft) in proposal.drafts.enumerated() {
            let record = record(draft, index, of: proposal, command, input)
            do { try state.evolve(record) } catch { throw .brokenLog(error.description) }
            records.append(record)
            events.append(draft.event)
            count(draft.event)
        }
        return proposal.receipt(at: first...state.head)
    }

    private func record(
        _ draft: Proposal.Draft, _ index: Int, of proposal: Proposal, _ command: Command,
        _ input: DecisionInput
    ) -> EventRecord {
        let context = command.context
        let isRemembered = context.idempotencyKey != nil || command.action.stateDigest != nil
        let position = state.head.next
        let time = input.now.adding(microseconds: Int64(index))
        return EventRecord(
            position: position, recordedAt: time, id: Self.eventID(position, at: time),
            user: proposal.user, occurredAt: draft.occurredAt, actor: context.actor,
            correlationID: context.correlationID, causationID: context.causationID,
            idempotencyKey: index == 0 ? context.idempotencyKey : nil,
            part: CommandPart(index: index, count: proposal.drafts.count),
            fingerprint: index == 0 && isRemembered ? input.fingerprint : nil, event: draft.event)
    }

    private mutating func count(_ event: Event) {
        switch event {
        case .stateIssued: issuedStates += 1
        case .grantLinked(let linked) where linked.kind == .connected: madeCredentials += 1
        case .grantLinked, .grantExpired, .grantRevoked, .labelChanged, .accountSelected: break
        }
    }
}
