internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Revoking")
struct RevokeTests {
    private func prepared() throws -> DecisionScenario {
        var scenario = DecisionScenario()
        try scenario.connect(grant: "g1", as: google("a"))
        try scenario.connect(grant: "g2", as: google("b"))
        return scenario
    }

    @Test("withdraws that grant only; the others stay")
    func onlyThat() throws {
        var scenario = try prepared()
        let receipt = try scenario.apply(.revoke(credential(1)).occurred(at(-5)), at: at(60))
        try scenario.then(
            .grantRevoked(
                GrantRevoked(
                    credential: credential(1), grant: "g1", reason: .disconnectedByUser)))
        let revoked = try scenario.require(credential(1))
        #expect(revoked.status == .revoked)
        #expect(revoked.statusReason == "disconnectedByUser")
        #expect(revoked.statusChangedAt == at(-5))
        #expect(try scenario.require(credential(2)).status == .valid)
        #expect(receipt.credential == credential(1))
    }

    @Test("takes the reason that is given, known or not")
    func reasons() throws {
        var scenario = try prepared()
        try scenario.apply(.revoke(credential(1), reason: .withdrawnAtProvider))
        try scenario.apply(.revoke(grant: "g2", reason: "left the company"))
        #expect(try scenario.require(credential(1)).statusReason == "withdrawnAtProvider")
        #expect(try scenario.require(credential(2)).statusReason == "left the company")
    }

    @Test("twice answers with the first")
    func twice() throws {
        var scenario = try prepared()
        let first = try scenario.apply(.revoke(credential(1)))
        try scenario.apply(.relabel(credential(2), "x"))
        for again in [
            Command.revoke(credential(1)), .revoke(credential(1), reason: .erased),
            .revoke(grant: "g1"),
        ] {
            let second = try scenario.repeated(again)
            #expect(second.positions == first.positions)
            #expect(second.userVersion == first.userVersion)
            #expect(second.credential == first.credential)
        }
    }

    @Test("a credential that was imported as revoked answers with the import's revocation")
    func imported() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.importing(status: .revoked))
        #expect(try scenario.repeated(.revoke(credential(1))).positions == positions(2...2))
    }

    @Test("is terminal: no notice, no label and no selection brings the credential back")
    func terminal() throws {
        var scenario = try prepared()
        try scenario.apply(.revoke(credential(1)))
        let revoked = try scenario.require(credential(1))
        try scenario.repeated(.expire("g1"))
        #expect(try scenario.refusal(.relabel(credential(1), "x")) != nil)
        #expect(try scenario.refusal(.select(credential(1))) != nil)
        #expect(try scenario.refusal(.issue(reconnect: credential(1))) != nil)
        try scenario.connect(grant: "g1", as: google("a"))
        #expect(try scenario.require(credential(1)) == revoked)
    }

    @Test("an expired credential revokes it")
    func expired() throws {
        var scenario = try prepared()
        try scenario.apply(.expire("g1", reason: "refresh failed"))
        try scenario.apply(.revoke(credential(1)))
        #expect(try scenario.require(credential(1)).statusReason == "disconnectedByUser")
    }

    @Test("by grant revokes the credential that holds it")
    func byGrant() throws {
        var scenario = try prepared()
        #expect(try scenario.apply(.revoke(grant: "g2")).credential == credential(2))
        #expect(try scenario.require(credential(1)).status == .valid)
    }

    @Test("by a superseded grant changes nothing")
    func superseded() throws {
        var scenario = try prepared()
        try scenario.connect(grant: "g3", as: google("a"))
        let receipt = try scenario.repeated(.revoke(grant: "g1"))
        #expect(receipt.positions == nil)
        #expect(receipt.userVersion == scenario.version(of: "alice"))
        #expect(receipt.credential == credential(1))
        #expect(try scenario.require(credential(1)).status == .valid)
    }

    @Test("by a grant that was replaced changes nothing")
    func replaced() throws {
        var scenario = try prepared()
        let state = try scenario.issue(replace: credential(1))
        try scenario.apply(.link(state, grant: "g3", as: google("c")))
        try scenario.repeated(.revoke(grant: "g1"))
        #expect(try scenario.require(credential(1)).status == .valid)
    }

    @Test("names what is unknown: the credential or the grant, also for another user")
    func unknown() throws {
        var scenario = try prepared()
        #expect(try scenario.refusal(.revoke("cred_none")) == .unknownCredential)
        #expect(try scenario.refusal(.revoke(grant: "g9")) == .unknownGrant)
        #expect(try scenario.refusal(.revoke(credential(1), user: "bob")) == .unknownCredential)
        #expect(try scenario.refusal(.revoke(grant: "g1", user: "bob")) == .unknownGrant)
        try scenario.apply(.revoke(credential(1), user: "alice"))
        try scenario.apply(.revoke(grant: "g2", user: "alice"))
    }

    @Test("has the known reasons by these names")
    func knownReasons() {
        let known: [RevocationReason] = [
            .disconnectedByUser, .replaced, .withdrawnAtProvider, .imported, .erased,
        ]
        #expect(
            known.map(\.text) == [
                "disconnectedByUser", "replaced", "withdrawnAtProvider", "imported", "erased",
            ])
    }
}
