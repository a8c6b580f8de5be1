internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Labels")
struct LabelTests {
    /// Alice with two credentials, the first of which has a label.
    private func prepared(
        _ label: String = "Work", policy: Policy = Policy()
    ) throws -> DecisionScenario {
        var scenario = DecisionScenario(policy: policy)
        try scenario.connect(grant: "g1", as: google("a"), label: label)
        try scenario.connect(grant: "g2", as: google("b"))
        return scenario
    }

    @Test("are set, changed and cleared, each by an event")
    func relabel() throws {
        var scenario = try prepared()
        let receipt = try scenario.apply(.relabel(credential(2), "Home"))
        try scenario.then(.labelChanged(LabelChanged(credential: credential(2), label: "Home")))
        #expect(receipt.credential == credential(2))
        try scenario.apply(.relabel(credential(2), "House"))
        #expect(try scenario.require(credential(2)).label == "House")
        try scenario.apply(.relabel(credential(2), nil))
        #expect(try scenario.require(credential(2)).label == nil)
        #expect(try scenario.require(credential(2)).version == scenario.head)
    }

    @Test("set to what they are change nothing: no positions, the current version")
    func unchanged() throws {
        var scenario = try prepared()
        let same = try scenario.repeated(.relabel(credential(1), "Work"))
        #expect(same.positions == nil)
        #expect(same.userVersion == UserVersion(scenario.head))
        #expect(same.credential == credential(1))
        try scenario.repeated(.relabel(credential(2), nil))
    }

    @Test("may change their case: the credential's own label takes no label from it")
    func ownCase() throws {
        var scenario = try prepared()
        try scenario.apply(.relabel(credential(1), "WORK"))
        #expect(try scenario.require(credential(1)).label == "WORK")
    }

    @Test(
        "are compared by canonical equivalence after lowercasing",
        arguments: [
            ("Work", "wORK"), ("Zo\u{EB}", "zoe\u{308}"), ("\u{C9}COLE", "e\u{301}cole"),
            ("\u{1E9B}\u{323}", "\u{17F}\u{323}\u{307}"), ("\u{130}x", "I\u{307}X"),
            ("\u{212B}", "\u{E5}"),
        ])
    func comparison(_ first: String, _ second: String) throws {
        var scenario = try prepared(first)
        #expect(
            try scenario.refusal(.relabel(credential(2), second)) == .labelTaken(by: credential(1)))
        #expect(
            try scenario.refusal(.issue(multiple: true, label: second))
                == .labelTaken(by: credential(1)))
        let state = try scenario.issue()
        #expect(
            try scenario.refusal(.link(state, grant: "g3", as: google("c"), label: second))
                == .labelTaken(by: credential(1)))
    }

    @Test(
        "that differ in more than case and composition are two",
        arguments: [
            ("Zo\u{EB}", "Zoe"), ("Work", "Work "), ("stra\u{DF}e", "strasse"), ("a", "\u{FF41}"),
        ])
    func different(_ first: String, _ second: String) throws {
        var scenario = try prepared(first)
        try scenario.apply(.relabel(credential(2), second))
    }

    @Test("are unique per user and toolkit: another user or toolkit may have the same")
    func scope() throws {
        var scenario = try prepared()
        try scenario.connect("alice", "calendar", grant: "g3", as: google("c"), label: "Work")
        try scenario.connect("bob", "gmail", grant: "g4", as: google("d"), label: "Work")
    }

    @Test("of expired credentials are taken, of revoked ones free")
    func liveOnly() throws {
        var scenario = try prepared()
        try scenario.apply(.expire("g1"))
        #expect(
            try scenario.refusal(.relabel(credential(2), "Work")) == .labelTaken(by: credential(1)))
        try scenario.apply(.revoke(credential(1)))
        try scenario.apply(.relabel(credential(2), "Work"))
    }

    @Test("may be given twice where policy allows it")
    func duplicates() throws {
        var scenario = try prepared(policy: Policy(duplicateLabels: true))
        try scenario.apply(.relabel(credential(2), "work"))
        let state = try scenario.issue(label: "Work")
        try scenario.apply(.link(state, grant: "g3", as: google("c"), label: "WORK"))
        try scenario.apply(.importing(grant: "g4", as: google("d"), label: "Work"))
        #expect(
            scenario.accounts(of: "alice").map(\.label) == ["Work", "work", "WORK", "Work"])
    }

    @Test("given at the link win over the state's")
    func linkWins() throws {
        var scenario = DecisionScenario()
        let state = try scenario.issue(label: "State")
        try scenario.apply(.link(state, label: "Link"))
        #expect(try scenario.require(credential(1)).label == "Link")
    }

    @Test("of a state are checked again when it is consumed, unless the link gives another")
    func takenMeanwhile() throws {
        var scenario = DecisionScenario()
        let first = try scenario.issue(label: "Work")
        let second = try scenario.issue(label: "work")
        try scenario.apply(.link(first))
        #expect(
            try scenario.refusal(.link(second, grant: "g2", as: google("b")))
                == .labelTaken(by: credential(1)))
        try scenario.apply(.link(second, grant: "g2", as: google("b"), label: "Home"))
    }

    @Test("of an unknown, a foreign or a revoked credential are refused")
    func refusals() throws {
        var scenario = try prepared()
        #expect(try scenario.refusal(.relabel("cred_none", "x")) == .unknownCredential)
        #expect(
            try scenario.refusal(.relabel(credential(1), "x", user: "bob")) == .unknownCredential)
        try scenario.apply(.relabel(credential(1), "x", user: "alice"))
        try scenario.apply(.revoke(credential(1)))
        #expect(
            try scenario.refusal(.relabel(credential(1), "x")) == .credentialRevoked(credential(1)))
        #expect(
            try scenario.refusal(.relabel(credential(1), nil)) == .credentialRevoked(credential(1)))
    }

    @Test("have 1 to 200 bytes of UTF-8, any character but NUL")
    func limits() throws {
        var scenario = try prepared()
        try scenario.apply(.relabel(credential(1), String(repeating: "\u{E9}", count: 100)))
        try scenario.apply(.relabel(credential(1), " "))
        try scenario.apply(.relabel(credential(1), "two\nlines"))
        for label in ["", String(repeating: "\u{E9}", count: 101), "\u{0}"] {
            guard case .invalid("label", _)? = try scenario.refusal(.relabel(credential(1), label))
            else {
                Issue.record("\(Array(label.utf8)) was not refused")
                continue
            }
        }
    }
}
