internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Issuing a state")
struct IssueStateTests {
    @Test("records the digest, toolkit, intent, end and presets, and gives the token once")
    func records() throws {
        var scenario = DecisionScenario()
        let command = Command.issue(
            label: "Work", externalID: "x-1", member: "mia")
        let receipt = try scenario.apply(command)
        try scenario.then(
            .stateIssued(
                StateIssued(
                    digest: DecisionScenario.state(1), toolkit: "gmail", intent: .connect,
                    expiresAt: at(600), allowMultiple: false, label: "Work", externalID: "x-1",
                    member: "mia")))
        #expect(receipt.state == DecisionScenario.stateToken(1))
        #expect(receipt.expiresAt == at(600))
        #expect(receipt.positions == positions(1...1))
        #expect(receipt.userVersion == UserVersion(1))
        #expect(receipt.credential == nil)
        #expect(receipt.kind == nil)
    }

    @Test("lasts ten minutes unless told, from a second to an hour", arguments: [1, 599, 3600])
    func lifetime(_ seconds: Int) throws {
        var scenario = DecisionScenario()
        #expect(try scenario.apply(.issue()).expiresAt == at(600))
        let receipt = try scenario.apply(.issue(lifetime: seconds), at: at(1000))
        #expect(receipt.expiresAt == at(1000 + Int64(seconds)))
    }

    @Test("is refused outside of a second to an hour", arguments: [0, -1, 3601, Int.max, Int.min])
    func lifetimeOutside(_ seconds: Int) throws {
        var scenario = DecisionScenario()
        let refusal = try scenario.refusal(.issue(lifetime: seconds))
        #expect(refusal == .invalid(field: "lifetimeSeconds", reason: "is not 1 to 3600"))
    }

    @Test("makes nobody an account")
    func noAccount() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.issue())
        #expect(scenario.accounts(of: "alice", includingRevoked: true).isEmpty)
        #expect(scenario.version(of: "alice") == UserVersion(1))
    }

    @Test("without allowMultiple is refused beside a live credential, which is named")
    func alreadyConnected() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        #expect(try scenario.refusal(.issue()) == .alreadyConnected(credential(1)))
        #expect(try scenario.refusal(.issue(multiple: false)) == .alreadyConnected(credential(1)))
        try scenario.apply(.issue("alice", "calendar"))
        try scenario.apply(.issue("bob"))
        try scenario.apply(.issue(multiple: true))
    }

    @Test("takes the policy's allowMultiple where the command says nothing")
    func policyDefault() throws {
        var scenario = DecisionScenario(policy: Policy(allowMultiple: true))
        try scenario.connect()
        try scenario.apply(.issue())
        #expect(try scenario.refusal(.issue(multiple: false)) == .alreadyConnected(credential(1)))
    }

    @Test("to reconnect or replace needs the user's own live credential of the toolkit")
    func intents() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        try scenario.connect("bob", grant: "g2", as: google("b"))
        let commands: [(CredentialID) -> Command] = [
            { .issue(reconnect: $0) }, { .issue(replace: $0) },
        ]
        for command in commands {
            #expect(try scenario.refusal(command(credential(2))) == .unknownCredential)
            #expect(try scenario.refusal(command("cred_none")) == .unknownCredential)
            try scenario.apply(command(credential(1)))
        }
        #expect(
            try scenario.refusal(.issue("alice", "calendar", reconnect: credential(1)))
                == .toolkitMismatch(toolkit: "gmail"))
        try scenario.apply(.revoke(credential(1)))
        for command in commands {
            #expect(
                try scenario.refusal(command(credential(1))) == .credentialRevoked(credential(1)))
        }
    }

    @Test("to reconnect or replace is not held up by a live credential or a limit")
    func intentsNeedNoRoom() throws {
        var scenario = DecisionScenario(policy: Policy(accountLimit: 1))
        try scenario.connect()
        try scenario.apply(.issue(reconnect: credential(1)))
        #expect(scenario.events.map(\.credential) == [credential(1)])
        try scenario.apply(.issue(replace: credential(1)))
    }

    @Test("excludes reconnect together with replace, and either together with the presets")
    func exclusions() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        let one = credential(1)
        let cases: [(Command, String)] = [
            (.issue(reconnect: one, replace: one), "replace"),
            (.issue(reconnect: one, label: "x"), "label"),
            (.issue(replace: one, label: "x"), "label"),
            (.issue(reconnect: one, externalID: "x"), "externalID"),
            (.issue(replace: one, externalID: "x"), "externalID"),
            (.issue(reconnect: one, member: "x"), "member"),
            (.issue(replace: one, member: "x"), "member"),
        ]
        for (command, field) in cases {
            guard case .invalid(field, _)? = try scenario.refusal(command) else {
                Issue.record("\(field) was not refused")
                continue
            }
        }
    }

    @Test("several times gives several states, each of which can be used")
    func several() throws {
        var scenario = DecisionScenario()
        let first = try scenario.issue()
        let second = try scenario.issue()
        #expect(first != second)
        try scenario.apply(.link(second, grant: "g2", as: google("b")))
        try scenario.apply(.link(first))
        #expect(scenario.accounts(of: "alice").count == 2)
    }
}
