internal import AccountLedgerTesting
internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("The same key with other content")
struct SameContentTests {
    /// Pairs of commands of one kind that differ in the named field.
    private static let pairs: [(field: String, Command, Command)] =
        issues + links + others + imports

    private static let issues: [(field: String, Command, Command)] = [
        ("user", .issue("alice"), .issue("bob")),
        ("toolkit", .issue("alice", "gmail"), .issue("alice", "calendar")),
        ("lifetimeSeconds", .issue(), .issue(lifetime: 600)),
        ("allowMultiple", .issue(multiple: true), .issue(multiple: false)),
        ("label", .issue(label: "a"), .issue()),
        ("label", .issue(label: "Zo\u{EB}"), .issue(label: "Zoe\u{308}")),
        ("externalID", .issue(externalID: "a"), .issue(externalID: "b")),
        ("member", .issue(member: "a"), .issue(member: "b")),
        ("reconnect", .issue(reconnect: credential(1)), .issue()),
        ("replace", .issue(replace: credential(1)), .issue()),
        ("reconnect", .issue(reconnect: credential(1)), .issue(replace: credential(1))),
    ]

    private static let links: [(field: String, Command, Command)] = {
        let (one, two) = (DecisionScenario.state(3), DecisionScenario.state(4))
        let base = Command.link(one, grant: "g9", as: google("z"))
        return [
            ("state", base, .link(two, grant: "g9", as: google("z"))),
            ("grant", base, .link(one, grant: "g8", as: google("z"))),
            ("provider", base, .link(one, grant: "g9", as: .init(provider: "x", subject: "z"))),
            ("account.subject", base, .link(one, grant: "g9", as: google("y"))),
            ("account.email", base, .link(one, grant: "g9", as: google("z", email: "z@z"))),
            ("account.name", base, .link(one, grant: "g9", as: google("z", name: "Zed"))),
            ("toolkit", base, .link(one, grant: "g9", as: google("z"), toolkit: "drive")),
            ("platform", base, .link(one, grant: "g9", as: google("z"), platform: "nylas")),
            ("scopes", base, .link(one, grant: "g9", as: google("z"), scopes: [])),
            (
                "scopes", .link(one, grant: "g9", as: google("z"), scopes: ["a", "b"]),
                .link(one, grant: "g9", as: google("z"), scopes: ["ab"])
            ),
            (
                "scopes", .link(one, grant: "g9", as: google("z"), scopes: ["a", "b"]),
                .link(one, grant: "g9", as: google("z"), scopes: ["b", "a"])
            ),
            ("validUntil", base, .link(one, grant: "g9", as: google("z"), validUntil: at(1))),
            ("label", base, .link(one, grant: "g9", as: google("z"), label: "x")),
        ]
    }()

    private static let others: [(field: String, Command, Command)] = [
        ("user", .expire("g1"), .expire("g1", user: "alice")),
        ("grant", .expire("g1"), .expire("g2")),
        ("reason", .expire("g1"), .expire("g1", reason: "x")),
        ("notice", .expire("g1"), .expire("g1", notice: "x")),
        ("credential", .revoke(credential(1)), .revoke(credential(2))),
        ("grant", .revoke(credential(1)), .revoke(grant: "g1")),
        ("user", .revoke(credential(1)), .revoke(credential(1), user: "alice")),
        ("reason", .revoke(credential(1)), .revoke(credential(1), reason: .disconnectedByUser)),
        ("credential", .relabel(credential(1), "x"), .relabel(credential(2), "x")),
        ("label", .relabel(credential(1), "x"), .relabel(credential(1), nil)),
        ("user", .relabel(credential(1), "x"), .relabel(credential(1), "x", user: "alice")),
        ("user", .select(credential(1)), .select(credential(1), "bob")),
        ("toolkit", .select(credential(1)), .select(credential(1), "alice", "calendar")),
        ("credential", .select(credential(1)), .select(nil)),
        ("command", .expire("g1"), .revoke(grant: "g1")),
    ]

    private static let imports: [(field: String, Command, Command)] = {
        let base = Command.importing("alice", "drive", grant: "g9", as: google("z"))
        return [
            ("user", base, .importing("bob", "drive", grant: "g9", as: google("z"))),
            ("toolkit", base, .importing("alice", "gmail", grant: "g9", as: google("z"))),
            ("grant", base, .importing("alice", "drive", grant: "g8", as: google("z"))),
            (
                "platform", base,
                .importing("alice", "drive", grant: "g9", as: google("z"), platform: "nylas")
            ),
            ("account.subject", base, .importing("alice", "drive", grant: "g9", as: google("y"))),
            ("label", base, .importing("alice", "drive", grant: "g9", as: google("z"), label: "x")),
            (
                "externalID", base,
                .importing("alice", "drive", grant: "g9", as: google("z"), externalID: "x")
            ),
            (
                "member", base,
                .importing("alice", "drive", grant: "g9", as: google("z"), member: "x")
            ),
            (
                "connectedAt", base,
                .importing("alice", "drive", grant: "g9", as: google("z"), connectedAt: at(0))
            ),
            (
                "status", base,
                .importing("alice", "drive", grant: "g9", as: google("z"), status: .valid)
            ),
            (
                "source", base,
                .importing("alice", "drive", grant: "g9", as: google("z"), source: "x")
            ),
        ]
    }()

    @Test("is refused, naming the field that differs", arguments: pairs.indices)
    func differs(_ index: Int) throws {
        let (field, first, second) = Self.pairs[index]
        var scenario = DecisionScenario(policy: Policy(allowMultiple: true))
        try scenario.apply(.importing("alice", grant: "g1", as: google("a"), label: "old"))
        try scenario.apply(.importing("bob", grant: "g2", as: google("b")))
        for _ in 1...4 { try scenario.apply(.issue("carol", "drive")) }
        try scenario.apply(first.key("k"))
        #expect(try scenario.refusal(second.key("k")) == .idempotencyKeyReused(field: field))
    }

    @Test("covers every field that counts when commands are compared")
    func coverage() {
        let covered = Set(Self.pairs.map(\.field))
        let all = Set(CommandField.allCases.map(\.name))
        #expect(all.subtracting(covered).isEmpty)
        #expect(Self.pairs.count > 40)
    }

    @Test("names the first field that differs where several do")
    func firstField() throws {
        var scenario = DecisionScenario()
        try scenario.apply(.issue("alice", label: "x").key("k"))
        #expect(
            try scenario.refusal(.issue("alice", "calendar", label: "y").key("k"))
                == .idempotencyKeyReused(field: "toolkit"))
    }

    @Test("two texts of a pair of fields are not mixed up")
    func fieldsAreApart() {
        let first = Command.issue("ab", "c").action
        let second = Command.issue("a", "bc").action
        #expect(
            CommandFingerprint(of: first)
                != CommandFingerprint(of: second))
    }

    @Test("personal fields are label, e-mail and name")
    func personalFields() {
        #expect(CommandField.allCases.filter(\.isPersonal) == [.label, .email, .accountName])
    }
}
