internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("The keys that a decision depends on")
struct ConsistencyKeyTests {
    private func keys(_ command: Command, _ scenario: DecisionScenario) -> Set<ConsistencyKey> {
        let facts = DecisionState.gather(
            for: command, policy: scenario.policy, from: scenario.state)
        return command.consistencyKeys(on: facts)
    }

    @Test("are the user, the state, the grant, the provider account, the credential and the key")
    func perCommand() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        let state = try scenario.issue()
        let alice = ConsistencyKey.user("alice")
        let link = Command.link(state, grant: "g2", as: google("b"))
        #expect(keys(.issue().key("k"), scenario) == [alice, .idempotency("k")])
        #expect(
            keys(link, scenario)
                == [alice, .state(state), .grant("g2"), .account(google("b").identity)])
        #expect(keys(.expire("g1"), scenario) == [alice, .grant("g1")])
        #expect(keys(.revoke(grant: "g1"), scenario) == [alice, .grant("g1")])
        #expect(keys(.revoke(credential(1)), scenario) == [alice, .credential(credential(1))])
        #expect(
            keys(.relabel(credential(1), "x"), scenario) == [alice, .credential(credential(1))])
        #expect(keys(.select(credential(1)), scenario) == [alice])
        #expect(
            keys(.importing(grant: "g2"), scenario)
                == [alice, .grant("g2"), .account(google("a").identity)])
    }

    @Test("leave the user out where what the command names is unknown")
    func unknown() throws {
        let scenario = DecisionScenario()
        let state = DecisionScenario.state(1)
        #expect(
            keys(.link(state), scenario)
                == [.state(state), .grant("g1"), .account(google("a").identity)])
        #expect(keys(.expire("g1"), scenario) == [.grant("g1")])
        #expect(keys(.relabel("cred_none", "x"), scenario) == [.credential("cred_none")])
    }
}
