internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Importing")
struct ImportTests {
    @Test("records what exists: a credential with all that was told")
    func records() throws {
        var scenario = DecisionScenario()
        let owner = google("a", email: "a@example.com", name: "Alice")
        let receipt = try scenario.apply(
            .importing(
                as: owner, label: "Work", externalID: "x-1", member: "mia", connectedAt: at(-9999),
                platform: "nylas", source: "nylas export"))
        try scenario.then(
            .grantLinked(
                GrantLinked(
                    credential: credential(1), grant: "g1", platform: "nylas", toolkit: "gmail",
                    account: owner, kind: .connected, origin: .imported(source: "nylas export"),
                    label: "Work", externalID: "x-1", member: "mia", scopes: [], validUntil: nil,
                    previousGrant: nil, sharedAccount: false)))
        #expect(receipt.credential == credential(1))
        #expect(receipt.kind == .connected)
        #expect(!receipt.labelDropped)
        let made = try scenario.require(credential(1))
        #expect(made.status == .valid)
        #expect(made.firstConnectedAt == at(-9999))
        #expect(made.lastAuthenticatedAt == at(-9999))
        #expect(made.statusChangedAt == at(-9999))
    }

    @Test("orders accounts by the time they were connected, not by the time of the import")
    func order() throws {
        var scenario = DecisionScenario()
        try scenario.connect(grant: "g1", as: google("a"))
        try scenario.apply(.importing(grant: "g2", as: google("b"), connectedAt: at(-60)))
        #expect(scenario.accounts(of: "alice").map(\.id) == [credential(2), credential(1)])
        #expect(try scenario.selection(of: "alice", toolkit: "gmail").credential == credential(1))
    }

    @Test("is held up by neither allowMultiple nor the account limit")
    func noRoomNeeded() throws {
        var scenario = DecisionScenario(policy: Policy(allowMultiple: false, accountLimit: 1))
        for number in 1...3 {
            try scenario.apply(
                .importing(grant: GrantID("g\(number)"), as: google(.init("s\(number)"))))
        }
        #expect(scenario.accounts(of: "alice").count == 3)
    }

    @Test("the same grant for the same user, toolkit and provider account changes nothing")
    func idempotent() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.importing(label: "Work"))
        for again in [
            Command.importing(label: "Work"), .importing(label: "Other", externalID: "x"),
            .importing(status: .revoked), .importing(connectedAt: at(-60), source: "second"),
        ] {
            let receipt = try scenario.repeated(again)
            #expect(receipt.credential == credential(1))
            #expect(receipt.positions == nil)
            #expect(receipt.userVersion == UserVersion(1))
        }
    }

    @Test("a grant that was linked by an authorization changes nothing")
    func linkedBefore() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        #expect(try scenario.repeated(.importing()).credential == credential(1))
    }

    @Test("the same grant again changes nothing after it was revoked")
    func idempotentAfterRevocation() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.importing(status: .revoked))
        try scenario.repeated(.importing(status: .revoked))
        try scenario.repeated(.importing())
        try scenario.connect(grant: "g2")
        try scenario.repeated(.importing(status: .revoked))
    }

    @Test("the same grant again changes nothing after another one has superseded it")
    func idempotentAfterSupersession() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.importing())
        try scenario.connect(grant: "g2")
        #expect(try scenario.repeated(.importing()).credential == credential(1))
    }

    @Test("the same grant again changes nothing after its credential was replaced")
    func idempotentAfterReplacement() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.importing())
        let state = try scenario.issue(replace: credential(1))
        try scenario.apply(.link(state, grant: "g2", as: google("b")))
        #expect(try scenario.repeated(.importing()).credential == credential(1))
        #expect(scenario.accounts(of: "alice").map(\.grant) == ["g2"])
    }

    @Test("a whole batch twice changes nothing the second time")
    func batch() throws {
        var scenario = DecisionScenario()
        let statuses: [CredentialStatus] = [.valid, .expired, .revoked]
        let batch = (0..<9).map { number in
            Command.importing(
                number % 2 == 0 ? "alice" : "bob", grant: GrantID("g\(number)"),
                as: google(.init("s\(number)")), label: "Work", status: statuses[number % 3])
        }
        for command in batch { try scenario.apply(command) }
        for command in batch { try scenario.repeated(command) }
    }

    @Test("a grant that was superseded and is another user's last may be imported by its new user")
    func supersededByAnother() throws {
        var scenario = DecisionScenario()
        try scenario.connect(grant: "g1")
        try scenario.connect(grant: "g2")
        try scenario.apply(.importing("bob", grant: "g1", as: google("b")))
        #expect(scenario.accounts(of: "bob").map(\.grant) == ["g1"])
    }

    @Test(
        "another grant for the same user, toolkit and account is refused: it never supersedes"
    )
    func neverSupersedes() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        #expect(
            try scenario.refusal(.importing(grant: "g2")) == .accountAlreadyLinked(credential(1)))
        #expect(
            try scenario.refusal(.importing(grant: "g2", status: .revoked))
                == .accountAlreadyLinked(credential(1)))
        try scenario.apply(.revoke(credential(1)))
        try scenario.apply(.importing(grant: "g2"))
    }

    @Test("drops a taken label and says so")
    func labelDropped() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.importing(label: "Zo\u{EB}"))
        let receipt = try scenario.apply(
            .importing(grant: "g2", as: google("b"), label: "ZOE\u{308}"))
        #expect(receipt.labelDropped)
        #expect(try scenario.require(credential(2)).label == nil)
        let free = try scenario.apply(.importing(grant: "g3", as: google("c"), label: "Home"))
        #expect(!free.labelDropped)
        let none = try scenario.apply(.importing(grant: "g4", as: google("d")))
        #expect(!none.labelDropped)
    }

    @Test(
        "as expired or revoked adds the second event in the same commit",
        arguments: [
            CredentialStatus.expired, .revoked,
        ])
    func secondEvent(_ status: CredentialStatus) throws {
        var scenario = DecisionScenario()
        let receipt = try scenario.apply(
            .importing(connectedAt: at(-60), status: status).occurred(at(-30)))
        #expect(receipt.positions == positions(1...2))
        #expect(receipt.userVersion == UserVersion(2))
        let made = try scenario.require(credential(1))
        #expect(made.status == status)
        #expect(made.statusReason == "imported")
        #expect(made.firstConnectedAt == at(-60))
        #expect(made.statusChangedAt == at(-30))
        #expect(made.version == Position(2))
        #expect(scenario.records.map(\.occurredAt) == [at(-60), at(-30)])
    }

    @Test("as expired without a time of its own was so when it was connected")
    func secondEventWithoutTime() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.importing(connectedAt: at(-60), status: .expired))
        #expect(try scenario.require(credential(1)).statusChangedAt == at(-60))
        try scenario.apply(
            .importing("bob", grant: "g2", as: google("b"), status: .expired), at: at(10))
        #expect(try scenario.require(credential(2)).statusChangedAt >= at(10))
    }

    @Test("as valid adds none")
    func validStatus() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.importing(status: .valid))
        #expect(scenario.records.count == 1)
    }

    @Test("refuses a time of connection more than five minutes ahead")
    func ahead() throws {
        var scenario = DecisionScenario()
        let late = at(300).adding(microseconds: 1)
        guard case .invalid("connectedAt", _)? = try scenario.refusal(.importing(connectedAt: late))
        else {
            Issue.record("was not refused")
            return
        }
        try scenario.apply(.importing(connectedAt: at(300)))
    }
}
