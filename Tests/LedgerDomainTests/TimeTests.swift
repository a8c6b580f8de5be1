internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Time")
struct TimeTests {
    @Test("now is the clock, or one microsecond after the last record if the clock is not later")
    func now() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.issue(), at: at(10))
        try scenario.apply(.issue(), at: at(10))
        try scenario.apply(.issue(), at: at(-500))
        try scenario.apply(.issue(), at: at(11))
        let last = at(10)
        #expect(
            scenario.records.map(\.recordedAt) == [
                last, last.adding(microseconds: 1), last.adding(microseconds: 2), at(11),
            ])
    }

    @Test("a state's end counts from now, not from a clock that is behind")
    func endOfState() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.issue("bob"), at: at(100))
        let receipt = try scenario.apply(.issue(lifetime: 1), at: at(0))
        #expect(receipt.expiresAt == at(101).adding(microseconds: 1))
    }

    @Test(
        "first-connected, last-authenticated and status-changed are the occurred-at where given"
    )
    func occurredAt() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        try scenario.apply(.link(state).occurred(at(-10)), at: at(20))
        let made = try scenario.require(credential(1))
        #expect(made.firstConnectedAt == at(-10))
        #expect(made.lastAuthenticatedAt == at(-10))
        #expect(made.statusChangedAt == at(-10))
    }

    @Test("first-connected, last-authenticated and status-changed times are else the recorded time")
    func recordedAt() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        try scenario.apply(.link(state), at: at(20))
        let made = try scenario.require(credential(1))
        #expect(made.firstConnectedAt == at(20))
        #expect(made.lastAuthenticatedAt == at(20))
        #expect(made.statusChangedAt == at(20))
        try scenario.apply(.expire("g1"), at: at(30))
        #expect(try scenario.require(credential(1)).statusChangedAt == at(30))
    }

    @Test("last-authenticated never moves back")
    func neverBack() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        let state = try scenario.issue()
        try scenario.apply(.link(state).occurred(at(-3600)))
        let after = try scenario.require(credential(1))
        #expect(after.lastAuthenticatedAt >= after.firstConnectedAt)
    }

    @Test("an occurred-at more than five minutes after now is invalid, for every command")
    func ahead() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        let state = try scenario.issue()
        let late = at(100 + 300).adding(microseconds: 1)
        let commands: [Command] = [
            .issue(multiple: true), .link(state), .expire("g1"), .revoke(credential(1)),
            .relabel(credential(1), "x"), .select(credential(1)), .importing(grant: "g2"),
        ]
        for command in commands {
            guard
                case .invalid("occurredAt", _)? = try scenario.refusal(
                    command.occurred(late), at: at(100))
            else {
                Issue.record("\(command.action.name) was not refused")
                continue
            }
        }
        try scenario.apply(.relabel(credential(1), "x").occurred(at(400)), at: at(100))
    }

    @Test("a time outside the years 1 to 9999 is invalid")
    func outOfRange() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue()
        let ends = [Int64.min, -62_135_596_800_000_001, 253_402_300_800_000_000, Int64.max]
        for end in ends {
            let time = Timestamp(microsecondsSinceEpoch: end)
            for (command, field) in [
                (Command.link(state).occurred(time), "occurredAt"),
                (.link(state, validUntil: time), "validUntil"),
                (.importing(connectedAt: time), "connectedAt"),
            ] {
                guard case .invalid(field, _)? = try scenario.refusal(command) else {
                    Issue.record("\(field) \(end) was not refused")
                    continue
                }
            }
        }
        let last = Timestamp(microsecondsSinceEpoch: 253_402_300_799_999_999)
        let first = Timestamp(microsecondsSinceEpoch: -62_135_596_800_000_000)
        try scenario.apply(.link(state, validUntil: last).occurred(first))
        #expect(try scenario.require(credential(1)).firstConnectedAt == first)
    }

    @Test("accounts are ordered by first-connected time, then position")
    func order() throws {
        var scenario = DecisionScenario()
        let times = [at(-10), at(-30), at(-10), at(-20), at(-30)]
        for (index, time) in times.enumerated() {
            try scenario.apply(
                .importing(
                    grant: GrantID("g\(index)"), as: google(.init("s\(index)")), connectedAt: time))
        }
        #expect(scenario.accounts(of: "alice").map(\.id) == [2, 5, 4, 1, 3].map(credential))
        #expect(try scenario.selection(of: "alice", toolkit: "gmail").credential == credential(3))
    }

    @Test("as-of a position includes it")
    func asOfPosition() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        try scenario.apply(.expire("g1"))
        try scenario.apply(.revoke(credential(1)))
        let statuses = try (1...4).map { number in
            try scenario.folded(through: Position(number)).user("alice")
                .credential(credential(1))?.status
        }
        #expect(statuses == [nil, .valid, .expired, .revoked])
    }
}
