internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Replacing")
struct ReplaceTests {
    /// Alice with one labelled credential, and a state to replace its account.
    private func prepared() throws -> (DecisionScenario, StateDigest) {
        var scenario = DecisionScenario()
        let first = try scenario.issue(label: "Work", externalID: "x-1", member: "mia")
        try scenario.apply(
            .link(
                first, as: google("a", email: "a@example.com", name: "Alice"), platform: "nylas",
                scopes: ["read"], validUntil: at(900)))
        let state = try scenario.issue(replace: credential(1))
        return (scenario, state)
    }

    @Test("links the new grant and then revokes the old one, in one commit")
    func events() throws {
        var (scenario, state) = try prepared()
        let receipt = try scenario.apply(.link(state, grant: "g2", as: google("b")))
        #expect(scenario.events.map(\.wireName) == ["grant-linked.v1", "grant-revoked.v1"])
        #expect(
            scenario.events.last
                == .grantRevoked(
                    GrantRevoked(credential: credential(1), grant: "g1", reason: .replaced)))
        #expect(receipt.kind == .replaced)
        #expect(receipt.previousGrant == "g1")
        #expect(receipt.positions == positions(4...5))
        #expect(receipt.userVersion == UserVersion(5))
    }

    @Test("shows the credential at no position as revoked")
    func neverRevoked() throws {
        var (scenario, state) = try prepared()
        try scenario.apply(.link(state, grant: "g2", as: google("b")))
        for number in 2...5 {
            let then = try scenario.folded(through: Position(UInt64(number)))
            #expect(then.user("alice").credential(credential(1))?.status == .valid)
        }
        #expect(try scenario.require(credential(1)).version == Position(5))
    }

    @Test("keeps credential id, label, external id, member and order; the identity changes")
    func keeps() throws {
        var (scenario, state) = try prepared()
        let before = try scenario.require(credential(1))
        try scenario.connect(grant: "g3", as: google("c"))
        try scenario.apply(.link(state, grant: "g2", as: google("b"), label: "Other"), at: at(60))
        let after = try scenario.require(credential(1))
        #expect(after.account.identity == google("b").identity)
        #expect(after.grant == "g2")
        #expect(after.label == "Work")
        #expect(after.externalID == "x-1")
        #expect(after.member == "mia")
        #expect(after.firstConnectedAt == before.firstConnectedAt)
        #expect(after.createdAt == before.createdAt)
        #expect(after.lastAuthenticatedAt == at(60))
        #expect(scenario.accounts(of: "alice").map(\.id) == [credential(1), credential(2)])
    }

    @Test(
        "keeps platform, scopes, valid-until, e-mail and name where the new link does not give them"
    )
    func keepsWhatIsNotGiven() throws {
        var (scenario, state) = try prepared()
        try scenario.apply(.link(state, grant: "g2", as: google("b")))
        let after = try scenario.require(credential(1))
        #expect(after.platform == "nylas")
        #expect(after.scopes == ["read"])
        #expect(after.validUntil == at(900))
        #expect(after.account == google("b", email: "a@example.com", name: "Alice"))
    }

    @Test("is a reconnect exactly when the provider account is the same, whatever was intended")
    func sameAccount() throws {
        var (scenario, state) = try prepared()
        let receipt = try scenario.apply(.link(state, grant: "g2", as: google("a")))
        #expect(receipt.kind == .reconnected)
        #expect(receipt.previousGrant == "g1")
        #expect(scenario.events.count == 1)
    }

    @Test("aimed at another credential's provider account is refused, naming that credential")
    func aimedAtAnother() throws {
        var (scenario, state) = try prepared()
        try scenario.connect(grant: "g2", as: google("b"))
        #expect(
            try scenario.refusal(.link(state, grant: "g3", as: google("b")))
                == .accountAlreadyLinked(credential(2)))
    }

    @Test("with a grant that the user's credential holds for another account is a mismatch")
    func grantOfOwnOther() throws {
        var (scenario, state) = try prepared()
        try scenario.connect(grant: "g2", as: google("b"))
        #expect(
            try scenario.refusal(.link(state, grant: "g2", as: google("c")))
                == .accountMismatch(credential(2)))
        #expect(
            try scenario.refusal(.link(state, grant: "g1", as: google("c")))
                == .accountMismatch(credential(1)))
    }

    @Test("makes an expired credential valid")
    func expired() throws {
        var (scenario, state) = try prepared()
        try scenario.apply(.expire("g1"))
        try scenario.apply(.link(state, grant: "g2", as: google("b")))
        #expect(try scenario.require(credential(1)).status == .valid)
    }

    @Test("keeps a stored selection on the credential")
    func selection() throws {
        var (scenario, state) = try prepared()
        try scenario.apply(.select(credential(1)))
        try scenario.apply(.link(state, grant: "g2", as: google("b")))
        let selection = try scenario.selection(of: "alice", toolkit: "gmail")
        #expect(selection.result == .credential(credential(1)))
        #expect(selection.because == .selected)
    }

    @Test("may take an account that the user has under another toolkit")
    func otherToolkit() throws {
        var (scenario, state) = try prepared()
        try scenario.connect("alice", "calendar", grant: "g2", as: google("b"))
        try scenario.apply(.link(state, grant: "g3", as: google("b")))
        #expect(try scenario.require(credential(1)).account.identity == google("b").identity)
    }

    @Test("leaves the old grant free to be linked by whoever authenticates it now")
    func oldGrant() throws {
        var (scenario, state) = try prepared()
        try scenario.apply(.link(state, grant: "g2", as: google("b")))
        try scenario.connect("bob", grant: "g1", as: google("a"))
        #expect(scenario.accounts(of: "bob").map(\.grant) == ["g1"])
    }
}
