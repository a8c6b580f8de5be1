internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("The expected version")
struct ExpectedVersionTests {
    private func prepared() throws -> DecisionScenario {
        var scenario = DecisionScenario()
        try scenario.connect("alice", grant: "g1", as: google("a"))
        try scenario.connect("bob", grant: "g2", as: google("b"))
        return scenario
    }

    @Test("of a user without events is 0")
    func zero() throws {
        var scenario = DecisionScenario()
        #expect(try scenario.refusal(.issue().expecting(1)) == .versionConflict(current: .init(0)))
        try scenario.apply(.issue().expecting(0))
        #expect(try scenario.refusal(.issue().expecting(0)) == .versionConflict(current: .init(1)))
        try scenario.apply(.issue("bob").expecting(0))
    }

    @Test("is the position of the user's last event; another user's events do not move it")
    func lastEvent() throws {
        var scenario = try prepared()
        #expect(scenario.version(of: "alice") == UserVersion(2))
        #expect(scenario.version(of: "bob") == UserVersion(4))
        try scenario.apply(.relabel(credential(1), "x").expecting(2))
        #expect(scenario.version(of: "alice") == UserVersion(5))
    }

    @Test("that is another refuses every command with the current one")
    func everyCommand() throws {
        var scenario = try prepared()
        let state = try scenario.issue()
        let current = scenario.version(of: "alice")
        let commands: [Command] = [
            .issue(multiple: true), .link(state, grant: "g3", as: google("c")), .expire("g1"),
            .revoke(credential(1)), .revoke(grant: "g1"), .relabel(credential(1), "x"),
            .select(credential(1)), .importing(grant: "g4", as: google("d")),
        ]
        for command in commands {
            for wrong in [0, current.number - 1, current.number + 1] {
                #expect(
                    try scenario.refusal(command.expecting(wrong))
                        == .versionConflict(current: current))
            }
            var copy = scenario
            try copy.apply(command.expecting(current.number))
        }
    }

    @Test("is checked for commands that would change nothing as well")
    func nothingToChange() throws {
        var scenario = try prepared()
        #expect(
            try scenario.refusal(.relabel(credential(1), nil).expecting(1))
                == .versionConflict(current: .init(2)))
    }

    @Test("gives way where the user cannot be told: the unknown is named instead")
    func unknown() throws {
        var scenario = try prepared()
        let cases: [(Command, Refusal)] = [
            (.link(DecisionScenario.state(9)), .unknownState),
            (.relabel("cred_none", "x"), .unknownCredential),
            (.revoke("cred_none"), .unknownCredential),
            (.revoke(grant: "g9"), .unknownGrant),
            (.expire("g9"), .unknownGrant),
            (.expire("g1", user: "bob"), .unknownGrant),
            (.revoke(grant: "g1", user: "bob"), .unknownGrant),
            (.revoke(credential(1), user: "bob"), .unknownCredential),
            (.relabel(credential(1), "x", user: "bob"), .unknownCredential),
        ]
        for (command, refusal) in cases {
            #expect(try scenario.refusal(command.expecting(77)) == refusal)
        }
    }

    @Test("moves by an event of the user that changes no credential")
    func anyEvent() throws {
        var scenario = try prepared()
        try scenario.apply(.issue(multiple: true))
        #expect(scenario.version(of: "alice") == UserVersion(scenario.head))
        #expect(try scenario.require(credential(1)).version == Position(2))
    }
}
