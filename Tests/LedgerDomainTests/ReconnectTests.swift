internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Reconnecting")
struct ReconnectTests {
    @Test("the same provider account again keeps credential, first-connected time and order")
    func keeps() throws {
        var scenario = DecisionScenario()
        try scenario.connect(grant: "g1", as: google("a"))
        scenario.clock = at(10)
        try scenario.connect(grant: "g2", as: google("b"))
        let before = try scenario.require(credential(1))
        scenario.clock = at(60)
        let state = try scenario.issue()
        let receipt = try scenario.apply(.link(state, grant: "g3", as: google("a")))
        let after = try scenario.require(credential(1))
        #expect(receipt.kind == .reconnected)
        #expect(receipt.credential == credential(1))
        #expect(receipt.previousGrant == "g1")
        #expect(after.grant == "g3")
        #expect(after.firstConnectedAt == before.firstConnectedAt)
        #expect(after.createdAt == before.createdAt)
        #expect(after.lastAuthenticatedAt == at(60).adding(microseconds: 1))
        #expect(after.statusChangedAt == before.statusChangedAt)
        #expect(scenario.accounts(of: "alice").map(\.id) == [credential(1), credential(2)])
        #expect(try scenario.selection(of: "alice", toolkit: "gmail").credential == credential(2))
    }

    @Test("makes an expired credential valid again, from the time of the link")
    func validAgain() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        try scenario.apply(.expire("g1", reason: "refresh failed"), at: at(10))
        let state = try scenario.issue()
        try scenario.apply(.link(state).occurred(at(15)), at: at(20))
        let after = try scenario.require(credential(1))
        #expect(after.status == .valid)
        #expect(after.statusReason == nil)
        #expect(after.statusChangedAt == at(15))
        #expect(after.lastAuthenticatedAt == at(15))
    }

    @Test("with the same grant names no previous grant")
    func sameGrant() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        let state = try scenario.issue()
        let receipt = try scenario.apply(.link(state))
        #expect(receipt.kind == .reconnected)
        #expect(receipt.previousGrant == nil)
        #expect(scenario.events.count == 1)
    }

    @Test("with a new grant id adds no revocation of the old one")
    func noRevocation() throws {
        var scenario = DecisionScenario()
        try scenario.connect(grant: "g1")
        try scenario.connect(grant: "g2")
        #expect(scenario.events.map(\.wireName) == ["grant-linked.v1"])
    }

    @Test("may return to a grant that was superseded")
    func returningGrant() throws {
        var scenario = DecisionScenario()
        try scenario.connect(grant: "g1")
        try scenario.connect(grant: "g2")
        let state = try scenario.issue()
        let receipt = try scenario.apply(.link(state, grant: "g1"))
        #expect(receipt.previousGrant == "g2")
        #expect(try scenario.require(credential(1)).grant == "g1")
    }

    @Test("changes neither label, external id nor member, nor takes the presets of the state")
    func keepsNames() throws {
        var scenario = DecisionScenario()
        let first = try scenario.issue(label: "Work", externalID: "x-1", member: "mia")
        try scenario.apply(.link(first))
        let second = try scenario.issue(label: "Home", externalID: "x-2", member: "ben")
        try scenario.apply(.link(second, label: "Other"))
        let after = try scenario.require(credential(1))
        #expect(after.label == "Work")
        #expect(after.externalID == "x-1")
        #expect(after.member == "mia")
        guard case .grantLinked(let event)? = scenario.events.first else { return }
        #expect(event.label == nil)
        #expect(event.externalID == nil)
        #expect(event.member == nil)
    }

    @Test("is not refused for a label that another credential has, because it takes none")
    func labelIsNotChecked() throws {
        var scenario = DecisionScenario()
        try scenario.connect(grant: "g1", as: google("a"), label: "Work")
        try scenario.connect(grant: "g2", as: google("b"))
        let state = try scenario.issue()
        try scenario.apply(.link(state, grant: "g2", as: google("b"), label: "Work"))
        #expect(try scenario.require(credential(2)).label == nil)
    }

    @Test("keeps platform, scopes, valid-until, e-mail and name where the link does not give them")
    func keepsWhatIsNotGiven() throws {
        var scenario = DecisionScenario()
        let owner = google("a", email: "a@example.com", name: "Alice")
        let first = try scenario.issue()
        try scenario.apply(
            .link(first, as: owner, platform: "nylas", scopes: ["read"], validUntil: at(900)))
        let second = try scenario.issue()
        try scenario.apply(.link(second))
        var after = try scenario.require(credential(1))
        #expect(after.platform == "nylas")
        #expect(after.scopes == ["read"])
        #expect(after.validUntil == at(900))
        #expect(after.account == owner)

        let third = try scenario.issue()
        try scenario.apply(
            .link(
                third, as: google("a", email: "new@example.com"), platform: "composio", scopes: [],
                validUntil: at(1000)))
        after = try scenario.require(credential(1))
        #expect(after.platform == "composio")
        #expect(after.scopes.isEmpty)
        #expect(after.validUntil == at(1000))
        #expect(after.account == google("a", email: "new@example.com", name: "Alice"))
    }

    @Test("by intent needs the credential's own provider account, else it is a mismatch")
    func mismatch() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        let state = try scenario.issue(reconnect: credential(1))
        #expect(
            try scenario.refusal(.link(state, grant: "g2", as: google("b")))
                == .accountMismatch(credential(1)))
        let receipt = try scenario.apply(.link(state, grant: "g2", as: google("a")))
        #expect(receipt.kind == .reconnected)
    }

    @Test("by intent is refused once the credential was revoked")
    func revokedMeanwhile() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        let states = [
            try scenario.issue(reconnect: credential(1)),
            try scenario.issue(replace: credential(1)),
        ]
        try scenario.apply(.revoke(credential(1)))
        for state in states {
            #expect(try scenario.refusal(.link(state)) == .credentialRevoked(credential(1)))
        }
    }

    @Test("of an expired credential under another label keeps its place among the accounts")
    func orderOfAccounts() throws {
        var scenario = DecisionScenario()
        for number in 1...3 {
            try scenario.connect(grant: GrantID("g\(number)"), as: google(.init("s\(number)")))
        }
        try scenario.apply(.expire("g1"), at: at(10))
        scenario.clock = at(20)
        try scenario.connect(grant: "g1", as: google("s1"))
        #expect(scenario.accounts(of: "alice").map(\.id) == (1...3).map(credential))
    }
}
