internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("The same delivery")
struct SameDeliveryTests {
    /// Alice and bob with one credential each.
    private func prepared() throws -> DecisionScenario {
        var scenario = DecisionScenario()
        try scenario.connect("alice", grant: "g1", as: google("a"))
        try scenario.connect("bob", grant: "g2", as: google("b"))
        return scenario
    }

    /// One command of each kind that is applied to `prepared`.
    private func commands(_ scenario: inout DecisionScenario) throws -> [Command] {
        [
            .issue(multiple: true),
            .link(try scenario.issue("carol"), grant: "g3", as: google("c")),
            .expire("g1"), .revoke(credential(1)), .relabel(credential(1), "Work"),
            .select(credential(1)), .importing(grant: "g4", as: google("d"), status: .revoked),
        ]
    }

    @Test("under the same key answers unchanged with the first result, for every command")
    func sameKey() throws {
        var base = try prepared()
        for command in try commands(&base) {
            var scenario = base
            let first = try scenario.apply(command.key("k"))
            try scenario.apply(.relabel(credential(2), "later"))
            let second = try scenario.repeated(command.key("k"), at: at(90))
            #expect(second.positions == first.positions)
            #expect(second.userVersion == first.userVersion)
            #expect(second.credential == first.credential)
            #expect(second.kind == first.kind)
        }
    }

    @Test(
        "is the same whatever now, actor, occurred-at, correlation, causation and version are"
    )
    func differentContext() throws {
        var base = try prepared()
        for command in try commands(&base) {
            var scenario = base
            let first = try scenario.apply(command.key("k"))
            let again = command.key("k").with {
                $0.actor = .operator("olga")
                $0.occurredAt = at(-1)
                $0.correlationID = "other"
                $0.causationID = "other"
                $0.expectedUserVersion = UserVersion(999)
            }
            #expect(try scenario.repeated(again, at: at(5000)).positions == first.positions)
        }
    }

    @Test("does not give the token of an issued state again")
    func tokenOnce() throws {
        var scenario = DecisionScenario()
        #expect(try scenario.apply(.issue().key("k")).state != nil)
        let again = try scenario.repeated(.issue().key("k"))
        #expect(again.state == nil)
        #expect(again.positions == positions(1...1))
    }

    @Test("of a callback answers with the first result: same state, same content, no key needed")
    func sameState() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        let link = Command.link(state, platform: "nylas", scopes: ["read"])
        let first = try scenario.apply(link)
        try scenario.apply(.relabel(credential(1), "later"))
        let again = try scenario.repeated(link.by(.platform("nylas")).expecting(0))
        #expect(again.positions == first.positions)
        #expect(again.userVersion == first.userVersion)
        #expect(again.credential == credential(1))
        #expect(again.kind == .connected)
    }

    @Test(
        "of a callback answers with the first result after expiry, revocation and replacement"
    )
    func sameStateLater() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        let state = try scenario.issue(replace: credential(1))
        let link = Command.link(state, grant: "g2", as: google("b"))
        let first = try scenario.apply(link)
        try scenario.apply(.revoke(credential(1)))
        let again = try scenario.repeated(link, at: at(99_999))
        #expect(again.positions == first.positions)
        #expect(first.positions == positions(4...5))
        #expect(again.kind == .replaced)
        #expect(try scenario.require(credential(1)).status == .revoked)
    }

    @Test("of a callback may gain, lose or change its key")
    func sameStateOtherKey() throws {
        for (first, second) in [(nil, "k"), ("k", nil), ("k", "l")]
            as [(IdempotencyKey?, IdempotencyKey?)]
        {
            var scenario = DecisionScenario()
            let link = Command.link(try scenario.issue())
            let applied = try scenario.apply(link.with { $0.idempotencyKey = first })
            let again = try scenario.repeated(link.with { $0.idempotencyKey = second })
            #expect(again.positions == applied.positions)
        }
    }

    @Test("of a callback under a new key does not remember that key")
    func unchangedIsNotRemembered() throws {
        var scenario = DecisionScenario()
        let link = Command.link(try scenario.issue())
        try scenario.apply(link)
        try scenario.repeated(link.key("k"))
        try scenario.apply(.relabel(credential(1), "x").key("k"))
        #expect(try scenario.refusal(link.key("k")) == .idempotencyKeyReused(field: "command"))
    }

    @Test("is remembered only where the command was applied")
    func onlyApplied() throws {
        var scenario = try prepared()
        #expect(try scenario.refusal(.expire("g9").key("k")) == .unknownGrant)
        try scenario.repeated(.relabel(credential(1), nil).key("k"))
        try scenario.apply(.revoke(credential(1)).key("k"))
        #expect(
            try scenario.refusal(.expire("g9").key("k")) == .idempotencyKeyReused(field: "command"))
    }

    @Test("keys are per ledger, not per user")
    func perLedger() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.issue("alice").key("k"))
        #expect(
            try scenario.refusal(.issue("bob").key("k")) == .idempotencyKeyReused(field: "user"))
    }

    @Test("keys are compared by bytes")
    func keysByBytes() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.issue("alice").key("zo\u{EB}"))
        try scenario.apply(.issue("bob").key("zoe\u{308}"))
    }

    @Test(
        "answers before the expected version is looked at; other content is refused before as well")
    func beforeVersion() throws {
        var scenario = try prepared()
        try scenario.apply(.relabel(credential(1), "x").key("k"))
        try scenario.repeated(.relabel(credential(1), "x").key("k").expecting(0))
        #expect(
            try scenario.refusal(.relabel(credential(1), "y").key("k").expecting(0))
                == .idempotencyKeyReused(field: "label"))
    }
}
