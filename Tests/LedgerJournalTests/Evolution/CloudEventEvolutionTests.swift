internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage
internal import Testing

/// Export and import as CloudEvents, where one log has two versions of an event.
@Suite("Two versions of an event as CloudEvents") struct CloudEventEvolutionTests {
    private let evolved: EvolvedLog
    private let stored: [StoredRecord]
    private let lines: [String]
    private let reader = CloudEventReader(as: .withRevokedV2)

    init() throws {
        evolved = try EvolvedLog()
        stored = try evolved.stored(evolved.newLog)
        let writer = CloudEventLine(ledger: Array(repeating: 0xA0, count: 16))
        lines = stored.map { writer.json($0).serialized }
    }

    private func read(_ line: String) throws -> StoredRecord? {
        guard case .record(let stored) = try reader.decode(Array(line.utf8)).content else {
            return nil
        }
        return stored
    }

    /// What is wrong with a line; none where nothing is.
    private func fault(_ line: String, _ reader: CloudEventReader) -> FieldError? {
        do { _ = try reader.decode(Array(line.utf8)) } catch { return error }
        return nil
    }

    /// A line in which one version is put in place of another, in the type and in the schema.
    private func renamed(_ line: String, _ old: String, _ new: String) -> String {
        let type = "accountledger.grant-revoked."
        let schema = "schemas/cloudevents/grant-revoked."
        let renamed = line.replacing(type + old, with: type + new)
            .replacing(schema + old, with: schema + new)
        #expect(renamed != line)
        return renamed
    }

    @Test("Type and schema of a line are those of the version that its record was stored in")
    func export() {
        for (line, version) in zip(lines[3...], ["v1", "v1", "v2"]) {
            #expect(line.contains(#""type":"accountledger.grant-revoked.\#(version)""#))
            let schema = "account-ledger:schemas/cloudevents/grant-revoked.\(version).json"
            #expect(line.contains(#""dataschema":"\#(schema)""#))
            // Whichever version it is, the data are a reading of today's event.
            #expect(line.contains(#""credential":"cred_"#))
        }
        #expect(lines[3].contains(#""reason":"disconnectedByUser""#))
    }

    @Test("A log that is restored from the lines has the same bytes under the same names")
    func roundTrip() throws {
        let scratch = try ScratchLog()
        let log = try EventLog(in: scratch.environment, versions: .withRevokedV2)
        let read = try lines.map { try #require(try self.read($0)) }
        #expect(read == stored)
        try scratch.environment.write { (transaction) throws(JournalError) in
            for record in read { try log.append(record, to: &transaction) }
        }
        var names: [String] = []
        var bytes: [[UInt8]] = []
        try scratch.environment.read { (snapshot) throws(JournalError) in
            try log.scanRecords(from: Position(1), through: Position(6), in: snapshot) {
                (record, stored) throws(JournalError) in
                names.append(record.wireName)
                bytes.append([UInt8](copying: stored))
                return .next
            }
        }
        #expect(names.suffix(3) == ["grant-revoked.v1", "grant-revoked.v1", "grant-revoked.v2"])
        #expect(bytes == stored.map(\.bytes))
    }

    @Test("A line under another version than that of its bytes is refused, whichever is newer")
    func otherName() {
        for (index, old, new) in [(3, "v1", "v2"), (4, "v1", "v2"), (5, "v2", "v1")] {
            let wrong = renamed(lines[index], old, new)
            #expect(fault(wrong, reader) == FieldError("type", "is not what storedbytes say"))
        }
    }

    @Test("A line whose schema alone is of another version is refused")
    func otherSchema() {
        for (index, old, new) in [(3, "v1", "v2"), (5, "v2", "v1")] {
            let schema = "schemas/cloudevents/grant-revoked."
            let wrong = lines[index].replacing(schema + old, with: schema + new)
            #expect(wrong != lines[index])
            #expect(
                fault(wrong, reader) == FieldError("dataschema", "is not what storedbytes say"))
        }
    }

    @Test("A flipped bit in the name of a line is refused")
    func damagedName() throws {
        for line in lines[3...] {
            let name = try #require(line.firstRange(of: "accountledger.grant-revoked.v"))
            let start = line.utf8.distance(from: line.startIndex, to: name.lowerBound)
            let end = line.utf8.distance(from: line.startIndex, to: name.upperBound)
            var bytes = Array(line.utf8)
            for bit in start * 8..<(end + 1) * 8 {
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(throws: FieldError.self, "bit \(bit)") { try reader.decode(bytes) }
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            }
        }
    }

    @Test("Bytes that were encoded again, as the latest version, are refused under the old name")
    func encodedAgain() throws {
        let old = stored[3]
        let bytes = try RecordCodec.encode(old.record, as: .withRevokedV2)
        #expect(bytes != old.bytes)
        let again = CloudEventLine(ledger: Array(repeating: 0xA0, count: 16))
            .json(StoredRecord(old.record, bytes)).serialized
        #expect(again.contains("grant-revoked.v1"))
        #expect(fault(again, reader) == FieldError("type", "is not what storedbytes say"))
    }

    @Test("A version of the package without the new event says so, and knows the old one")
    func oldReader() {
        let old = CloudEventReader()
        #expect(
            fault(lines[5], old)
                == FieldError(
                    "type", "is no version of an event that is known here; use a newer version"))
        #expect(lines[..<5].allSatisfy { fault($0, old)?.field != "type" })
        let unknown = renamed(lines[5], "v2", "v3")
        #expect(fault(unknown, reader) == fault(lines[5], old))
    }
}
