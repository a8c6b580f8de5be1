internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite(.timeLimit(.minutes(2))) struct VerdictTests {
    private func expireAll(_ ledger: Ledger, reason: String? = "401") async throws -> [ExpiredGrant]
    {
        try await ledger.fanOut(over: "ann") { _ in
            throw GrantVerdict.expired(reason: reason)
        }.expired()
    }

    @Test("A grant that is found expired is recorded in one line, once, for that account alone")
    func recorded() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 3)
        let results = try await ledger.fanOut(over: "ann") { credential in
            if credential == accounts[1] { throw GrantVerdict.expired(reason: "401") }
        }
        try await ledger.expire(results.expired())
        #expect(try ledger.accounts(of: "ann").map(\.status) == [.valid, .expired, .valid])
        let expired = try ledger.accounts(of: "ann")[1]
        #expect(expired.statusReason == "401")
        #expect(expired.statusChangedAt == results[1].expired?.observedAt)
        let head = try ledger.head()
        let again = try await ledger.expire(results.expired())
        #expect(again.count == 1)
        guard case .unchanged = again[0] else { Issue.record("\(again)"); return }
        #expect(try ledger.head() == head)
    }

    @Test(
        "An account that was connected again while the operation ran stays valid",
        arguments: ["the same", "another"])
    func reconnected(_ grant: String) async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.connect("ann", grant: "the same", subject: "s")
        let found = try await ledger.fanOut(over: "ann") { credential in
            try await ledger.connect("ann", grant: GrantID(grant), subject: "s")
            throw GrantVerdict.expired()
        }.expired()
        let outcomes = try await ledger.expire(found)
        #expect(try outcomes.map { try $0.get().superseded } == [true])
        let account = try ledger.accounts(of: "ann")[0]
        #expect(account.status == .valid)
        #expect(account.grant == GrantID(grant))
        let again = try await ledger.expire(found)
        guard case .unchanged = again[0] else { Issue.record("\(again)"); return }
    }

    @Test("A grant that went to another user meanwhile stays as it is")
    func movedOn() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.connect("ann", grant: "g", subject: "s")
        let found = try await expireAll(ledger)
        _ = try await ledger.revoke(.grant("g")).get()
        try await ledger.connect("bob", grant: "g", subject: "s")
        let outcomes = try await ledger.expire(found)
        #expect(outcomes == [.refused(.unknownGrant)])
        #expect(try ledger.accounts(of: "bob").map(\.status) == [.valid])
    }

    @Test("A verdict counts although the clock was set back since the account was connected")
    func clockSetBack() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        // As seen from the clock of this machine, the user authenticated four minutes from now.
        let ahead = try #require(try await aheadOfClock(ledger))
        let found = try await expireAll(ledger)
        #expect(found.map(\.observedAt) == [ahead])
        try await ledger.expire(found)
        #expect(try ledger.accounts(of: "ann").map(\.status) == [.expired])
    }

    private func aheadOfClock(_ ledger: Ledger) async throws -> Timestamp? {
        let now = try await ledger.issueState(IssueState(user: "bob", toolkit: "gmail")).get()
        let ahead = now.expiresAt?.adding(seconds: 240 - 600)
        let token = try await ledger.issueToken("ann")
        _ = try await ledger.link(
            state: token, grant: "g", account: .google("s"),
            context: CommandContext(occurredAt: ahead)
        ).get()
        return ahead
    }

    @Test("With a simulated clock a verdict bears the time of the last record")
    func simulated() async throws {
        let scratch = try ScratchLedger { $0.usesSimulatedClock = true }
        let ledger = scratch.ledger
        let time = Timestamp(microsecondsSinceEpoch: 1_000_000_000)
        let grant = ImportGrant(
            user: "ann", toolkit: "gmail", grant: "g", account: .google("s"), source: "test")
        _ = try await ledger.importGrants([grant], at: time)
        let found = try await expireAll(ledger)
        #expect(found.map(\.observedAt) == [time])
        try await ledger.expire(found, at: time.adding(seconds: 1))
        #expect(try ledger.accounts(of: "ann").map(\.status) == [.expired])
    }

    @Test(
        "Of a reason is kept what the log can keep",
        arguments: [
            ("401\n", "401"), ("", nil), ("\u{7}", nil), (nil, nil),
            (String(repeating: "ä", count: 200), String(repeating: "ä", count: 127)),
        ] as [(String?, String?)])
    func reason(_ given: String?, _ kept: String?) async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 1)
        let found = try await expireAll(ledger, reason: given)
        #expect(found.map(\.reason) == [kept])
        try await ledger.expire(found)
        #expect(try ledger.accounts(of: "ann").map(\.statusReason) == [kept])
    }

    @Test("More grants than a commit takes are recorded in several")
    func many() async throws {
        let scratch = try ScratchLedger { $0.maximumCommandsPerCommit = 2 }
        let ledger = scratch.ledger
        for number in 0..<5 { try await ledger.connect("ann", grant: GrantID("g\(number)")) }
        let outcomes = try await ledger.expire(try await expireAll(ledger))
        #expect(outcomes.count == 5)
        #expect(try ledger.accounts(of: "ann").allSatisfy { $0.status == .expired })
    }

    @Test("What is for one command cannot be given for several grants, and nothing is recorded")
    func contextForOne() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 2)
        let found = try await expireAll(ledger)
        let context = CommandContext(idempotencyKey: "k")
        #expect(
            await code { try await ledger.expire(found, context: context) } == .invalidOption)
        try await ledger.expire([found[0]], context: context)
        #expect(try ledger.accounts(of: "ann").map(\.status) == [.expired, .valid])
        ledger.close()
        #expect(await code { try await ledger.expire([]) } == .closed)
    }
}
