internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Limits of fields")
struct FieldLimitTests {
    /// Commands with a text in one field.
    private static let fields:
        [(field: String, longest: Int, command: @Sendable (String) throws -> Command)] = [
            ("user", 255, { .issue(UserID($0)) }),
            ("toolkit", 255, { .issue("alice", ToolkitID($0)) }),
            ("label", 200, { .issue(label: $0) }),
            ("externalID", 255, { .issue(externalID: ExternalID($0)) }),
            ("member", 255, { .issue(member: MemberID($0)) }),
            ("grant", 255, { .link(DecisionScenario.state(1), grant: GrantID($0)) }),
            (
                "provider", 255,
                {
                    .link(
                        DecisionScenario.state(1),
                        as: ProviderAccount(provider: ProviderID($0), subject: "a"))
                }
            ),
            ("account.subject", 255, { .link(DecisionScenario.state(1), as: google(.init($0))) }),
            (
                "account.email", 320,
                { .link(DecisionScenario.state(1), as: google("a", email: $0)) }
            ),
            ("account.name", 320, { .link(DecisionScenario.state(1), as: google("a", name: $0)) }),
            ("toolkit", 255, { .link(DecisionScenario.state(1), toolkit: ToolkitID($0)) }),
            ("platform", 255, { .link(DecisionScenario.state(1), platform: PlatformID($0)) }),
            ("scopes", 255, { .link(DecisionScenario.state(1), scopes: ["a", $0]) }),
            ("label", 200, { .link(DecisionScenario.state(1), label: $0) }),
            ("grant", 255, { .expire(GrantID($0)) }),
            ("reason", 255, { .expire("g1", reason: $0) }),
            ("notice", 255, { .expire("g1", notice: NoticeID($0)) }),
            ("user", 255, { .expire("g1", user: UserID($0)) }),
            ("grant", 255, { .revoke(grant: GrantID($0)) }),
            ("reason", 255, { .revoke(grant: "g1", reason: RevocationReason($0)) }),
            ("user", 255, { .revoke(grant: "g1", user: UserID($0)) }),
            ("label", 200, { .relabel(credential(1), $0) }),
            ("user", 255, { .relabel(credential(1), "x", user: UserID($0)) }),
            ("user", 255, { .select(nil, UserID($0)) }),
            ("toolkit", 255, { .select(nil, "alice", ToolkitID($0)) }),
            ("user", 255, { .importing(UserID($0)) }),
            ("toolkit", 255, { .importing("alice", ToolkitID($0)) }),
            ("grant", 255, { .importing(grant: GrantID($0)) }),
            ("account.subject", 255, { .importing(as: google(.init($0))) }),
            ("account.email", 320, { .importing(as: google("a", email: $0)) }),
            ("label", 200, { .importing(label: $0) }),
            ("externalID", 255, { .importing(externalID: ExternalID($0)) }),
            ("member", 255, { .importing(member: MemberID($0)) }),
            ("platform", 255, { .importing(platform: PlatformID($0)) }),
            ("source", 255, { .importing(source: $0) }),
            ("actor.id", 255, { .select(nil).by(.operator($0)) }),
            ("idempotencyKey", 255, { .select(nil).key(IdempotencyKey($0)) }),
            (
                "correlationID", 255,
                { id in .select(nil).with { $0.correlationID = CorrelationID(id) } }
            ),
            ("causationID", 255, { id in .select(nil).with { $0.causationID = CausationID(id) } }),
        ]

    /// The field that a command is invalid by.
    private func invalidField(_ command: Command) throws -> String? {
        var scenario = DecisionScenario()
        guard case .invalid(let field, _)? = try scenario.refusal(command) else { return nil }
        return field
    }

    @Test("are counted in bytes of UTF-8", arguments: fields.indices)
    func length(_ index: Int) throws {
        let (field, longest, command) = Self.fields[index]
        let fits = String(repeating: "x", count: longest)
        #expect(try invalidField(command(fits)) == nil)
        #expect(try invalidField(command(fits + "x")) == field)
        let wide = String(repeating: "\u{20AC}", count: longest / 3)
        #expect(try invalidField(command(wide)) == nil)
        #expect(try invalidField(command(wide + "\u{20AC}")) == field)
    }

    @Test("let no text be empty but e-mail and name", arguments: fields.indices)
    func empty(_ index: Int) throws {
        let (field, longest, command) = Self.fields[index]
        #expect(try invalidField(command("")) == (longest == 320 ? nil : field))
    }

    @Test(
        "allow no control characters; what people wrote allows all but NUL",
        arguments: fields.indices)
    func control(_ index: Int) throws {
        let (field, longest, command) = Self.fields[index]
        let isPersonal = longest != 255
        #expect(try invalidField(command("a\u{0}b")) == field)
        for character in ["\n", "\r\n", "\u{1B}", "\u{7F}", "\u{85}"] {
            #expect(try invalidField(command("a\(character)b")) == (isPersonal ? nil : field))
        }
        #expect(try invalidField(command("a \u{1F600} \u{E9} \u{200D} b")) == nil)
    }

    @Test("allow at most 64 scopes")
    func scopes() throws {
        let state = DecisionScenario.state(1)
        let many = (1...65).map { "scope\($0)" }
        #expect(try invalidField(.link(state, scopes: many)) == "scopes")
        #expect(try invalidField(.link(state, scopes: Array(many.dropLast()))) == nil)
        #expect(try invalidField(.link(state, scopes: [])) == nil)
    }

    @Test("a credential that is merely not well-formed is unknown, not invalid")
    func credentials() throws {
        var scenario = DecisionScenario()
        for id in ["", "x", "cred_", String(repeating: "y", count: 9999), "a\nb"] {
            let id = CredentialID(id)
            for command in [
                Command.issue(reconnect: id), .issue(replace: id), .revoke(id), .relabel(id, "x"),
                .select(id),
            ] {
                #expect(try scenario.refusal(command) == .unknownCredential)
            }
        }
    }

    @Test(
        "every kind of actor but the application needs a name", arguments: LedgerActor.Kind.allCases
    )
    func actors(_ kind: LedgerActor.Kind) throws {
        let command = Command.select(nil).by(LedgerActor(kind: kind, id: nil))
        #expect(try invalidField(command) == (kind == .application ? nil : "actor.id"))
        let named = Command.select(nil).by(LedgerActor(kind: kind, id: "someone"))
        #expect(try invalidField(named) == nil)
    }
}
