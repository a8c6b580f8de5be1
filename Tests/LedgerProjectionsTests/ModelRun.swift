@testable internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// A ledger and a model of it that are given the same commands.
struct ModelRun {
    private let directory: TemporaryDirectory
    let policy: Policy
    private(set) var generator: CommandGenerator
    private var clock = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
    private(set) var ledger: Ledger
    private(set) var state = LedgerState()
    private(set) var refusals: Set<String> = []
    /// How many of a hundred commands are of narrowed access.
    var narrowedPercent = 0

    init(seed: UInt64, policy: Policy) throws {
        directory = try TemporaryDirectory()
        self.policy = policy
        generator = CommandGenerator(seed: seed)
        var options = LedgerOptions()
        options.policy = policy
        options.usesSimulatedClock = true
        options.mapSize = 1 << 30
        ledger = try Ledger.open(at: directory.appending("ledger"), options: options)
    }

    /// A ledger and its model after some random commands, with several accounts for a toolkit, and
    /// with accounts that users share where the seed is even.
    static func history(_ seed: UInt64, steps: Int = 150) async throws -> ModelRun {
        var run = try ModelRun(
            seed: seed, policy: Policy(allowMultiple: true, sharedAccounts: seed % 2 == 0))
        for _ in 0..<steps { try await run.step() }
        return run
    }

    mutating func reopen(_ access: LedgerOptions.Access) throws {
        ledger.close()
        ledger = try Ledger.open(at: ledger.path, options: LedgerOptions(access: access))
    }

    /// Gives both one random command and compares what becomes of it.
    mutating func step() async throws {
        clock = clock.adding(
            microseconds: .random(in: -5_000_000...40_000_000, using: &generator.random))
        let state = state
        var command = generator.next(now: clock) { state.user($0).version }
        if generator.random.happens(narrowedPercent) { command.context.narrowing = narrowing() }
        let last = state.lastRecordedAt ?? Timestamp(microsecondsSinceEpoch: .min)
        let now = clock > last ? clock : last.adding(microseconds: 1)
        let expected = decide(
            command, policy: policy, with: input(command, now), from: state)
        let outcome = try await ledger.execute(command, at: clock)
        let records = try newRecords()
        for record in records { try self.state.evolve(record) }
        generator.pool.learn(from: records)
        if let refusal = outcome.refusal { refusals.insert(refusal.name) }
        compare(outcome, expected, records, now, command)
    }

    private mutating func narrowing() -> Narrowing {
        ModelRun.narrowings(generator.pool).randomElement(using: &generator.random) ?? .nothing
    }

    private func input(_ command: Command, _ now: Timestamp) -> DecisionInput {
        let token = StateToken("model")
        let digest = StateDigest(of: token)
        return DecisionInput(
            now: now, newCredential: "cred_model", newState: token, newStateDigest: digest,
            fingerprint: CommandFingerprint(of: command.action))
    }

    private func newRecords() throws -> [EventRecord] {
        let head = state.head
        return try ledger.read { (view) throws(LedgerError) in
            try view.records(after: head, limit: 100)
        }
    }

    private func compare(
        _ outcome: Outcome, _ expected: Decision, _ records: [EventRecord], _ now: Timestamp,
        _ command: Command
    ) {
        switch (outcome, expected) {
        case (.refused(let left), .refused(let right)):
            #expect(left == right, "\(command)")
            #expect(records.isEmpty)
        case (.unchanged(let left), .unchanged(let right)):
            #expect(left == right, "\(command)")
            #expect(records.isEmpty)
        case (.applied(let receipt), .accepted(let proposal)):
            compare(receipt, proposal, records, now, command)
        default: Issue.record("\(outcome) is not \(expected), of \(command)")
        }
    }

    private func compare(
        _ receipt: Receipt, _ proposal: Proposal, _ records: [EventRecord], _ now: Timestamp,
        _ command: Command
    ) {
        #expect(records.map(\.event.fresh) == proposal.drafts.map(\.event.fresh), "\(command)")
        #expect(records.map(\.occurredAt) == proposal.drafts.map(\.occurredAt))
        #expect(records.first?.recordedAt == now)
        #expect(records.allSatisfy { $0.user == proposal.user })
        #expect(receipt.positions?.lowerBound == records.first?.position)
        #expect(receipt.positions?.upperBound == records.last?.position)
        #expect(receipt.userVersion.number == records.last?.position.number)
        #expect(receipt.kind == proposal.kind)
        #expect(receipt.superseded == proposal.superseded)
        #expect(receipt.previousGrant == proposal.previousGrant)
        #expect(receipt.labelDropped == proposal.labelDropped)
        #expect(receipt.expiresAt == proposal.expiresAt)
        #expect((receipt.state == nil) == (proposal.state == nil))
        if proposal.kind == .connected {
            #expect(receipt.credential == records.first?.event.credential)
        } else {
            #expect(receipt.credential == proposal.credential)
        }
    }
}

extension Event {
    /// The event without the names that are made anew for each command.
    fileprivate var fresh: Event {
        switch self {
        case .stateIssued(var event):
            event.digest = StateDigest(of: StateToken(""))
            return .stateIssued(event)
        case .grantLinked(var event) where event.kind == .connected:
            event.credential = ""
            return .grantLinked(event)
        case .grantExpired(var event) where event.reason == RevocationReason.imported.text:
            event.credential = ""
            return .grantExpired(event)
        case .grantRevoked(var event) where event.reason == .imported:
            event.credential = ""
            return .grantRevoked(event)
        default: return self
        }
    }
}
