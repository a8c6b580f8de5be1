internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Room for another account")
struct RoomTests {
    @Test("live means not revoked: an expired credential counts, a revoked one does not")
    func live() throws {
        var scenario = DecisionScenario(policy: Policy(accountLimit: 1))
        try scenario.connect()
        try scenario.apply(.expire("g1"))
        #expect(try scenario.refusal(.issue()) == .alreadyConnected(credential(1)))
        #expect(
            try scenario.refusal(.issue(multiple: true)) == .accountLimitReached(limit: 1))
        try scenario.apply(.revoke(credential(1)))
        try scenario.apply(.issue(multiple: true))
        try scenario.apply(.issue())
    }

    @Test("is checked when the state is issued and again when it is consumed")
    func checkedTwice() throws {
        var scenario = DecisionScenario()
        let first = try scenario.issue(multiple: false)
        let second = try scenario.issue(multiple: false)
        try scenario.apply(.link(first))
        #expect(
            try scenario.refusal(.link(second, grant: "g2", as: google("b")))
                == .alreadyConnected(credential(1)))
    }

    @Test("is not needed for a reconnect, although the state was issued to connect one account")
    func reconnectNeedsNone() throws {
        var scenario = DecisionScenario(policy: Policy(accountLimit: 1))
        let first = try scenario.issue(multiple: false)
        let second = try scenario.issue(multiple: false)
        try scenario.apply(.link(first))
        #expect(try scenario.apply(.link(second, grant: "g2")).kind == .reconnected)
    }

    @Test("is decided by what the state was issued with")
    func stateDecides() throws {
        var scenario = DecisionScenario(policy: Policy(allowMultiple: true))
        let strict = try scenario.issue(multiple: false)
        let loose = try scenario.issue(multiple: nil)
        try scenario.connect()
        #expect(
            try scenario.refusal(.link(strict, grant: "g2", as: google("b")))
                == .alreadyConnected(credential(1)))
        try scenario.apply(.link(loose, grant: "g2", as: google("b")))
    }

    @Test("ends at the policy's limit, when a state is issued and when it is consumed")
    func limit() throws {
        var scenario = DecisionScenario(policy: Policy(allowMultiple: true, accountLimit: 2))
        let states = try (1...3).map { _ in try scenario.issue(multiple: nil) }
        try scenario.apply(.link(states[0], grant: "g1", as: google("a")))
        try scenario.apply(.link(states[1], grant: "g2", as: google("b")))
        #expect(
            try scenario.refusal(.link(states[2], grant: "g3", as: google("c")))
                == .accountLimitReached(limit: 2))
        #expect(try scenario.refusal(.issue()) == .accountLimitReached(limit: 2))
        try scenario.apply(.issue("alice", "calendar"))
        try scenario.apply(.issue("bob"))
    }

    @Test("counts what was imported beyond the limit")
    func importedBeyond() throws {
        var scenario = DecisionScenario(policy: Policy(allowMultiple: true, accountLimit: 1))
        try scenario.apply(.importing(grant: "g1", as: google("a")))
        try scenario.apply(.importing(grant: "g2", as: google("b")))
        #expect(try scenario.refusal(.issue()) == .accountLimitReached(limit: 1))
    }

    @Test("names the credential to reconnect: the most recently connected of several")
    func named() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.importing(grant: "g1", as: google("a"), connectedAt: at(-10)))
        try scenario.apply(.importing(grant: "g2", as: google("b"), connectedAt: at(-20)))
        #expect(try scenario.refusal(.issue()) == .alreadyConnected(credential(1)))
    }
}
