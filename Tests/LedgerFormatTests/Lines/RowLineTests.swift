internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Rows of answers")
struct RowLineTests {
    @Test("A row of accounts has every column, null where there is no value")
    func credentialColumns() throws {
        let row = CredentialLine.json(try #require(Samples.credentials.last)).serialized
        #expect(
            row == #"{"credential":"cred_352ckgw9my1mvz59tdwh9edd1r","toolkit":"gmail","#
                + #""grant":"grant-2","platform":null,"provider":"google","#
                + #""account":{"subject":"1","email":null,"name":null},"label":null,"#
                + #""externalID":null,"member":null,"status":"revoked","statusReason":null,"#
                + #""firstConnectedAt":"2026-11-21T06:33:03.123456Z","#
                + #""lastAuthenticatedAt":"2026-11-21T06:33:03.123456Z","#
                + #""statusChangedAt":"2026-11-21T06:33:03.123456Z","validUntil":null,"#
                + #""scopes":[],"version":1}"#)
    }

    @Test("A row of accounts has every value")
    func credentialValues() throws {
        let row = CredentialLine.json(try #require(Samples.credentials.first)).serialized
        #expect(
            row == #"{"credential":"cred_352ckgw9my1mvz59tdwh9edd1r","toolkit":"gmail","#
                + #""grant":"grant-2","platform":"nylas","provider":"google","#
                + #""account":{"subject":"108204268033311374519","email":"zoë@example.net","#
                + #""name":"Zoë Lindqvist"},"label":"Work","externalID":"crm-4711","#
                + #""member":"mara","status":"expired","statusReason":"grant.expired","#
                + #""firstConnectedAt":"2026-11-21T06:33:03.123456Z","#
                + #""lastAuthenticatedAt":"2026-11-21T06:33:03.123456Z","#
                + #""statusChangedAt":"2026-11-21T06:33:08.123456Z","#
                + #""validUntil":"2026-11-22T06:33:03.123456Z","#
                + #""scopes":["mail.read","mail.send"],"version":300}"#)
    }

    @Test("Rows of accounts fit the schema")
    func credentialSchema() throws {
        try SchemaValidator.expectValid(
            Samples.credentials.map(CredentialLine.json),
            in: "schemas/accounts.json#/$defs/credential")
    }

    /// Selections of every result and by every rule.
    private static let selections: [Selection] = {
        let first: CredentialID = "cred_1pystws0f79vtyhrjxjg7dj13n"
        let second = Samples.credential
        let both = ToolkitAccounts(live: [
            .init(credential: first, isUsable: true), .init(credential: second, isUsable: true),
        ])
        var chosen = both
        chosen.choice = first
        var expired = both
        expired.live[1].isUsable = false
        func select(
            _ accounts: ToolkitAccounts, pin: CredentialID? = nil, policy: Policy = Policy()
        ) -> Selection {
            accounts.select("gmail", pin: pin, policy: policy, at: Position(5))
        }
        return [
            select(both), select(chosen), select(expired), select(ToolkitAccounts()),
            select(both, pin: second), select(expired, pin: second),
            select(ToolkitAccounts(choice: first)),
            select(both, policy: Policy(requireChoice: true)),
            select(expired, policy: Policy(refuseFallback: true)),
        ]
    }()

    @Test("A row of active has every column, null where there is no value")
    func selectionColumns() {
        let rows = Self.selections.map { SelectionLine.json($0).serialized }
        let other = #"{"credential":"cred_1pystws0f79vtyhrjxjg7dj13n","why":"older"}"#
        #expect(
            rows[0] == #"{"toolkit":"gmail","result":"credential","#
                + #""credential":"cred_352ckgw9my1mvz59tdwh9edd1r","#
                + #""because":"mostRecentlyConnected","#
                + #""passedOver":[\#(other)],"candidates":null,"position":5}"#)
        #expect(
            rows[3] == #"{"toolkit":"gmail","result":"none","credential":null,"because":null,"#
                + #""passedOver":[],"candidates":null,"position":5}"#)
        #expect(
            rows[7] == #"{"toolkit":"gmail","result":"ambiguous","credential":null,"because":null,"#
                + #""passedOver":[],"candidates":["cred_1pystws0f79vtyhrjxjg7dj13n","#
                + #""cred_352ckgw9my1mvz59tdwh9edd1r"],"position":5}"#)
    }

    @Test("Rows of active fit the schema, whatever the result")
    func selectionSchema() throws {
        try SchemaValidator.expectValid(
            Self.selections.map(SelectionLine.json), in: "schemas/active.json#/$defs/toolkit")
        let rules = Set(Self.selections.compactMap(\.because))
        #expect(rules == Set(Selection.Rule.allCases))
        let reasons = Set(Self.selections.flatMap(\.passedOver).map(\.why))
        #expect(reasons == Set(Selection.Reason.allCases))
    }
}
