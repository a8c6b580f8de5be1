internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Lines that are no commands")
struct LineRefusalTests {
    /// Every command with the fields that it has to have, but for `report`, which has to have one
    /// of the envelope's.
    static let bases = [
        #""command":"issueState","user":"1","toolkit":"t""#,
        #""command":"link","state":"s","grant":"g","provider":"p","account":{"subject":"x"}"#,
        #""command":"expire","grant":"g""#, #""command":"revoke","grant":"g""#,
        #""command":"relabel","credential":"c","label":null"#,
        #""command":"select","user":"1","toolkit":"t","credential":null"#,
        #""command":"import","user":"1","toolkit":"t","grant":"g","provider":"p","#
            + #""account":{"subject":"x"}"#,
    ]

    private func refusal(_ bytes: [UInt8], clock: Bool = false) -> Refusal? {
        switch LineDecoder(simulatesClock: clock).decode(bytes) {
        case .success: nil
        case .failure(let refusal): refusal
        }
    }

    private func refusal(_ line: String, clock: Bool = false) -> Refusal? {
        refusal(Array(line.utf8), clock: clock)
    }

    @Test(
        "A line that is no object is invalid as a whole",
        arguments: [
            ("", "is blank"), (" \t\r", "is blank"), ("[]", "is not a JSON object"),
            ("null", "is not a JSON object"), (#""expire""#, "is not a JSON object"),
            ("{", "is not JSON: it ends too early at byte 1"),
            ("expire", "is not JSON: unexpected byte at byte 0"),
            (#"{"a":1,"a":2}"#, "has a name twice in one object at byte 7"),
            ("{} {}", "is not JSON: something follows the value at byte 3"),
            (String(repeating: "[", count: 40), "is nested deeper than 32 levels at byte 32"),
        ])
    func wholeLine(line: String, reason: String) {
        #expect(refusal(line) == .invalid(field: "line", reason: reason))
    }

    @Test("A line of 1 MiB is read, and one byte more is not")
    func length() {
        let start = #"{"command":"expire","grant":""#
        let padding = LineDecoder.maximumLength - start.utf8.count - 2
        let longest = start + String(repeating: "x", count: padding) + "\"}"
        #expect(longest.utf8.count == 1_048_576)
        #expect(refusal(longest) == nil)
        #expect(
            refusal(longest + " ")
                == .invalid(field: "line", reason: "is longer than 1048576 bytes"))
        #expect(
            refusal([UInt8](repeating: 0xFF, count: LineDecoder.maximumLength))
                == .invalid(field: "line", reason: "is not UTF-8 at byte 0"))
    }

    @Test(
        "A line without a known command is invalid in command",
        arguments: [
            ("{}", "is required"), (#"{"user":"1"}"#, "is required"),
            (#"{"command":null}"#, "must not be null"), (#"{"command":7}"#, "must be a string"),
            (
                #"{"command":"Link"}"#,
                "is none of issueState, link, expire, report, revoke, relabel, select, import"
            ),
        ])
    func command(line: String, reason: String) {
        #expect(refusal(line) == .invalid(field: "command", reason: reason))
    }

    @Test(
        "A field that is not what it has to be is named",
        arguments: [
            (
                0, #""lifetimeSeconds":1.0"#, "lifetimeSeconds",
                "must be an integer, without fraction and exponent"
            ),
            (
                0, #""lifetimeSeconds":6e2"#, "lifetimeSeconds",
                "must be an integer, without fraction and exponent"
            ),
            (
                0, #""lifetimeSeconds":"600""#, "lifetimeSeconds",
                "must be an integer, without fraction and exponent"
            ),
            (0, #""lifetimeSeconds":99999999999999999999"#, "lifetimeSeconds", "is out of range"),
            (0, #""allowMultiple":1"#, "allowMultiple", "must be true or false"),
            (0, #""allowMultiple":"true""#, "allowMultiple", "must be true or false"),
            (0, #""label":["x"]"#, "label", "must be a string"),
            (0, #""expectedUserVersion":-1"#, "expectedUserVersion", "is out of range"),
            (
                0, #""expectedUserVersion":9223372036854775808"#, "expectedUserVersion",
                "is out of range"
            ),
            (1, #""scopes":"mail""#, "scopes", "must be an array of strings"),
            (1, #""scopes":["mail",1]"#, "scopes", "must be an array of strings"),
            (1, #""scopes":["mail",null]"#, "scopes", "must be an array of strings"),
            (1, #""validUntil":1795242783"#, "validUntil", "must be a string"),
            (6, #""status":"Valid""#, "status", "is none of valid, expired, revoked"),
            (2, #""actor":"user""#, "actor", "must be an object"),
            (2, #""actor":{}"#, "actor.kind", "is required"),
            (2, #""actor":{"kind":null}"#, "actor.kind", "must not be null"),
            (
                2, #""actor":{"kind":"root"}"#, "actor.kind",
                "is none of user, member, application, platform, operator"
            ),
            (2, #""actor":{"kind":"user","id":7}"#, "actor.id", "must be a string"),
            (2, #""actor":{"kind":"user","name":"x"}"#, "actor.name", "is not a field of actor"),
            (
                3, #""credential":"c""#, "credential",
                "exactly one of credential and grant is needed"
            ),
        ])
    func fields(base: Int, field: String, name: String, reason: String) {
        #expect(refusal("{\(Self.bases[base]),\(field)}") == .invalid(field: name, reason: reason))
    }

    @Test(
        "A time without an offset, or that no clock shows, is invalid",
        arguments: [
            "2026-11-21T06:33:03", "2026-11-21", "2026-02-30T00:00:00Z", "2026-11-21T06:33:60Z", "",
            "2026-11-21 06:33:03Z", "2026-11-21T06:33:03.Z", "2026-11-21T24:00:00Z",
        ])
    func times(text: String) {
        let reason = "is not an RFC 3339 time with an offset, such as 2026-11-21T06:33:03Z"
        #expect(
            refusal("{\(Self.bases[2]),\"occurredAt\":\"\(text)\"}")
                == .invalid(field: "occurredAt", reason: reason))
    }

    @Test(
        "The account's fields are named with their path",
        arguments: [
            ("null", "account", "must not be null"), ("\"s\"", "account", "must be an object"),
            ("{}", "account.subject", "is required"),
            (#"{"subject":null}"#, "account.subject", "must not be null"),
            (#"{"subject":1}"#, "account.subject", "must be a string"),
            (#"{"subject":"s","email":1}"#, "account.email", "must be a string"),
            (#"{"subject":"s","name":{}}"#, "account.name", "must be a string"),
            (#"{"subject":"s","mail":"x"}"#, "account.mail", "is not a field of account"),
        ])
    func accounts(value: String, name: String, reason: String) {
        let start = #""command":"link","state":"s","grant":"g","provider":"p""#
        #expect(refusal("{\(start),\"account\":\(value)}") == .invalid(field: name, reason: reason))
    }

    @Test("now is a field only where the clock is simulated, and there it has to be")
    func now() {
        let base = Self.bases[2]
        #expect(
            refusal("{\(base),\"now\":\"2026-11-21T06:33:03Z\"}")
                == .invalid(field: "now", reason: "is not a field of expire"))
        #expect(refusal("{\(base)}", clock: true) == .invalid(field: "now", reason: "is required"))
        #expect(
            refusal("{\(base),\"now\":null}", clock: true)
                == .invalid(field: "now", reason: "must not be null"))
    }

    @Test("relabel and select have to say what they set or clear")
    func clearing() {
        #expect(
            refusal(#"{"command":"relabel","credential":"c"}"#)
                == .invalid(field: "label", reason: "is required; null clears it"))
        #expect(
            refusal(#"{"command":"select","user":"1","toolkit":"t"}"#)
                == .invalid(field: "credential", reason: "is required; null clears it"))
    }

    @Test("revoke without a target is invalid, and null is no target")
    func revokeTarget() {
        let reason = "exactly one of credential and grant is needed"
        for line in [
            #"{"command":"revoke"}"#, #"{"command":"revoke","credential":null,"grant":null}"#,
        ] {
            #expect(refusal(line) == .invalid(field: "credential", reason: reason))
        }
    }

    @Test("A field that looks like a known one but has other bytes is unknown")
    func confusableNames() {
        // The Kelvin sign: Swift's equality of strings takes it for the letter K.
        let name = "idempotency\u{212A}ey"
        #expect("idempotencyKey" == name)
        #expect(
            refusal("{\(Self.bases[2]),\"\(name)\":\"k\"}")
                == .invalid(field: name, reason: "is not a field of expire"))
    }

    @Test("A name from outside is shown cut off, without control characters, and never empty")
    func shownNames() {
        let long = String(repeating: "x", count: 1000)
        let names = [
            ("", "\"\""), (#"a\u001b[2J"#, "a\u{FFFD}[2J"), (long, long.prefix(64) + "…"),
        ]
        for (name, shown) in names {
            #expect(
                refusal("{\(Self.bases[2]),\"\(name)\":1}")
                    == .invalid(field: String(shown), reason: "is not a field of expire"))
        }
    }

    @Test("An unknown field comes before the others, these in the order of the design")
    func precedence() {
        let faults = [
            ("line", #"{"command":7,"user":1,"user":1}"#), ("command", #"{"command":7,"x":1}"#),
            ("x", #"{"command":"issueState","x":1,"user":7}"#),
            ("user", #"{"command":"issueState","actor":1,"toolkit":7,"user":7}"#),
            ("toolkit", #"{"command":"issueState","member":1,"user":"1"}"#),
            ("member", #"{"command":"issueState","actor":1,"member":1,"user":"1","toolkit":"t"}"#),
            ("actor", #"{"command":"expire","grant":"g","causationID":1,"actor":1}"#),
            ("causationID", #"{"command":"expire","grant":"g","causationID":1,"now":1}"#),
            ("now", #"{"command":"expire","grant":"g","now":1}"#),
        ]
        for (field, line) in faults {
            guard case .invalid(field, _) = refusal(line, clock: true) else {
                Issue.record("\(field) was not named in \(line)")
                continue
            }
        }
    }

    @Test("No refusal repeats what a field says")
    func secrecy() {
        let secret = "CRZvaxE9F41sD9OQH_I5oaCV8g-TlWUM-TgLjtsiSms"
        for line in [
            #"{"command":"link","state":"\#(secret)"}"#, #"{"command":"\#(secret)"}"#,
            "\"\(secret)\"",
            #"{"command":"link","state":"\#(secret)" x"#,
            #"{"command":"import","status":"\#(secret)"}"#,
        ] {
            #expect(refusal(line).map { !"\($0)".contains(secret) } == true)
        }
    }

    @Test("Damaged lines are commands or refusals, and never a crash", arguments: Seeds.all)
    func damage(seed: UInt64) throws {
        var random = Random(seed: seed)
        let lines = try PackageFiles.lines("schemas/examples/commands.jsonl")
        var refused = 0
        for _ in 0..<3000 where refusal(mutated(random.pick(lines), &random)) != nil {
            refused += 1
        }
        #expect(refused > 1000)
    }
}
