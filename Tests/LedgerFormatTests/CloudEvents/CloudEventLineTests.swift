internal import Foundation
internal import LedgerDomain
@testable internal import LedgerFormat
internal import Testing

@Suite("Lines that records are exported as under CloudEvents")
struct CloudEventLineTests {
    static let ledger = Array(UInt8(0xA0)..<0xB0)
    static let lines = CloudEventLine(ledger: ledger)
    static let header = LedgerHeader(
        ledgerID: ledger, createdAt: Samples.time, isSimulated: true,
        policy: Policy(allowMultiple: true, accountLimit: 3, refuseFallback: true))

    static func line(_ record: EventRecord) throws -> JSONValue {
        lines.json(StoredRecord(record, try RecordCodec.encode(record)))
    }

    /// SHA-256 as another program has it.
    private static func digest(_ bytes: [UInt8]) throws -> Substring {
        let run = try Tool.sha256sum().run([], input: bytes)
        return run.text.prefix(64)
    }

    @Test("A line has the attributes that CloudEvents name, then ours, then what the event says")
    func exact() throws {
        var record = try #require(Samples.records().last)
        record.part = .whole
        record.fingerprint = nil
        let bytes = try RecordCodec.encode(record)
        #expect(
            try Self.line(record).serialized == #"{"specversion":"1.0","#
                + #""type":"accountledger.account-selected.v1","#
                + #""source":"account-ledger:a0a1a2a3a4a5a6a7a8a9aaabacadaeaf","#
                + #""id":"10111213-1415-1617-1819-1a1b1c1d1e1f","subject":"1001","#
                + #""time":"2026-11-21T06:33:02.123456Z","datacontenttype":"application/json","#
                + #""dataschema":"account-ledger:schemas/cloudevents/account-selected.v1.json","#
                + #""sequence":"0000000000000000006","#
                + #""recordedtime":"2026-11-21T06:33:03.123456Z","#
                + #""correlationid":"request-5512","causationid":"hook-901","#
                + #""actorkind":"platform","actorid":"nylas","idempotencykey":"callback-7f3a","#
                + #""storedbytes":"\#(Data(bytes).base64EncodedString())","#
                + #""storeddigest":"\#(try Self.digest(bytes))","#
                + #""data":{"toolkit":"gmail","credential":"cred_352ckgw9my1mvz59tdwh9edd1r"}}"#)
        record.occurredAt = nil
        #expect(try Self.line(record).serialized.contains(#""time":"2026-11-21T06:33:03.123456Z""#))
    }

    @Test("The first line says what the ledger says of itself")
    func header() throws {
        let stored = Data(try Self.header.encode()).base64EncodedString()
        let digest = try Self.digest(try Self.header.encode())
        #expect(
            try Self.lines.json(Self.header).serialized == #"{"specversion":"1.0","#
                + #""type":"accountledger.ledger-created.v1","#
                + #""source":"account-ledger:a0a1a2a3a4a5a6a7a8a9aaabacadaeaf","#
                + #""id":"a0a1a2a3a4a5a6a7a8a9aaabacadaeaf","#
                + #""time":"2026-11-21T06:33:03.123456Z","datacontenttype":"application/json","#
                + #""dataschema":"account-ledger:schemas/cloudevents/ledger-created.v1.json","#
                + #""sequence":"0000000000000000000","#
                + #""recordedtime":"2026-11-21T06:33:03.123456Z","storedbytes":"\#(stored)","#
                + #""storeddigest":"\#(digest)","#
                + #""data":{"format":1,"simulatedClock":true,"policy":{"allowMultiple":true,"#
                + #""accountLimit":3,"sharedAccounts":false,"duplicateLabels":false,"#
                + #""requireChoice":false,"refuseFallback":true}}}"#)
    }

    @Test("Lines fit the schema, and so do the data by the schema that a line names")
    func schema() throws {
        var random = Random(seed: 7)
        var records = Samples.records()
        for _ in 0..<20 { records += random.records() }
        var open = Self.header
        open.policy = Policy()
        let heads = [try Self.lines.json(Self.header), try Self.lines.json(open)]
        let lines = heads + (try records.map(Self.line))
        try SchemaValidator.expectValid(lines, in: "schemas/cloudevents/event.json")
        for name in EventVersions.current.wireNames.values + ["ledger-created.v1"] {
            let type = CloudEventType.name(of: name)
            let schema = CloudEventType.dataSchema(of: type).split(separator: ":")[1]
            let data = lines.filter { $0["type"]?.text == type }.compactMap { $0["data"] }
            #expect(!data.isEmpty)
            try SchemaValidator.expectValid(data, in: String(schema))
        }
    }

    @Test("A line that is not one of ours does not fit the schema")
    func schemaRefuses() throws {
        let line = try Self.line(try #require(Samples.records().last)).serialized
        let wrong = [
            line.replacing("account-selected.v1\"", with: "account-selected.v2\""),
            line.replacing("\"1.0\"", with: "\"0.3\""),
            line.replacing("0000000000000000006", with: "6"),
            line.replacing("\"subject\":\"1001\",", with: ""),
            line.replacing("\"subject\"", with: "\"Subject\""),
            line.replacing("account-selected.v1.json", with: "label-changed.v1.json"),
            line.replacing("\"toolkit\":\"gmail\",", with: ""),
            line.replacing("account-ledger:a0", with: "account-ledger:A0"),
            line.replacing("\"storedbytes\":\"", with: "\"storedbytes\":\"-"),
        ]
        for text in wrong { #expect(text != line) }
        let faults = try SchemaValidator.faults(of: wrong, in: "schemas/cloudevents/event.json")
        #expect(Set(faults.keys) == Set(1...wrong.count))
    }

    @Test("Code points that attributes may not have are replaced there, and stay in the bytes")
    func noncharacters() throws {
        let kept: [UInt32] = [0x61, 0xFDCF, 0xFDF0, 0xFFFD, 0xE9, 0x1FFFD]
        for value in [0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF] as [UInt32] {
            var record = try #require(Samples.records().first)
            let text = Self.text(kept + [value])
            record.user = UserID(text)
            record.idempotencyKey = IdempotencyKey(text)
            let line = try Self.line(record)
            let shown = Self.text(kept + [0xFFFD])
            #expect(line["subject"]?.text == shown)
            #expect(line["idempotencykey"]?.text == shown)
            let read = try CloudEventReader().decode(Array(line.serialized.utf8))
            #expect(read.content == .record(StoredRecord(record, try RecordCodec.encode(record))))
        }
    }

    /// Swift has no literals for code points that are no characters.
    private static func text(_ values: [UInt32]) -> String {
        String(String.UnicodeScalarView(values.compactMap(Unicode.Scalar.init)))
    }

    @Test("The largest position has no more digits than the others")
    func sequence() throws {
        var record = try #require(Samples.records().first)
        record.position = Position(UInt64(Int64.max))
        #expect(try Self.line(record)["sequence"]?.text == "9223372036854775807")
    }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
