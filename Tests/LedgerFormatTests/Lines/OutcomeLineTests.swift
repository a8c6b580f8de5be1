internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Lines that answer commands")
struct OutcomeLineTests {
    static let credential = Samples.credential
    static let positions = Position(8)...Position(9)

    /// Receipts such as the rules give them, and their lines.
    static let receipts: [(Outcome, String)] = [
        (
            .applied(
                Receipt(
                    positions: Position(1)...Position(1), userVersion: UserVersion(1),
                    state: StateToken("CRZvaxE9F41sD9OQH_I5oaCV8g-TlWUM-TgLjtsiSms"),
                    expiresAt: Samples.time)),
            #"{"line":1,"outcome":"applied","positions":[1,1],"userVersion":1,"#
                + #""state":"CRZvaxE9F41sD9OQH_I5oaCV8g-TlWUM-TgLjtsiSms","#
                + #""expiresAt":"2026-11-21T06:33:03.123456Z"}"#
        ),
        (
            .applied(
                Receipt(
                    positions: positions, userVersion: UserVersion(9), credential: credential,
                    kind: .replaced, previousGrant: "grant-1")),
            #"{"line":2,"outcome":"applied","positions":[8,9],"userVersion":9,"#
                + #""credential":"cred_352ckgw9my1mvz59tdwh9edd1r","kind":"replaced","#
                + #""previousGrant":"grant-1"}"#
        ),
        (
            .applied(
                Receipt(
                    positions: positions, userVersion: UserVersion(9), credential: credential,
                    superseded: true)),
            #"{"line":3,"outcome":"applied","positions":[8,9],"userVersion":9,"#
                + #""credential":"cred_352ckgw9my1mvz59tdwh9edd1r","superseded":true}"#
        ),
        (
            .applied(
                Receipt(
                    positions: positions, userVersion: UserVersion(9), credential: credential,
                    kind: .connected, labelDropped: true)),
            #"{"line":4,"outcome":"applied","positions":[8,9],"userVersion":9,"#
                + #""credential":"cred_352ckgw9my1mvz59tdwh9edd1r","kind":"connected","#
                + #""labelDropped":true}"#
        ),
        (
            .unchanged(Receipt(userVersion: UserVersion(0))),
            #"{"line":5,"outcome":"unchanged","userVersion":0}"#
        ),
    ]

    /// Every refusal, and its line.
    static let refusals: [(Refusal, String)] = [
        (
            .invalid(field: "account.email", reason: "is longer than 320 bytes of UTF-8"),
            #","field":"account.email","reason":"is longer than 320 bytes of UTF-8""#
        ),
        (.idempotencyKeyReused(field: "grant"), #","field":"grant""#),
        (.versionConflict(current: UserVersion(9)), #","userVersion":9"#),
        (.unknownState, ""), (.stateAlreadyUsed, ""),
        (.stateExpired(at: Samples.time), #","expiresAt":"2026-11-21T06:33:03.123456Z""#),
        (.toolkitMismatch(toolkit: "gmail"), #","toolkit":"gmail""#),
        (.unknownCredential, ""), (.unknownGrant, ""),
        (.credentialRevoked(credential), named), (.accountMismatch(credential), named),
        (.grantAlreadyLinked(nil), ""), (.grantAlreadyLinked(credential), named),
        (.accountAlreadyLinked(nil), ""), (.accountAlreadyLinked(credential), named),
        (.alreadyConnected(credential), named), (.accountLimitReached(limit: 3), #","limit":3"#),
        (.labelTaken(by: credential), named),
        (.notUsable(credential, status: .expired), named + #","status":"expired""#),
        (.notUsable(credential, status: .revoked), named + #","status":"revoked""#),
    ]

    private static let named = #","credential":"cred_352ckgw9my1mvz59tdwh9edd1r""#

    @Test("What was done is told in the order of the design, without what has no value")
    func receiptLines() {
        for (number, (outcome, line)) in zip(1..., Self.receipts) {
            #expect(OutcomeLine.json(outcome, line: number).serialized == line)
        }
    }

    @Test("Every refusal is told with its name and what the caller needs to act")
    func refusalLines() {
        for (refusal, context) in Self.refusals {
            let line = #"{"line":7,"outcome":"refused","refusal":"\#(refusal.name)"\#(context)}"#
            #expect(OutcomeLine.json(.refused(refusal), line: 7).serialized == line)
        }
    }

    @Test("Every refusal is among those told")
    func refusalCoverage() {
        #expect(Set(Self.refusals.map(\.0.name)).count == 17)
    }

    @Test("Outcomes fit the schema")
    func schema() throws {
        let outcomes = Self.receipts.map(\.0) + Self.refusals.map { .refused($0.0) }
        try SchemaValidator.expectValid(
            zip(1..., outcomes).map { OutcomeLine.json($1, line: $0) },
            in: "schemas/outcomes/outcome.json")
    }

    @Test("Refusals of lines that are no commands fit the schema")
    func refusedLines() throws {
        let lines = ["", "{", #"{"command":"x"}"#, #"{"command":"expire","":1}"#]
        let outcomes = lines.compactMap { line -> Outcome? in
            let result = LineDecoder(simulatesClock: false).decode(Array(line.utf8))
            return if case .failure(let refusal) = result { .refused(refusal) } else { nil }
        }
        #expect(outcomes.count == lines.count)
        try SchemaValidator.expectValid(
            outcomes.map { OutcomeLine.json($0, line: 1) }, in: "schemas/outcomes/outcome.json")
    }
}
