internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Linking a grant by a state")
struct LinkTests {
    @Test("consumes the state and links the grant in one event")
    func oneEvent() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue(label: "Work", externalID: "x-1", member: "mia")
        let owner = google("a", email: "a@example.com", name: "Alice")
        let receipt = try scenario.apply(
            .link(
                state, as: owner, toolkit: "gmail", platform: "nylas", scopes: ["read", "send"],
                validUntil: at(86_400)), at: at(5))
        try scenario.then(
            .grantLinked(
                GrantLinked(
                    credential: credential(1), grant: "g1", platform: "nylas", toolkit: "gmail",
                    account: owner, kind: .connected, origin: .state(state), label: "Work",
                    externalID: "x-1", member: "mia", scopes: ["read", "send"],
                    validUntil: at(86_400), previousGrant: nil, sharedAccount: false)))
        #expect(receipt.credential == credential(1))
        #expect(receipt.kind == .connected)
        #expect(receipt.positions == positions(2...2))
        #expect(receipt.state == nil)
    }

    @Test("makes a valid credential with all that state and link told")
    func credentialMade() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue(label: "Work", externalID: "x-1", member: "mia")
        try scenario.apply(
            .link(state, platform: "nylas", scopes: ["read"], validUntil: at(86_400)), at: at(5))
        #expect(
            scenario.accounts(of: "alice") == [
                Credential(
                    id: credential(1), user: "alice", toolkit: "gmail", grant: "g1",
                    platform: "nylas", account: google("a"), label: "Work", externalID: "x-1",
                    member: "mia", status: .valid, statusReason: nil, firstConnectedAt: at(5),
                    lastAuthenticatedAt: at(5), statusChangedAt: at(5), validUntil: at(86_400),
                    scopes: ["read"], createdAt: Position(2), version: Position(2))
            ])
    }

    @Test("is refused for an unknown state")
    func unknownState() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.issue())
        #expect(try scenario.refusal(.link(DecisionScenario.state(2))) == .unknownState)
    }

    @Test("is refused for a used state with other content, whatever field differs")
    func usedState() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        try scenario.apply(.link(state))
        let others: [Command] = [
            .link(state, grant: "g2"),
            .link(state, as: google("b")),
            .link(state, as: google("a", email: "a@example.com")),
            .link(state, as: google("a", name: "Alice")),
            .link(state, as: ProviderAccount(provider: "other", subject: "a")),
            .link(state, toolkit: "gmail"),
            .link(state, platform: "nylas"),
            .link(state, scopes: []),
            .link(state, validUntil: at(60)),
            .link(state, label: "Work"),
        ]
        for other in others {
            #expect(try scenario.refusal(other) == .stateAlreadyUsed)
        }
    }

    @Test("is valid while now is earlier than the state's end")
    func expiry() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        var late = scenario
        #expect(try late.refusal(.link(state), at: at(600)) == .stateExpired(at: at(600)))
        #expect(try late.refusal(.link(state), at: at(9999)) == .stateExpired(at: at(600)))
        try scenario.apply(.link(state), at: at(600).adding(microseconds: -1))
    }

    @Test("is refused when the next record's time has reached the end, although the clock has not")
    func expiryOfClampedClock() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        try scenario.apply(.issue("bob"), at: at(600).adding(microseconds: -1))
        #expect(try scenario.refusal(.link(state), at: at(1)) == .stateExpired(at: at(600)))
    }

    @Test("is refused for another toolkit than the state's, which is named")
    func toolkitMismatch() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        #expect(
            try scenario.refusal(.link(state, toolkit: "calendar"))
                == .toolkitMismatch(toolkit: "gmail"))
        try scenario.apply(.link(state, toolkit: "gmail"))
    }

    @Test("that was refused leaves the state usable")
    func refusedLeavesState() throws {
        var scenario = DecisionScenario()
        try scenario.connect("bob")
        let state = try scenario.issue()
        #expect(try scenario.refusal(.link(state)) == .grantAlreadyLinked(nil))
        try scenario.apply(.link(state, grant: "g2", as: google("b")))
    }

    @Test("links to the user whom the state is bound to")
    func boundToUser() throws {
        var scenario = DecisionScenario()
        let bobs = try scenario.issue("bob")
        let alices = try scenario.issue("alice")
        try scenario.apply(.link(alices, grant: "g1", as: google("a")).by(.user("bob")))
        try scenario.apply(.link(bobs, grant: "g2", as: google("b")))
        #expect(scenario.accounts(of: "alice").map(\.grant) == ["g1"])
        #expect(scenario.accounts(of: "bob").map(\.grant) == ["g2"])
    }

    @Test("with a past valid-until makes a valid credential: valid-until informs")
    func validUntilInforms() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        try scenario.apply(.link(state, validUntil: at(-1)))
        #expect(try scenario.require(credential(1)).status == .valid)
        try scenario.apply(.issue("bob"), at: at(100_000))
        #expect(try scenario.require(credential(1)).status == .valid)
    }
}
