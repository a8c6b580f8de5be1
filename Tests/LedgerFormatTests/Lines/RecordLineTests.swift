internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Lines that records are exported as")
struct RecordLineTests {
    @Test("Records fit the schema", arguments: Seeds.all)
    func schema(seed: UInt64) throws {
        var random = Random(seed: seed)
        var records = Samples.records()
        for _ in 0..<20 { records += random.records() }
        try SchemaValidator.expectValid(
            records.map(RecordLine.json), in: "schemas/records/record.json")
    }

    @Test("A record's line holds the envelope, then the event")
    func exact() throws {
        let start =
            #"{"position":6,"recordedAt":"2026-11-21T06:33:03.123456Z","#
            + #""type":"account-selected.v1","id":"10111213-1415-1617-1819-1a1b1c1d1e1f","#
            + #""user":"1001""#
        let middle =
            #","occurredAt":"2026-11-21T06:33:02.123456Z","#
            + #""actor":{"kind":"platform","id":"nylas"},"correlationID":"request-5512","#
            + #""causationID":"hook-901","idempotencyKey":"callback-7f3a""#
        var record = try #require(Samples.records().last)
        #expect(
            RecordLine.json(record).serialized
                == start + middle
                + #","data":{"toolkit":"gmail","credential":"cred_352ckgw9my1mvz59tdwh9edd1r"}}"#)
        record.occurredAt = nil
        record.actor = .application
        record.correlationID = nil
        record.causationID = nil
        record.idempotencyKey = nil
        record.event = .accountSelected(AccountSelected(toolkit: "gmail", credential: nil))
        #expect(
            RecordLine.json(record).serialized
                == start + #","actor":{"kind":"application"},"data":{"toolkit":"gmail"}}"#)
    }

    @Test("A record of every event is the line it was in the first release")
    func samples() throws {
        let lines = try PackageFiles.lines("Tests/LedgerFormatTests/Fixtures/records.jsonl")
        var records = Samples.records()
        records.append(try Self.imported())
        #expect(lines.count == records.count)
        for (line, record) in zip(lines, records) {
            #expect(RecordLine.json(record).serialized == String(decoding: line, as: UTF8.self))
        }
    }

    /// A link with the fields that the sample of a link has not.
    private static func imported() throws -> EventRecord {
        var record = try #require(Samples.records().first)
        record.event = .grantLinked(
            GrantLinked(
                credential: Samples.credential, grant: "grant-1", platform: nil, toolkit: "gmail",
                account: ProviderAccount(provider: "google", subject: "1"), kind: .connected,
                origin: .imported(source: "apply"), label: "Work", externalID: "crm-4711",
                member: "mara", scopes: [], validUntil: nil, previousGrant: nil,
                sharedAccount: false))
        return record
    }
}
