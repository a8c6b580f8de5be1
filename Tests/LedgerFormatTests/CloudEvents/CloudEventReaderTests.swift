internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Reading exported CloudEvents")
struct CloudEventReaderTests {
    private let reader = CloudEventReader()

    private func line(_ record: EventRecord) throws -> [UInt8] {
        Array(try CloudEventLineTests.line(record).serialized.utf8)
    }

    /// What is wrong with a line, none where nothing is.
    private func fault(_ line: [UInt8]) -> FieldError? {
        do { _ = try reader.decode(line) } catch { return error }
        return nil
    }

    private func fault(_ line: String) -> FieldError? { fault(Array(line.utf8)) }

    @Test("What was written is read: the bytes, the record, the ledger", arguments: Seeds.all)
    func roundTrip(seed: UInt64) throws {
        var random = Random(seed: seed)
        for record in Samples.records() + random.records() + random.records() {
            let read = try reader.decode(try line(record))
            #expect(read.ledger == CloudEventLineTests.ledger)
            #expect(read.content == .record(StoredRecord(record, try RecordCodec.encode(record))))
        }
        let header = try CloudEventLineTests.lines.json(CloudEventLineTests.header).serialized
        let read = try reader.decode(Array(header.utf8))
        #expect(read.content == .header(CloudEventLineTests.header))
    }

    @Test("A line cut off at any byte is refused", arguments: Seeds.all.prefix(1))
    func truncation(seed: UInt64) throws {
        var random = Random(seed: seed)
        let header = try CloudEventLineTests.lines.json(CloudEventLineTests.header).serialized
        let lines = try Samples.records().map(line) + [Array(header.utf8)]
        for line in lines + [try line(random.pick(random.records()))] {
            for length in line.indices.prefix(4000) {
                #expect(fault(Array(line[..<length])) != nil, "after \(length) bytes")
            }
        }
    }

    // Another ledger's name in `source` is for the whole file to find out.
    @Test("A flipped bit is refused, or the record is the same")
    func bitFlips() throws {
        for record in Samples.records() {
            var line = try line(record)
            let right = try reader.decode(line)
            for bit in 0..<line.count * 8 {
                line[bit / 8] ^= 1 << UInt8(bit % 8)
                let read = try? reader.decode(line)
                if let read { #expect(read.content == right.content, "bit \(bit)") }
                line[bit / 8] ^= 1 << UInt8(bit % 8)
            }
        }
    }

    @Test("Random damage is refused, or the record is the same", arguments: Seeds.all)
    func mutations(seed: UInt64) throws {
        var random = Random(seed: seed)
        for record in Samples.records() {
            let line = try line(record)
            let right = try reader.decode(line)
            for _ in 0..<200 {
                let read = try? reader.decode(mutated(line, &random))
                if let read { #expect(read.content == right.content) }
            }
        }
    }

    @Test("An unknown field is named, wherever it stands")
    func unknownFields() throws {
        let line = String(decoding: try line(Samples.records()[1]), as: UTF8.self)
        let outside = line.replacing(#"{"spec"#, with: #"{"partitionkey":"a","spec"#)
        #expect(fault(outside) == FieldError("partitionkey", "is not a field of an exported event"))
        let inside = line.replacing(#""toolkit":"gmail""#, with: #""toolkit":"gmail","more":1"#)
        #expect(fault(inside)?.field == "data.more")
        let deeper = line.replacing(#""subject":"1082"#, with: #""more":1,"subject":"1082"#)
        #expect(fault(deeper)?.field == "data.account.more")
    }

    @Test("A value of another type is refused with the name of its field")
    func types() throws {
        let line = try CloudEventLineTests.line(Samples.records()[1])
        guard case .object(let members) = line else { return }
        let values: [JSONValue] = [
            .null, .bool(true), .integer(6), .number("1.5"), .string(""), .string("x"), .array([]),
            .object([]),
        ]
        for (index, member) in members.enumerated() {
            for value in values {
                var changed = members
                changed[index].value = value
                let text = JSONValue.object(changed).serialized
                #expect(fault(text)?.field.hasPrefix(member.name) == true, "\(text)")
            }
            var without = members
            without.remove(at: index)
            #expect(fault(JSONValue.object(without).serialized)?.field == member.name)
        }
    }

    @Test("An attribute or a part of data that stored bytes do not say is named")
    func contradictions() throws {
        let line = String(decoding: try line(Samples.records()[1]), as: UTF8.self)
        let changes = [
            ("\"1001\"", "\"1002\"", "subject"), ("zoë@example.net", "eve@", "data.account.email"),
            (#""mail.read","mail.send""#, #""mail.read""#, "data.scopes"),
            ("\"mail.send\"", "\"mail.sent\"", "data.scopes"),
            ("\"sharedAccount\":true", "\"sharedAccount\":false", "data.sharedAccount"),
            ("0000000000000000002", "0000000000000000003", "sequence"),
            ("\"replaced\"", "\"connected\"", "data.kind"),
            ("callback-7f3a", "b", "idempotencykey"),
            ("grant-linked.v1\",", "label-changed.v1\",", "type"),
        ]
        for (old, new, field) in changes {
            let changed = line.replacing(old, with: new, maxReplacements: 1)
            #expect(changed != line)
            #expect(fault(changed) == FieldError(field, "is not what storedbytes say"))
        }
    }

    @Test("The order of members, null for what is absent and other ways to write a time are fine")
    func otherWriters() throws {
        var record = try #require(Samples.records().first)
        record.correlationID = nil
        record.recordedAt = Timestamp(microsecondsSinceEpoch: 1_795_242_783_000_000)
        let right = try reader.decode(try line(record))
        guard case .object(var members) = try CloudEventLineTests.line(record) else { return }
        members.reverse()
        members.append(JSONValue.Member("correlationid", .null))
        let text = JSONValue.object(members).serialized
            .replacing("2026-11-21T06:33:03.000000Z", with: "2026-11-21T06:33:03+00:00")
        #expect(try reader.decode(Array(text.utf8)) == right)
    }

    @Test("What is no event of a known version, of CloudEvents 1.0 or of a ledger is refused")
    func foreign() throws {
        let line = String(decoding: try line(Samples.records()[3]), as: UTF8.self)
        func fault(_ old: String, _ new: String) -> String? {
            self.fault(line.replacing(old, with: new, maxReplacements: 1))?.description
        }
        #expect(
            fault("grant-revoked.v1\"", "grant-revoked.v2\"")
                == "type is no version of an event that is known here; use a newer version")
        #expect(
            fault("accountledger.grant", "com.example.grant")
                == "type is no version of an event that is known here; use a newer version")
        #expect(
            fault("\"1.0\"", "\"0.3\"")
                == "specversion is not 1.0, the version of CloudEvents that is read")
        for source in ["account-ledger:a0a1", "urn:uuid:1", "account-ledger:" + "zz" + "a0a1"] {
            #expect(
                fault(#"account-ledger:a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"#, source)
                    == "source names no ledger, as account-ledger: and its id do")
        }
        #expect(fault("\"storedbytes\":\"", "\"storedbytes\":\"*") == "storedbytes are not base64")
        #expect(
            fault("\"storedbytes\":\"", "\"storedbytes\":\"AAAA")?
                .hasPrefix("storedbytes are no record: ") == true)
        #expect(self.fault("[]")?.field == "line")
        #expect(self.fault("")?.field == "line")
    }

    @Test("A header whose bytes or source are of another ledger is refused")
    func otherHeader() throws {
        var other = CloudEventLineTests.header
        other.ledgerID[0] = 1
        let line = try CloudEventLine(ledger: other.ledgerID).json(other).serialized
        let right = try CloudEventLineTests.lines.json(CloudEventLineTests.header)
        let bytes = try #require(right["storedbytes"]?.text)
        let wrong = line.replacing(
            Data(try other.encode()).base64EncodedString(), with: bytes)
        #expect(wrong != line)
        #expect(fault(wrong) == FieldError("source", "is not what storedbytes say"))
    }
}
