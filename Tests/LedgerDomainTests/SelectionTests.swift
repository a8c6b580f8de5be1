internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("The selection")
struct SelectionTests {
    /// Alice with so many credentials of gmail, each connected a minute after the one before.
    private func prepared(_ count: Int, policy: Policy = Policy()) throws -> DecisionScenario {
        var scenario = DecisionScenario(policy: policy)
        for number in 1...count {
            scenario.clock = at(Int64(60 * number))
            try scenario.connect(grant: GrantID("g\(number)"), as: google(.init("s\(number)")))
        }
        return scenario
    }

    private func selection(_ scenario: DecisionScenario) throws -> Selection {
        try scenario.selection(of: "alice", toolkit: "gmail")
    }

    private func over(_ number: Int, _ why: Selection.Reason) -> Passed {
        Passed(credential: credential(number), why: why)
    }

    @Test("is none for a user without credentials, or with revoked ones only")
    func none() throws {
        var scenario = DecisionScenario()
        let empty = try selection(scenario)
        #expect(empty.result == .none)
        #expect(empty.because == nil)
        #expect(empty.passedOver.isEmpty)
        try scenario.connect()
        try scenario.apply(.revoke(credential(1)))
        #expect(try selection(scenario).result == .none)
    }

    @Test("is the only usable credential, because it is the only one")
    func onlyUsable() throws {
        var scenario = try prepared(1)
        var answer = try selection(scenario)
        #expect(answer.result == .credential(credential(1)))
        #expect(answer.because == .onlyUsable)
        #expect(answer.toolkit == "gmail")
        #expect(answer.position == scenario.head)

        scenario = try prepared(2)
        try scenario.apply(.expire("g2"))
        answer = try selection(scenario)
        #expect(answer.result == .credential(credential(1)))
        #expect(answer.because == .onlyUsable)
        #expect(answer.passed == [over(2, .expired)])
    }

    @Test("is the most recently connected usable credential; what was passed over says why")
    func mostRecent() throws {
        var scenario = try prepared(4)
        try scenario.apply(.expire("g4"))
        try scenario.apply(.expire("g1"))
        let answer = try selection(scenario)
        #expect(answer.result == .credential(credential(3)))
        #expect(answer.because == .mostRecentlyConnected)
        #expect(answer.passed == [over(1, .expired), over(2, .older), over(4, .expired)])
    }

    @Test("does not change by reconnecting an older one")
    func reconnecting() throws {
        var scenario = try prepared(2)
        scenario.clock = at(600)
        try scenario.connect(grant: "g3", as: google("s1"))
        #expect(try selection(scenario).credential == credential(2))
    }

    @Test("without a usable credential needs a reconnect of the most recently connected")
    func needsReconnect() throws {
        var scenario = try prepared(3)
        for grant in ["g1", "g2", "g3"] as [GrantID] { try scenario.apply(.expire(grant)) }
        let answer = try selection(scenario)
        #expect(answer.result == .needsReconnect(credential(3)))
        #expect(answer.because == .mostRecentlyConnected)
        #expect(answer.passed == [over(1, .expired), over(2, .expired)])
        #expect(answer.credential == nil)
    }

    @Test("that is stored never falls back: it needs a reconnect once its credential has expired")
    func storedExpired() throws {
        var scenario = try prepared(2)
        try scenario.apply(.select(credential(1)))
        var answer = try selection(scenario)
        #expect(answer.result == .credential(credential(1)))
        #expect(answer.because == .selected)
        #expect(answer.passed == [over(2, .notSelected)])
        try scenario.apply(.expire("g1"))
        answer = try selection(scenario)
        #expect(answer.result == .needsReconnect(credential(1)))
        #expect(answer.because == .selected)
        #expect(answer.passed == [over(2, .notSelected)])
    }

    @Test("whose credential was revoked answers revoked until it is cleared")
    func storedRevokedCleared() throws {
        var scenario = try prepared(2)
        try scenario.apply(.select(credential(1)))
        try scenario.apply(.revoke(credential(1)))
        let answer = try selection(scenario)
        #expect(answer.result == .revoked(credential(1)))
        #expect(answer.because == .selected)
        #expect(answer.passed == [over(2, .notSelected)])
        try scenario.apply(.select(nil))
        #expect(try selection(scenario).credential == credential(2))
    }

    @Test("whose credential was revoked answers revoked until it is changed")
    func storedRevokedChanged() throws {
        var scenario = try prepared(2)
        try scenario.apply(.select(credential(1)))
        try scenario.apply(.revoke(credential(1)))
        try scenario.apply(.select(credential(2)))
        #expect(try selection(scenario).because == .selected)
        #expect(try selection(scenario).credential == credential(2))
    }

    @Test("whose credential was revoked waits until the account is connected again and selected")
    func storedRevokedConnectedAgain() throws {
        var scenario = try prepared(2)
        try scenario.apply(.select(credential(1)))
        try scenario.apply(.revoke(credential(1)))
        let again = try scenario.connect(grant: "g1", as: google("s1"))
        #expect(try selection(scenario).result == .revoked(credential(1)))
        try scenario.apply(.select(again))
        #expect(try selection(scenario).result == .credential(again))
    }

    @Test("is ambiguous where policy requires a choice and several are usable, listing them")
    func ambiguous() throws {
        var scenario = try prepared(4, policy: Policy(requireChoice: true))
        try scenario.apply(.expire("g2"))
        let answer = try selection(scenario)
        #expect(answer.result == .ambiguous([credential(1), credential(3), credential(4)]))
        #expect(answer.because == nil)
        #expect(answer.passed == [over(2, .expired)])
        try scenario.apply(.select(credential(3)))
        #expect(try selection(scenario).credential == credential(3))
    }

    @Test("needs no choice where one is usable only, although policy requires choices")
    func noChoiceNeeded() throws {
        var scenario = try prepared(2, policy: Policy(requireChoice: true))
        try scenario.apply(.expire("g2"))
        #expect(try selection(scenario).credential == credential(1))
        #expect(try selection(scenario).because == .onlyUsable)
        try scenario.apply(.expire("g1"))
        #expect(try selection(scenario).result == .needsReconnect(credential(2)))
    }

    @Test("waits for an expired account instead of an older one where policy refuses the fallback")
    func refuseFallback() throws {
        var scenario = try prepared(3, policy: Policy(refuseFallback: true))
        #expect(try selection(scenario).credential == credential(3))
        try scenario.apply(.expire("g2"))
        #expect(try selection(scenario).credential == credential(3))
        try scenario.apply(.expire("g3"))
        let answer = try selection(scenario)
        #expect(answer.result == .needsReconnect(credential(3)))
        #expect(answer.because == .mostRecentlyConnected)
        #expect(answer.passed == [over(1, .older), over(2, .expired)])
        try scenario.apply(.revoke(credential(3)))
        #expect(try selection(scenario).result == .needsReconnect(credential(2)))
        try scenario.apply(.revoke(credential(2)))
        #expect(try selection(scenario).credential == credential(1))
    }

    @Test("looks at one toolkit of one user")
    func scope() throws {
        var scenario = try prepared(1)
        try scenario.connect("alice", "calendar", grant: "g8", as: google("x"))
        try scenario.connect("bob", "gmail", grant: "g9", as: google("y"))
        #expect(try selection(scenario).credential == credential(1))
        #expect(try selection(scenario).passedOver.isEmpty)
    }

    @Test("lists every toolkit with a live credential or a stored choice")
    func toolkits() throws {
        var scenario = try prepared(1)
        try scenario.connect("alice", "calendar", grant: "g8", as: google("x"))
        try scenario.connect("alice", "drive", grant: "g9", as: google("x"))
        try scenario.apply(.select(credential(2), "alice", "calendar"))
        try scenario.apply(.revoke(credential(2)))
        try scenario.apply(.revoke(credential(3)))
        let user = try scenario.folded(through: scenario.head).user("alice")
        #expect(user.toolkits == ["calendar", "gmail"])
    }
}
