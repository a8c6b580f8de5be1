internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite struct ImportTests {
    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }

    init() throws { scratch = try ScratchLedger() }

    private func grants(_ count: Int) -> [ImportGrant] {
        (0..<count).map { number in
            ImportGrant(
                user: UserID("user \(number % 3)"), toolkit: "gmail", grant: GrantID("g\(number)"),
                account: .google("subject \(number)"),
                status: CredentialStatus.allCases[number % 3])
        }
    }

    @Test("Importing again changes nothing, and says where the first import is")
    func again() async throws {
        let first = try await ledger.importGrants(grants(9))
        #expect(first.isCommitted)
        #expect(first.outcomes.allSatisfy { $0.refusal == nil })
        let head = try ledger.head()
        // Expired and revoked ones take two records.
        #expect(head == Position(15))
        let second = try await ledger.importGrants(grants(9))
        #expect(second.outcomes.allSatisfy { if case .unchanged = $0 { true } else { false } })
        #expect(try ledger.head() == head)
        #expect(try ledger.accounts(of: "user 0").count == 3)
        #expect(try ledger.accounts(of: "user 2").isEmpty)
    }

    @Test("However many accounts a user has, they are listed in the order of first connection")
    func order() async throws {
        let start = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
        var expected: [GrantID] = []
        // Three share a moment each, and among them the order is that of the log.
        for number in 0..<70 {
            let turn = number * 37 % 70 / 3
            var grant = ImportGrant(
                user: "ann", toolkit: "gmail", grant: GrantID("g\(number)"),
                account: .google("subject \(number)"))
            grant.connectedAt = start.adding(seconds: Int64(turn))
            grant.status = number == 5 ? .revoked : .valid
            _ = try await ledger.importGrants([grant])
            let place = expected.lastIndex { name in
                (Int(name.text.dropFirst()) ?? 0) * 37 % 70 / 3 <= turn
            }
            expected.insert(grant.grant, at: place.map { $0 + 1 } ?? 0)
            let all = try ledger.accounts(of: "ann", includingRevoked: true)
            #expect(all.map(\.grant) == expected)
            #expect(try ledger.accounts(of: "ann").map(\.grant) == expected.filter { $0 != "g5" })
        }
    }

    @Test("A refused grant is left out, or undoes the whole import, as the caller wants")
    func refused() async throws {
        var batch = grants(6)
        batch[2].grant = ""
        let abandoned = try await ledger.importGrants(batch, refused: .abandonAll)
        #expect(!abandoned.isCommitted)
        #expect(abandoned.outcomes.count == 6)
        #expect(abandoned.outcomes[2].refusal?.name == "invalid")
        #expect(try ledger.head() == .start)
        #expect(try ledger.reading { view in try view.users(limit: 9) }.isEmpty)
        // What was undone leaves positions and tables as they were.
        let receipt = try await ledger.connect("ann", grant: "g0")
        #expect(receipt.positions == Position(2)...Position(2))
        #expect(try await ledger.revoke(.credential(#require(receipt.credential))).refusal == nil)
        let kept = try await ledger.importGrants(batch, refused: .leaveOut)
        #expect(kept.isCommitted)
        #expect(kept.outcomes.filter { $0.refusal != nil }.count == 1)
        #expect(kept.outcomes[0].positions == Position(4)...Position(4))
        try ledger.expectDense()
    }

    @Test("An import that is undone leaves the commands beside it be, and they leave it be")
    func besides() async throws {
        let ledger = ledger
        var batch = grants(30)
        batch[29].grant = ""
        let undone = batch
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let result = try await ledger.importGrants(undone, refused: .abandonAll)
                    #expect(!result.isCommitted)
                }
                group.addTask { try await ledger.connect("ann", grant: GrantID("ann \(number)")) }
            }
            try await group.waitForAll()
        }
        #expect(try ledger.accounts(of: "ann").count == 20)
        #expect(try ledger.head() == Position(40))
        #expect(try ledger.reading { view in try view.users(limit: 9) } == ["ann"])
        try ledger.expectDense()
    }

    @Test("An import without a refusal is recorded by one commit, all of it")
    func allOrNone() async throws {
        let result = try await ledger.importGrants(grants(100), refused: .abandonAll)
        #expect(result.isCommitted)
        try ledger.expectDense()
        #expect(try await ledger.importGrants([]).isCommitted)
    }
}
