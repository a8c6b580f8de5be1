internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Expiring a grant")
struct ExpireTests {
    /// Alice with a credential that was authenticated at second 100.
    private func prepared() throws -> DecisionScenario {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        try scenario.apply(.link(state), at: at(100))
        return scenario
    }

    @Test("makes the credential expired, with reason and time")
    func expires() throws {
        var scenario = try prepared()
        let receipt = try scenario.apply(
            .expire("g1", reason: "refresh failed", notice: "n1").occurred(at(150)), at: at(200))
        try scenario.then(
            .grantExpired(
                GrantExpired(
                    credential: credential(1), grant: "g1", reason: "refresh failed", notice: "n1",
                    superseded: false)))
        let after = try scenario.require(credential(1))
        #expect(after.status == .expired)
        #expect(after.statusReason == "refresh failed")
        #expect(after.statusChangedAt == at(150))
        #expect(after.lastAuthenticatedAt == at(100))
        #expect(after.version == scenario.head)
        #expect(receipt.credential == credential(1))
        #expect(receipt.superseded == false)
    }

    @Test("that is expired already changes nothing, whatever the notice")
    func alreadyExpired() throws {
        var scenario = try prepared()
        try scenario.apply(.expire("g1", notice: "n1"))
        let version = scenario.version(of: "alice")
        for again in [
            Command.expire("g1"), .expire("g1", notice: "n1"), .expire("g1", notice: "n2"),
            .expire("g1").occurred(at(50)), .expire("g1", reason: "other").occurred(at(300)),
        ] {
            let receipt = try scenario.repeated(again, at: at(400))
            #expect(receipt.positions == nil)
            #expect(receipt.userVersion == version)
            #expect(receipt.credential == credential(1))
        }
    }

    @Test("that was revoked changes nothing")
    func alreadyRevoked() throws {
        var scenario = try prepared()
        try scenario.apply(.revoke(credential(1)))
        try scenario.repeated(.expire("g1"))
        try scenario.repeated(.expire("g1", notice: "n1").occurred(at(1)))
        #expect(try scenario.require(credential(1)).status == .revoked)
    }

    @Test(
        "by a notice older than the last authentication is superseded, and changes no status"
    )
    func late() throws {
        var scenario = try prepared()
        let time = at(100).adding(microseconds: -1)
        let receipt = try scenario.apply(.expire("g1", notice: "n1").occurred(time), at: at(200))
        #expect(receipt.superseded)
        guard case .grantExpired(let event)? = scenario.events.first else { return }
        #expect(event.superseded)
        let after = try scenario.require(credential(1))
        #expect(after.status == .valid)
        #expect(after.statusReason == nil)
        #expect(after.statusChangedAt == at(100))
        #expect(after.version == scenario.head)
        #expect(scenario.version(of: "alice") == UserVersion(scenario.head))
    }

    @Test("by a notice of the very time of the last authentication is not late")
    func equalIsNotLate() throws {
        var scenario = try prepared()
        let receipt = try scenario.apply(.expire("g1").occurred(at(100)))
        #expect(!receipt.superseded)
        #expect(try scenario.require(credential(1)).status == .expired)
    }

    @Test("without a time of its own is not late, although the authorization bears a later time")
    func notLateWithoutTime() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        try scenario.apply(.link(state, grant: "g1").occurred(at(240)), at: at(10))
        let receipt = try scenario.apply(.expire("g1"), at: at(20))
        #expect(receipt.superseded == false)
        #expect(try scenario.require(credential(1)).status == .expired)
    }

    @Test("by a late notice is measured against a reconnect too")
    func lateAfterReconnect() throws {
        var scenario = try prepared()
        try scenario.apply(.expire("g1").occurred(at(150)), at: at(200))
        scenario.clock = at(300)
        try scenario.connect()
        let receipt = try scenario.apply(.expire("g1").occurred(at(250)), at: at(400))
        #expect(receipt.superseded)
        #expect(try scenario.require(credential(1)).status == .valid)
    }

    @Test("by the same notice twice changes nothing the second time, also when it was late")
    func sameNotice() throws {
        var scenario = try prepared()
        let late = Command.expire("g1", notice: "n1").occurred(at(50))
        try scenario.apply(late)
        try scenario.repeated(late)
        try scenario.repeated(.expire("g1", notice: "n1").occurred(at(60)))
        try scenario.repeated(.expire("g1", notice: "n1"))
        let other = try scenario.apply(.expire("g1", notice: "n2").occurred(at(50)))
        #expect(other.superseded)
    }

    @Test("by a notice without id is the same by grant and occurred-at")
    func sameTime() throws {
        var scenario = try prepared()
        try scenario.apply(.expire("g1").occurred(at(50)))
        try scenario.repeated(.expire("g1").occurred(at(50)))
        try scenario.apply(.expire("g1").occurred(at(51)))
    }

    @Test("by a notice that expired it before the reconnect changes nothing when it comes again")
    func sameNoticeAfterReconnect() throws {
        var scenario = try prepared()
        try scenario.apply(.expire("g1", notice: "n1"))
        try scenario.connect()
        try scenario.repeated(.expire("g1", notice: "n1"))
        #expect(try scenario.require(credential(1)).status == .valid)
        try scenario.apply(.expire("g1", notice: "n2"))
        #expect(try scenario.require(credential(1)).status == .expired)
    }

    @Test("notices of one id for two grants are two")
    func noticeOfAnotherGrant() throws {
        var scenario = try prepared()
        try scenario.connect("bob", grant: "g2", as: google("b"))
        try scenario.apply(.expire("g1", notice: "n1"))
        try scenario.apply(.expire("g2", notice: "n1"))
    }

    @Test("that a later one has superseded is recorded and changes no status")
    func supersededGrant() throws {
        var scenario = try prepared()
        scenario.clock = at(300)
        try scenario.connect(grant: "g2")
        let receipt = try scenario.apply(.expire("g1", notice: "n1"), at: at(400))
        #expect(receipt.superseded)
        #expect(receipt.credential == credential(1))
        let after = try scenario.require(credential(1))
        #expect(after.status == .valid)
        #expect(after.version == scenario.head)
        try scenario.repeated(.expire("g1", notice: "n1"))
    }

    @Test("that a later one has superseded is recorded beside an expired credential as well")
    func supersededGrantOfExpired() throws {
        var scenario = try prepared()
        try scenario.connect(grant: "g2")
        try scenario.apply(.expire("g2", reason: "current"))
        #expect(try scenario.apply(.expire("g1", reason: "old", notice: "n1")).superseded)
        #expect(try scenario.require(credential(1)).statusReason == "current")
    }

    @Test("is idempotent also for a superseded grant and a notice without id and time")
    func bareNoticeOfSupersededGrant() throws {
        var scenario = try prepared()
        try scenario.connect(grant: "g2")
        #expect(try scenario.apply(.expire("g1")).superseded)
        try scenario.repeated(.expire("g1"))
        try scenario.repeated(.expire("g1", reason: "other"), at: at(900))
        try scenario.apply(.expire("g1", notice: "n1"))
    }

    @Test("without id and time expires it each time that it works again")
    func bareNoticeAfterReconnect() throws {
        var scenario = try prepared()
        for _ in 0..<3 {
            try scenario.apply(.expire("g1"))
            #expect(try scenario.require(credential(1)).status == .expired)
            try scenario.connect()
        }
    }

    @Test("goes to the grant's holder, else to its last holder")
    func holder() throws {
        var scenario = try prepared()
        try scenario.apply(.revoke(credential(1)))
        try scenario.connect("bob")
        let receipt = try scenario.apply(.expire("g1"))
        #expect(receipt.credential == credential(2))
        #expect(try scenario.require(credential(2)).status == .expired)
    }

    @Test("is refused for a grant that no credential held, and for one of another user")
    func unknown() throws {
        var scenario = try prepared()
        #expect(try scenario.refusal(.expire("g9")) == .unknownGrant)
        #expect(try scenario.refusal(.expire("g1", user: "bob")) == .unknownGrant)
        try scenario.apply(.expire("g1", user: "alice"))
    }
}
