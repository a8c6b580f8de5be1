internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

/// Two refusals that a command meets together.
struct RefusalPair: Sendable, CustomTestStringConvertible {
    let earlier: String
    let later: String
    var policy = Policy()
    /// Prepares the ledger and gives a command that violates both rules.
    let violatingBoth: @Sendable (inout DecisionScenario) throws -> Command
    /// Mends the earlier violation and gives a command that violates the later rule only.
    let mending: @Sendable (inout DecisionScenario, Command) throws -> Command

    var testDescription: String { "\(earlier) before \(later)" }

    static let all = general + ofStates + ofCredentials + ofHolders + ofRoom

    /// Alice with credential 1 of gmail, labelled, and bob with credential 2.
    @Sendable
    static func prepare(_ scenario: inout DecisionScenario) throws {
        try scenario.connect("alice", grant: "g1", as: google("a"), label: "Work")
        try scenario.connect("bob", grant: "g2", as: google("b"))
    }

    private static let general = [
        RefusalPair(earlier: "invalid", later: "idempotencyKeyReused") {
            try $0.apply(.issue("carol").key("k"))
            return .issue("carol", lifetime: 0).key("k")
        } mending: { _, _ in
            .issue("carol", lifetime: 5).key("k")
        },
        RefusalPair(earlier: "invalid", later: "unknownGrant") { _ in
            .expire("g9", reason: "")
        } mending: { _, _ in
            .expire("g9")
        },
        RefusalPair(earlier: "idempotencyKeyReused", later: "versionConflict") {
            try prepare(&$0)
            try $0.apply(.relabel(credential(1), "x").key("k"))
            return .relabel(credential(1), "y").key("k").expecting(0)
        } mending: { _, command in
            command.with { $0.idempotencyKey = nil }
        },
        RefusalPair(earlier: "idempotencyKeyReused", later: "unknownState") {
            try $0.apply(.issue().key("k"))
            return .link(DecisionScenario.state(9)).key("k")
        } mending: { _, command in
            command.with { $0.idempotencyKey = nil }
        },
        RefusalPair(earlier: "versionConflict", later: "stateAlreadyUsed") {
            let state = try $0.issue()
            try $0.apply(.link(state))
            return .link(state, grant: "g9").expecting(0)
        } mending: { _, command in
            command.with { $0.expectedUserVersion = nil }
        },
        RefusalPair(earlier: "versionConflict", later: "unknownCredential") {
            try prepare(&$0)
            return .issue(reconnect: credential(2)).expecting(0)
        } mending: { _, command in
            command.with { $0.expectedUserVersion = nil }
        },
        RefusalPair(earlier: "versionConflict", later: "notUsable") {
            try prepare(&$0)
            try $0.apply(.expire("g1"))
            return .select(credential(1)).expecting(0)
        } mending: { _, command in
            command.with { $0.expectedUserVersion = nil }
        },
    ]

    private static let ofStates = [
        RefusalPair(earlier: "stateAlreadyUsed", later: "stateExpired") {
            let state = try $0.issue()
            _ = try $0.issue()
            try $0.apply(.link(state))
            $0.clock = at(601)
            return .link(state, grant: "g9", as: google("z"))
        } mending: { _, _ in
            .link(DecisionScenario.state(2), grant: "g9", as: google("z"))
        },
        RefusalPair(earlier: "stateAlreadyUsed", later: "toolkitMismatch") {
            let state = try $0.issue()
            _ = try $0.issue()
            try $0.apply(.link(state))
            return .link(state, toolkit: "calendar")
        } mending: { _, _ in
            .link(DecisionScenario.state(2), toolkit: "calendar")
        },
        RefusalPair(earlier: "stateExpired", later: "toolkitMismatch") {
            let state = try $0.issue()
            $0.clock = at(601)
            return .link(state, toolkit: "calendar")
        } mending: { scenario, _ in
            .link(try scenario.issue(), toolkit: "calendar")
        },
        RefusalPair(earlier: "stateExpired", later: "credentialRevoked") {
            try prepare(&$0)
            let state = try $0.issue(reconnect: credential(1))
            try $0.apply(.revoke(credential(1)))
            $0.clock = at(601)
            return .link(state)
        } mending: { scenario, command in
            scenario.clock = at(0)
            return command
        },
        RefusalPair(earlier: "stateExpired", later: "grantAlreadyLinked") {
            try prepare(&$0)
            let state = try $0.issue()
            $0.clock = at(601)
            return .link(state, grant: "g2", as: google("z"))
        } mending: { scenario, _ in
            .link(try scenario.issue(), grant: "g2", as: google("z"))
        },
    ]

    private static let ofCredentials = [
        RefusalPair(earlier: "toolkitMismatch", later: "credentialRevoked") {
            try prepare(&$0)
            try $0.apply(.revoke(credential(1)))
            return .select(credential(1), "alice", "calendar")
        } mending: { _, _ in
            .select(credential(1), "alice", "gmail")
        },
        RefusalPair(earlier: "toolkitMismatch", later: "accountMismatch") {
            try prepare(&$0)
            let state = try $0.issue(reconnect: credential(1))
            return .link(state, as: google("z"), toolkit: "calendar")
        } mending: { _, _ in
            .link(DecisionScenario.state(3), as: google("z"))
        },
        RefusalPair(earlier: "toolkitMismatch", later: "notUsable") {
            try prepare(&$0)
            try $0.apply(.expire("g1"))
            return .select(credential(1), "alice", "calendar")
        } mending: { _, _ in
            .select(credential(1), "alice", "gmail")
        },
        RefusalPair(earlier: "credentialRevoked", later: "accountMismatch") {
            try prepare(&$0)
            let state = try $0.issue(reconnect: credential(1))
            try $0.apply(.revoke(credential(1)))
            return .link(state, grant: "g9", as: google("z"))
        } mending: { scenario, _ in
            let state = try scenario.issue("bob", reconnect: credential(2))
            return .link(state, grant: "g9", as: google("z"))
        },
        RefusalPair(earlier: "credentialRevoked", later: "labelTaken") {
            try prepare(&$0)
            try $0.connect("alice", grant: "g3", as: google("c"))
            try $0.apply(.revoke(credential(3)))
            return .relabel(credential(3), "work")
        } mending: { scenario, _ in
            let other = try scenario.connect("alice", grant: "g4", as: google("d"))
            return .relabel(other, "work")
        },
    ]
}
