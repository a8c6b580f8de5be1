internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// Many tasks of one process that want the same at once.
@Suite struct ContentionTests {
    private static let tasks = 64
    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }

    init() throws { scratch = try ScratchLedger() }

    /// Runs a body in many tasks at once, and answers their outcomes in the order of their numbers.
    private func race(
        _ body: @escaping @Sendable (Int) async throws -> Outcome
    ) async throws -> [Outcome] {
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            for number in 0..<Self.tasks {
                group.addTask { (number, try await body(number)) }
            }
            var outcomes: [Int: Outcome] = [:]
            for try await (number, outcome) in group { outcomes[number] = outcome }
            return outcomes.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    @Test("An idempotency key raced by many is applied once; the others get the same positions")
    func idempotencyKey() async throws {
        let ledger = ledger
        let outcomes = try await race { _ in
            try await ledger.issueState(
                IssueState(user: "ann", toolkit: "gmail"),
                context: CommandContext(idempotencyKey: "one"))
        }
        #expect(outcomes.filter(\.isApplied).count == 1)
        #expect(outcomes.filter { $0.refusal != nil }.isEmpty)
        #expect(Set(outcomes.map(\.positions)) == [Position(1)...Position(1)])
        #expect(outcomes.compactMap { try? $0.get().state }.count == 1)
        #expect(try ledger.head() == Position(1))
    }

    @Test(
        "A state raced by many ends in one link; the same callback is answered, others are refused")
    func state() async throws {
        let ledger = ledger
        let token = try await ledger.issueToken("ann")
        let outcomes = try await race { number in
            let half = number % 2 == 0 ? 0 : number
            return try await ledger.link(
                state: token, grant: GrantID("g\(half)"), account: .google("\(half)"))
        }
        let applied = outcomes.filter(\.isApplied)
        #expect(applied.count == 1)
        #expect(Set(outcomes.compactMap(\.positions)) == [Position(2)...Position(2)])
        let refusals = Set(outcomes.compactMap(\.refusal))
        #expect(refusals == [.stateAlreadyUsed])
        #expect(try ledger.accounts(of: "ann").count == 1)
    }

    @Test(
        "A grant raced for different users goes to one of them; the others are refused namelessly")
    func grant() async throws {
        let ledger = ledger
        let outcomes = try await race { number in
            let token = try await ledger.issueToken(UserID("user \(number)"))
            return try await ledger.link(state: token, grant: "g", account: .google("\(number)"))
        }
        #expect(outcomes.filter(\.isApplied).count == 1)
        let refusals = outcomes.compactMap(\.refusal)
        #expect(refusals.allSatisfy { $0 == .grantAlreadyLinked(nil) })
        #expect(refusals.count == Self.tasks - 1)
        try ledger.expectDense()
    }

    @Test("A provider account raced for different users goes to one of them")
    func account() async throws {
        let ledger = ledger
        let outcomes = try await race { number in
            let token = try await ledger.issueToken(UserID("user \(number)"))
            return try await ledger.link(
                state: token, grant: GrantID("g\(number)"), account: .google("same"))
        }
        #expect(outcomes.filter(\.isApplied).count == 1)
        #expect(outcomes.compactMap(\.refusal).allSatisfy { $0 == .accountAlreadyLinked(nil) })
    }

    @Test("A label raced by many accounts of a user goes to one of them, which refusals name")
    func label() async throws {
        let ledger = ledger
        var ids: [CredentialID] = []
        for number in 0..<Self.tasks {
            let receipt = try await ledger.connect("ann", grant: GrantID("g\(number)"))
            ids.append(try #require(receipt.credential))
        }
        let all = ids
        let outcomes = try await race { number in
            try await ledger.relabel(all[number], to: number % 2 == 0 ? "Work" : "wORK")
        }
        let first = outcomes.firstIndex { $0.isApplied }
        let winner = try #require(first)
        #expect(outcomes.filter(\.isApplied).count == 1)
        #expect(outcomes.compactMap(\.refusal).allSatisfy { $0 == .labelTaken(by: all[winner]) })
    }

    @Test(
        "A user's version raced by many lets exactly one pass, and tells the others the current one"
    )
    func version() async throws {
        let ledger = ledger
        let version = try await ledger.connect("ann", grant: "g").userVersion
        let outcomes = try await race { _ in
            try await ledger.issueState(
                IssueState(user: "ann", toolkit: "drive", allowMultiple: true),
                context: CommandContext(expectedUserVersion: version))
        }
        #expect(outcomes.filter(\.isApplied).count == 1)
        let refusals = outcomes.compactMap(\.refusal)
        #expect(refusals.allSatisfy { $0 == .versionConflict(current: UserVersion(3)) })
        #expect(refusals.count == Self.tasks - 1)
    }

    @Test("Many callers at once skip no position, and every receipt names its own records")
    func manyCallers() async throws {
        let ledger = ledger
        let rounds = Effort.number("LEDGER_CALLS", else: 200)
        let receipts = try await withThrowingTaskGroup(of: [(UserID, Receipt)].self) { group in
            for number in 0..<Self.tasks {
                group.addTask {
                    let user = UserID("user \(number / 2)")
                    var receipts: [(UserID, Receipt)] = []
                    for _ in 0..<rounds {
                        let action = IssueState(user: user, toolkit: "gmail", allowMultiple: true)
                        receipts.append((user, try await ledger.issueState(action).get()))
                    }
                    return receipts
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(receipts.count == Self.tasks * rounds)
        try ledger.expectDense()
        let records = try ledger.allRecords()
        #expect(records.count == receipts.count)
        for (user, receipt) in receipts {
            let position = try #require(receipt.positions?.upperBound)
            #expect(receipt.userVersion == UserVersion(position))
            #expect(records[Int(position.number) - 1].user == user)
        }
        #expect(Set(receipts.map(\.1.positions)).count == receipts.count)
        let reopened = try scratch.reopened(.readOnly)
        #expect(try reopened.head() == Position(UInt64(receipts.count)))
    }
}

extension Outcome {
    /// Whether records were appended.
    var isApplied: Bool { if case .applied = self { true } else { false } }
}
