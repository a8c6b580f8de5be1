internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Selecting")
struct SelectTests {
    private func prepared() throws -> DecisionScenario {
        var scenario = DecisionScenario()
        try scenario.connect(grant: "g1", as: google("a"))
        try scenario.connect(grant: "g2", as: google("b"))
        return scenario
    }

    @Test("stores the choice, changes it and clears it, each by an event")
    func stores() throws {
        var scenario = try prepared()
        let receipt = try scenario.apply(.select(credential(1)))
        try scenario.then(
            .accountSelected(AccountSelected(toolkit: "gmail", credential: credential(1))))
        #expect(receipt.credential == credential(1))
        #expect(try scenario.selection(of: "alice", toolkit: "gmail").because == .selected)
        try scenario.apply(.select(credential(2)))
        #expect(try scenario.selection(of: "alice", toolkit: "gmail").credential == credential(2))
        try scenario.apply(.select(nil))
        try scenario.then(.accountSelected(AccountSelected(toolkit: "gmail", credential: nil)))
        let selection = try scenario.selection(of: "alice", toolkit: "gmail")
        #expect(selection.because == .mostRecentlyConnected)
    }

    @Test(
        "the selected, and clearing without a choice, change nothing: no positions, same version"
    )
    func unchanged() throws {
        var scenario = try prepared()
        let clearing = try scenario.repeated(.select(nil))
        #expect(clearing.positions == nil)
        #expect(clearing.userVersion == scenario.version(of: "alice"))
        try scenario.apply(.select(credential(1)))
        let again = try scenario.repeated(.select(credential(1)))
        #expect(again.positions == nil)
        #expect(again.userVersion == scenario.version(of: "alice"))
        #expect(again.credential == credential(1))
        #expect(try scenario.repeated(.select(nil, "nobody")).userVersion == UserVersion(0))
    }

    @Test("takes only a live, valid credential of that user and toolkit")
    func refusals() throws {
        var scenario = try prepared()
        try scenario.connect("bob", grant: "g3", as: google("c"))
        #expect(try scenario.refusal(.select("cred_none")) == .unknownCredential)
        #expect(try scenario.refusal(.select(credential(3))) == .unknownCredential)
        #expect(
            try scenario.refusal(.select(credential(1), "alice", "calendar"))
                == .toolkitMismatch(toolkit: "gmail"))
        try scenario.apply(.expire("g1"))
        #expect(
            try scenario.refusal(.select(credential(1)))
                == .notUsable(credential(1), status: .expired))
        try scenario.apply(.revoke(credential(1)))
        #expect(
            try scenario.refusal(.select(credential(1))) == .credentialRevoked(credential(1)))
    }

    @Test("another user's credential is unknown whatever its toolkit")
    func foreignToolkit() throws {
        var scenario = try prepared()
        try scenario.connect("bob", "calendar", grant: "g3", as: google("c"))
        #expect(try scenario.refusal(.select(credential(3))) == .unknownCredential)
    }

    @Test("is kept per toolkit")
    func perToolkit() throws {
        var scenario = try prepared()
        try scenario.connect("alice", "calendar", grant: "g3", as: google("c"))
        try scenario.apply(.select(credential(1)))
        try scenario.apply(.select(credential(3), "alice", "calendar"))
        try scenario.apply(.select(nil))
        #expect(
            try scenario.selection(of: "alice", toolkit: "calendar").because == .selected)
    }
}
