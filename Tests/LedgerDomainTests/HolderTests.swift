internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Grants and provider accounts that are held already")
struct HolderTests {
    @Test("a grant of another user's live credential is always refused, without naming it")
    func grantOfAnother() throws {
        for policy in [Policy(), Policy(sharedAccounts: true)] {
            var scenario = DecisionScenario(policy: policy)
            try scenario.connect("bob")
            let state = try scenario.issue()
            #expect(
                try scenario.refusal(.link(state, as: google("b"))) == .grantAlreadyLinked(nil))
            #expect(
                try scenario.refusal(.importing(as: google("b"))) == .grantAlreadyLinked(nil))
        }
    }

    @Test("a grant of another user's expired credential is refused: expired is live")
    func grantOfAnotherExpired() throws {
        var scenario = DecisionScenario()
        try scenario.connect("bob")
        try scenario.apply(.expire("g1"))
        let state = try scenario.issue()
        #expect(try scenario.refusal(.link(state, as: google("b"))) == .grantAlreadyLinked(nil))
        #expect(
            try scenario.refusal(.link(state, grant: "g2")) == .accountAlreadyLinked(nil))
    }

    @Test(
        "a grant whose credential was revoked may be linked again, by whoever authenticates it now")
    func grantAfterRevocation() throws {
        var scenario = DecisionScenario()
        try scenario.connect("bob")
        try scenario.apply(.revoke(credential(1)))
        try scenario.connect("alice")
        #expect(scenario.accounts(of: "alice").map(\.grant) == ["g1"])
        #expect(scenario.accounts(of: "bob").isEmpty)
    }

    @Test("a grant that was superseded may be linked again, by whoever authenticates it now")
    func grantAfterSupersession() throws {
        var scenario = DecisionScenario()
        try scenario.connect("bob", grant: "g1")
        try scenario.connect("bob", grant: "g2")
        try scenario.connect("alice", grant: "g1", as: google("b"))
        #expect(scenario.accounts(of: "alice").map(\.grant) == ["g1"])
        #expect(scenario.accounts(of: "bob").map(\.grant) == ["g2"])
    }

    @Test("a grant revoked by its user makes a new connection when it is linked again")
    func newConnectionAfterRevocation() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        try scenario.apply(.revoke(credential(1)))
        let state = try scenario.issue()
        let receipt = try scenario.apply(.link(state), at: at(60))
        #expect(receipt.kind == .connected)
        #expect(receipt.credential == credential(2))
        #expect(try scenario.require(credential(2)).firstConnectedAt == at(60))
        #expect(try scenario.require(credential(1)).status == .revoked)
    }

    @Test("a grant of the same user under another toolkit is refused, naming the credential")
    func grantUnderAnotherToolkit() throws {
        var scenario = DecisionScenario()
        try scenario.connect("alice", "calendar")
        let state = try scenario.issue()
        #expect(try scenario.refusal(.link(state)) == .grantAlreadyLinked(credential(1)))
        #expect(
            try scenario.refusal(.link(state, as: google("b")))
                == .grantAlreadyLinked(credential(1)))
        #expect(try scenario.refusal(.importing()) == .grantAlreadyLinked(credential(1)))
    }

    @Test("a grant of the same user and toolkit with another provider account is a mismatch")
    func grantWithAnotherAccount() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        let state = try scenario.issue()
        #expect(
            try scenario.refusal(.link(state, as: google("b"))) == .accountMismatch(credential(1)))
        #expect(
            try scenario.refusal(.importing(as: google("b"))) == .accountMismatch(credential(1)))
    }

    @Test(
        "a provider account of another user is refused in any toolkit, naming no credential"
    )
    func accountOfAnother() throws {
        var scenario = DecisionScenario()
        try scenario.connect("bob", "calendar")
        let state = try scenario.issue()
        #expect(
            try scenario.refusal(.link(state, grant: "g2")) == .accountAlreadyLinked(nil))
        #expect(try scenario.refusal(.importing(grant: "g2")) == .accountAlreadyLinked(nil))
    }

    @Test("a provider account of another user is allowed by policy, and the event says so")
    func sharedAccounts() throws {
        var scenario = DecisionScenario(policy: Policy(sharedAccounts: true))
        try scenario.connect("bob")
        #expect(try linked(scenario).sharedAccount == false)
        try scenario.connect("alice", grant: "g2")
        #expect(try linked(scenario).sharedAccount == true)
        try scenario.connect("bob", grant: "g1")
        #expect(try linked(scenario).kind == .reconnected)
        #expect(try linked(scenario).sharedAccount == true)
        try scenario.apply(.importing("carol", grant: "g3"))
        #expect(try linked(scenario).sharedAccount == true)
        try scenario.apply(.revoke(credential(1)))
        try scenario.apply(.revoke(credential(2)))
        try scenario.connect("carol", grant: "g4")
        #expect(try linked(scenario).sharedAccount == false)
    }

    @Test("a provider account is free again once its credential was revoked or replaced")
    func accountIsFreed() throws {
        var scenario = DecisionScenario()
        try scenario.connect("bob", grant: "g1", as: google("a"))
        let replacing = try scenario.issue("bob", replace: credential(1))
        try scenario.apply(.link(replacing, grant: "g2", as: google("b")))
        try scenario.connect("alice", grant: "g3", as: google("a"))
        try scenario.apply(.revoke(credential(1)))
        try scenario.connect("alice", grant: "g4", as: google("b"))
        #expect(scenario.accounts(of: "alice").map(\.grant) == ["g3", "g4"])
    }

    @Test("a provider account is provider and subject, not e-mail or name")
    func identity() throws {
        var scenario = DecisionScenario()
        let first = google("a", email: "same@example.com", name: "Same")
        try scenario.connect("bob", as: first)
        var other = first
        other.subject = "b"
        try scenario.connect("alice", grant: "g2", as: other)
        let elsewhere = ProviderAccount(provider: "microsoft", subject: "a")
        try scenario.connect("alice", grant: "g3", as: elsewhere)
        #expect(scenario.accounts(of: "alice").count == 2)
    }

    @Test("the same user may use one provider account in several toolkits")
    func severalToolkits() throws {
        var scenario = DecisionScenario()
        try scenario.connect("alice", "gmail", grant: "g1")
        try scenario.connect("alice", "calendar", grant: "g2")
        #expect(scenario.accounts(of: "alice").map(\.toolkit) == ["gmail", "calendar"])
        #expect(try linked(scenario).sharedAccount == false)
    }

    private func linked(_ scenario: DecisionScenario) throws -> GrantLinked {
        guard case .grantLinked(let event)? = scenario.events.first else {
            throw Missing()
        }
        return event
    }

    private struct Missing: Error {}
}
