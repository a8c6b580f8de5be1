internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("A scenario")
struct ScenarioTests {
    @Test("runs given, when, then")
    func givenWhenThen() throws {
        let state = DecisionScenario.state(1)
        var scenario = try DecisionScenario().given(.issue(), .link(state))
        try scenario.when(.relabel(credential(1), "Work"))
        try scenario.then(.labelChanged(LabelChanged(credential: credential(1), label: "Work")))
        #expect(scenario.accounts(of: "alice").map(\.label) == ["Work"])
        #expect(throws: ScenarioFailure.self) { try scenario.then() }
    }

    @Test("fails when a command that a test builds on is refused")
    func givenRefused() {
        #expect(throws: ScenarioFailure.givenRefused(index: 1, .unknownGrant)) {
            try DecisionScenario().given(.issue(), .expire("nobody's"))
        }
    }

    @Test("gives positions without gaps, a microsecond apart where the clock stands still")
    func envelope() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        try scenario.apply(.importing(grant: "g2", as: google("b"), status: .expired))
        #expect(scenario.records.map(\.position.number) == [1, 2, 3, 4])
        let times = scenario.records.map(\.recordedAt)
        #expect(times == (0..<4).map { DecisionScenario.start.adding(microseconds: $0) })
        #expect(Set(scenario.records.map(\.id)).count == 4)
    }

    @Test("numbers the records of one command")
    func parts() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        try scenario.apply(.importing(grant: "g2", as: google("b"), status: .revoked))
        let parts = scenario.records.map(\.part)
        #expect(parts == [.whole, .whole, .init(index: 0, count: 2), .init(index: 1, count: 2)])
    }

    @Test("keeps the fingerprint with the first record of a link or of a command with a key")
    func fingerprints() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        try scenario.apply(.importing(grant: "g2", as: google("b"), status: .revoked).key("k"))
        #expect(scenario.records.map { $0.fingerprint != nil } == [false, true, true, false])
        #expect(scenario.records.map(\.idempotencyKey) == [nil, nil, "k", nil])
    }

    @Test("puts the context of a command into the envelope of each of its records")
    func context() throws {
        var scenario = DecisionScenario()
        let command = Command.importing(status: .expired).with {
            $0.actor = .operator("olga")
            $0.occurredAt = at(-60)
            $0.correlationID = "request-1"
            $0.causationID = "job-1"
        }
        try scenario.apply(command)
        #expect(scenario.records.count == 2)
        for record in scenario.records {
            #expect(record.user == "alice")
            #expect(record.actor == .operator("olga"))
            #expect(record.occurredAt == at(-60))
            #expect(record.correlationID == "request-1")
            #expect(record.causationID == "job-1")
        }
    }

    @Test("is a value: a copy goes its own way")
    func copies() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        var copy = scenario
        try copy.apply(.revoke(credential(1)))
        #expect(scenario.accounts(of: "alice").count == 1)
        #expect(copy.accounts(of: "alice").isEmpty)
        #expect(copy.accounts(of: "alice", includingRevoked: true).count == 1)
    }

    @Test("gives out names of the right form, numbered")
    func names() throws {
        #expect(DecisionScenario.credentialID(1).text == "cred_00000000000000000000000001")
        #expect(DecisionScenario.credentialID(1).text.count == 5 + 26)
        #expect(DecisionScenario.stateToken(1).secret.count == 43)
        let digests = (1...9).map { number in DecisionScenario.state(number) }
        #expect(Set(digests).count == 9)
    }

    @Test("says what failed without personal fields")
    func failures() {
        let events: [Event] = [
            .labelChanged(LabelChanged(credential: credential(1), label: "Zoë's diary"))
        ]
        let failure = ScenarioFailure.otherEvents(expected: events, found: [])
        #expect("\(failure)" == #"expected ["label-changed.v1"], found []"#)
    }
}
