internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Reporting on a grant")
struct ReportTests {
    /// Alice with a credential that was authenticated at second 100.
    private func prepared() throws -> DecisionScenario {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        try scenario.apply(
            .link(
                state, as: google("a", email: "a@example.com"), platform: "nylas",
                scopes: ["mail"]), at: at(100))
        scenario.clock = at(1000)
        return scenario
    }

    @Test("that it was authenticated again makes an expired credential valid, and keeps the rest")
    func authenticated() throws {
        var scenario = try prepared()
        try scenario.apply(.expire("g1", reason: "gone").occurred(at(150)))
        let before = try scenario.require(credential(1))
        let receipt = try scenario.apply(.report(.authenticated, notice: "n2", at: at(160)))
        try scenario.then(
            .grantLinked(
                GrantLinked(
                    credential: credential(1), grant: "g1", platform: "nylas", toolkit: "gmail",
                    account: google("a", email: "a@example.com"), kind: .reconnected,
                    origin: .reported(notice: "n2"), scopes: ["mail"])))
        #expect(receipt.kind == .reconnected && !receipt.superseded)
        var expected = before
        expected.status = .valid
        expected.statusReason = nil
        expected.statusChangedAt = at(160)
        expected.lastAuthenticatedAt = at(160)
        expected.version = scenario.head
        #expect(try scenario.require(credential(1)) == expected)
    }

    @Test("that it was authenticated, where it is valid, makes older expiries late")
    func authenticatedWhileValid() throws {
        var scenario = try prepared()
        try scenario.apply(.report(.authenticated, notice: "n2", at: at(160)))
        for late in [
            Command.report(.expired, notice: "n1", at: at(150)), .expire("g1").occurred(at(151)),
        ] {
            #expect(try scenario.apply(late).superseded)
        }
        #expect(try scenario.require(credential(1)).status == .valid)
    }

    @Test("that it was authenticated before it expired is superseded, and tells when that was")
    func lateAuthentication() throws {
        var scenario = try prepared()
        try scenario.apply(.report(.expired, notice: "n3", at: at(200), reason: "gone"))
        let before = try scenario.require(credential(1))
        for (notice, time) in [("n1", at(150)), ("n2", at(200))] as [(NoticeID, Timestamp)] {
            let receipt = try scenario.apply(.report(.authenticated, notice: notice, at: time))
            #expect(receipt.superseded)
            var expected = before
            expected.lastAuthenticatedAt = time
            expected.version = scenario.head
            #expect(try scenario.require(credential(1)) == expected)
        }
    }

    @Test("that it expired once more and later moves the time of the expiry")
    func laterExpiry() throws {
        var scenario = try prepared()
        try scenario.apply(.report(.expired, notice: "n1", at: at(150), reason: "first"))
        try scenario.apply(.report(.expired, notice: "n3", at: at(200), reason: "second"))
        let after = try scenario.require(credential(1))
        #expect(after.status == .expired && after.statusReason == "second")
        #expect(after.statusChangedAt == at(200))
        // The authentication between the two comes last.
        #expect(try scenario.apply(.report(.authenticated, notice: "n2", at: at(170))).superseded)
        #expect(try scenario.require(credential(1)).status == .expired)
    }

    @Test("that is known already, older or repeated changes nothing")
    func unchanged() throws {
        var scenario = try prepared()
        try scenario.repeated(.report(.authenticated, notice: "n0", at: at(100)))
        try scenario.repeated(.report(.authenticated, notice: "n0", at: at(99)))
        try scenario.apply(.report(.expired, notice: "n1", at: at(150)))
        try scenario.repeated(.report(.expired, notice: "n1", at: at(150)))
        try scenario.repeated(.report(.expired, notice: "n9", at: at(149)))
        try scenario.repeated(.expire("g1", notice: "n8").occurred(at(900)))
        try scenario.apply(.report(.authenticated, notice: "n2", at: at(160)))
        try scenario.repeated(.report(.authenticated, notice: "n2", at: at(160)))
        try scenario.repeated(.report(.expired, notice: "n1", at: at(150)))
    }

    @Test("that was revoked changes nothing: revoked is final")
    func revoked() throws {
        var scenario = try prepared()
        try scenario.apply(.revoke(grant: "g1"))
        try scenario.repeated(.report(.authenticated, notice: "n1", at: at(900)))
        try scenario.repeated(.report(.expired, notice: "n2", at: at(901)))
        try scenario.repeated(.report(.expired, notice: "n3", at: at(1)))
        #expect(try scenario.require(credential(1)).status == .revoked)
    }

    @Test("that another grant has superseded leaves the credential as it is")
    func supersededGrant() throws {
        var scenario = try prepared()
        let state = try scenario.issue(reconnect: credential(1))
        try scenario.apply(
            .link(state, grant: "g2", as: google("a", email: "a@example.com")), at: at(1100))
        scenario.clock = at(2000)
        try scenario.repeated(.report(.authenticated, "g1", notice: "n1", at: at(1500)))
        #expect(try scenario.apply(.report(.expired, "g1", notice: "n2", at: at(1600))).superseded)
        try scenario.repeated(.report(.expired, "g1", notice: "n2", at: at(1600)))
        #expect(try scenario.require(credential(1)).status == .valid)
    }

    @Test("that nobody holds, or somebody else, is refused; so is a report without a time")
    func refused() throws {
        var scenario = try prepared()
        let strange = Command.report(.expired, "g9", notice: "n", at: at(1))
        #expect(try scenario.refusal(strange) == .unknownGrant)
        let foreign = Command.report(.expired, notice: "n", at: at(1), user: "bob")
        #expect(try scenario.refusal(foreign) == .unknownGrant)
        var timeless = Command.report(.expired, notice: "n", at: at(1))
        timeless.context.occurredAt = nil
        #expect(
            try scenario.refusal(timeless) == .invalid(field: "occurredAt", reason: "is required"))
        let early = Command.report(.expired, notice: "n", at: at(1301))
        #expect(try scenario.refusal(early)?.name == "invalid")
    }

    /// What is reported at which second: at second 100 the credential was connected.
    private static let histories: [[(ReportGrant.Status, Int64)]] = [
        [(.expired, 150), (.authenticated, 160)],
        [(.authenticated, 150), (.expired, 160)],
        [(.expired, 150), (.authenticated, 160), (.expired, 170)],
        [(.expired, 90), (.expired, 150), (.authenticated, 160), (.authenticated, 170)],
        [(.expired, 150), (.authenticated, 150), (.expired, 160), (.authenticated, 170)],
        [
            (.expired, 150), (.authenticated, 160), (.expired, 170), (.authenticated, 180),
            (.expired, 190),
        ],
        [
            (.authenticated, 110), (.expired, 150), (.authenticated, 160), (.expired, 170),
            (.authenticated, 180), (.expired, 180),
        ],
    ]

    @Test("in any order, and twice, ends in the same state", arguments: histories.indices)
    func permutations(_ number: Int) throws {
        let reports = Self.histories[number]
        let lastExpiry = reports.filter { $0.0 == .expired }.map(\.1).max() ?? 0
        let last = reports.filter { $0.0 == .authenticated }.map(\.1).max() ?? 100
        let start = try prepared()
        for order in permutations(of: Array(reports.indices)) {
            var scenario = start
            for index in order + order.reversed() + order {
                let (status, second) = reports[index]
                let notice = NoticeID("n\(index)")
                let outcome = try scenario.when(
                    .report(
                        status, notice: notice, at: at(second), reason: "\(second)"
                    ))
                #expect(outcome.refusal == nil)
            }
            let after = try scenario.require(credential(1))
            #expect(after.lastAuthenticatedAt == at(last), "\(order)")
            #expect(after.status == (lastExpiry >= last ? .expired : .valid), "\(order)")
            if after.status == .expired {
                #expect(after.statusChangedAt == at(lastExpiry), "\(order)")
                #expect(after.statusReason == "\(lastExpiry)", "\(order)")
            }
            // Nothing is recorded twice.
            #expect(scenario.records.count <= start.records.count + reports.count, "\(order)")
        }
    }

    private func permutations(of items: [Int]) -> [[Int]] {
        guard items.count > 1 else { return [items] }
        return items.flatMap { item in
            permutations(of: items.filter { $0 != item }).map { [item] + $0 }
        }
    }
}
