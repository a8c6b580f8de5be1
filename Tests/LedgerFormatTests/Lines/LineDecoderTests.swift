internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Lines that are commands")
struct LineDecoderTests {
    private func decode(_ line: String, clock: Bool = false) throws -> LineDecoder.Line {
        try LineDecoder(simulatesClock: clock).decode(Array(line.utf8)).get()
    }

    private func action(_ line: String) throws -> Command.Action { try decode(line).command.action }

    @Test("issueState takes all its fields")
    func issueState() throws {
        let full = """
            {"command":"issueState","user":"1","toolkit":"gmail","lifetimeSeconds":300,
            "allowMultiple":true,"label":"Work","externalID":"e","member":"m"}
            """
        #expect(
            try action(full)
                == .issueState(
                    IssueState(
                        user: "1", toolkit: "gmail", lifetimeSeconds: 300, allowMultiple: true,
                        label: "Work", externalID: "e", member: "m")))
        #expect(
            try action(#"{"command":"issueState","user":"1","toolkit":"t","reconnect":"c"}"#)
                == .issueState(IssueState(user: "1", toolkit: "t", reconnect: "c")))
        #expect(
            try action(#"{"command":"issueState","user":"1","toolkit":"t","replace":"c"}"#)
                == .issueState(IssueState(user: "1", toolkit: "t", replace: "c")))
    }

    @Test("link takes all its fields, and keeps the digest of the state alone")
    func link() throws {
        let full = """
            {"command":"link","state":"abc","grant":"g","provider":"google","account":
            {"subject":"s","email":"e@example.net","name":"n"},"toolkit":"t","platform":"nylas",
            "scopes":["a","b"],"validUntil":"2026-11-21T07:33:03.5+01:00","label":"Work"}
            """
        let digest = StateDigest(of: StateToken("abc"))
        let expected = LinkGrant(
            state: digest, grant: "g",
            account: ProviderAccount(
                provider: "google", subject: "s", email: "e@example.net", name: "n"),
            toolkit: "t", platform: "nylas", scopes: ["a", "b"],
            validUntil: Timestamp(rfc3339: "2026-11-21T06:33:03.500000Z"), label: "Work")
        #expect(try action(full) == .link(expected))
    }

    @Test("expire, revoke, relabel and select take all their fields")
    func shortCommands() throws {
        #expect(
            try action(#"{"command":"expire","grant":"g","reason":"r","notice":"n","user":"1"}"#)
                == .expire(ExpireGrant(grant: "g", reason: "r", notice: "n", user: "1")))
        #expect(
            try action(#"{"command":"revoke","credential":"c","reason":"r","user":"1"}"#)
                == .revoke(RevokeGrant(.credential("c"), reason: "r", user: "1")))
        #expect(
            try action(#"{"command":"revoke","grant":"g","credential":null}"#)
                == .revoke(RevokeGrant(.grant("g"))))
        #expect(
            try action(#"{"command":"relabel","credential":"c","label":"Work","user":"1"}"#)
                == .relabel(Relabel(credential: "c", label: "Work", user: "1")))
        #expect(
            try action(#"{"command":"select","user":"1","toolkit":"t","credential":"c"}"#)
                == .select(SelectAccount(user: "1", toolkit: "t", credential: "c")))
    }

    @Test("null clears a label and a choice")
    func clearing() throws {
        #expect(
            try action(#"{"command":"relabel","credential":"c","label":null}"#)
                == .relabel(Relabel(credential: "c", label: nil)))
        #expect(
            try action(#"{"command":"select","user":"1","toolkit":"t","credential":null}"#)
                == .select(SelectAccount(user: "1", toolkit: "t", credential: nil)))
    }

    @Test("import takes all its fields; its source is apply")
    func importGrant() throws {
        let full = """
            {"command":"import","user":"1","toolkit":"t","grant":"g","provider":"google",
            "account":{"subject":"s"},"label":"Work","externalID":"e","member":"m",
            "connectedAt":"2026-11-21T06:33:03Z","status":"expired","platform":"p"}
            """
        let expected = ImportGrant(
            user: "1", toolkit: "t", grant: "g",
            account: ProviderAccount(provider: "google", subject: "s"), label: "Work",
            externalID: "e", member: "m", connectedAt: Timestamp(rfc3339: "2026-11-21T06:33:03Z"),
            status: .expired, platform: "p", source: "apply")
        #expect(try action(full) == .importGrant(expected))
    }

    @Test("report has to say when it happened, beside what every report says")
    func report() throws {
        let line = #"{"command":"report","grant":"g","status":"authenticated","notice":"n"}"#
        #expect(throws: Refusal.invalid(field: "occurredAt", reason: "is required")) {
            try decode(line)
        }
        let time = #","occurredAt":"2026-11-21T06:33:03Z","reason":"r","user":"u"}"#
        let read = try decode(line.dropLast() + time).command
        #expect(read.context.occurredAt == Timestamp(rfc3339: "2026-11-21T06:33:03Z"))
        #expect(
            read.action
                == .report(
                    ReportGrant(
                        grant: "g", status: .authenticated, notice: "n", reason: "r", user: "u")))
    }

    @Test("The envelope is taken with every command; without an actor the application asks")
    func envelope() throws {
        let fields = """
            "actor":{"kind":"platform","id":"nylas"},"occurredAt":"2026-11-21T06:33:03Z",
            "idempotencyKey":"k","expectedUserVersion":0,"correlationID":"a","causationID":"b"
            """
        let expected = CommandContext(
            actor: .platform("nylas"), occurredAt: Timestamp(rfc3339: "2026-11-21T06:33:03Z"),
            idempotencyKey: "k", expectedUserVersion: UserVersion(0), correlationID: "a",
            causationID: "b")
        for base in LineRefusalTests.bases {
            #expect(try decode("{\(base),\(fields)}").command.context == expected)
            #expect(try decode("{\(base)}").command.context == CommandContext())
        }
        for kind in LedgerActor.Kind.allCases {
            let line = #"{"command":"expire","grant":"g","actor":{"kind":"\#(kind.rawValue)"}}"#
            #expect(try decode(line).command.context.actor == LedgerActor(kind: kind, id: nil))
        }
    }

    @Test("With a simulated clock the line brings it")
    func simulatedClock() throws {
        let line = #"{"command":"expire","grant":"g","now":"2026-11-21T06:33:03.123456Z"}"#
        #expect(try decode(line, clock: true).now == Samples.time)
        #expect(try decode(#"{"command":"expire","grant":"g"}"#).now == nil)
    }

    @Test("A state or credential of any form is taken; the ledger does not know it")
    func references() throws {
        for text in ["", "x", "cred_", "not a token!", "\u{1F600}"] {
            let credential = CredentialID(text)
            #expect(
                try action(#"{"command":"relabel","credential":"\#(text)","label":null}"#)
                    == .relabel(Relabel(credential: credential, label: nil)))
            #expect(
                try action(#"{"command":"revoke","credential":"\#(text)"}"#)
                    == .revoke(RevokeGrant(.credential(credential))))
            let link = #""grant":"g","provider":"p","account":{"subject":"s"}"#
            let digest = StateDigest(of: StateToken(text))
            let account = ProviderAccount(provider: "p", subject: "s")
            #expect(
                try action(#"{"command":"link","state":"\#(text)",\#(link)}"#)
                    == .link(LinkGrant(state: digest, grant: "g", account: account)))
        }
    }

    @Test("Limits of texts are left to the decision")
    func limits() throws {
        let long = String(repeating: "x", count: 5000)
        #expect(
            try action(#"{"command":"expire","grant":"\#(long)","reason":"a\u0007"}"#)
                == .expire(ExpireGrant(grant: GrantID(long), reason: "a\u{7}")))
        #expect(
            try action(#"{"command":"issueState","user":"","toolkit":"t","lifetimeSeconds":-5}"#)
                == .issueState(IssueState(user: "", toolkit: "t", lifetimeSeconds: -5)))
    }

    @Test("The lines of the documentation are commands")
    func examples() throws {
        for line in try PackageFiles.lines("schemas/examples/commands.jsonl") {
            let hasClock = String(decoding: line, as: UTF8.self).contains(#""now""#)
            _ = try LineDecoder(simulatesClock: hasClock).decode(line).get()
        }
    }
}
