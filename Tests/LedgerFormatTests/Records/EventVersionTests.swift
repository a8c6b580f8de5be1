internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("The versions of events that are read and written")
struct EventVersionTests {
    @Test("Every event of schemas/events.proto is read, under its field and its wire name")
    func schema() throws {
        let schema = try RecordSchema()
        let expected = Dictionary(
            uniqueKeysWithValues: schema.events.map { event in
                (schema.number(of: event) ?? 0, schema.wireName(of: event) ?? "")
            })
        #expect(EventVersions.current.wireNames == expected)
        #expect(expected.count >= EventKind.allCases.count)
    }

    @Test("The name that an event has is the one that it is written under", arguments: Seeds.all)
    func latest(seed: UInt64) throws {
        var random = Random(seed: seed)
        for record in random.records() {
            let stored = EventVersions.current.latest(record.event)
            #expect(type(of: stored).wireName == record.event.wireName)
            #expect(stored.event == record.event)
            let read = try RecordCodec.decode(try RecordCodec.encode(record))
            #expect(read.wireName == record.event.wireName)
            #expect(read.storedWireName == nil)
        }
    }

    @Test("Every version that can be read has its bytes, its line and its schema in the repository")
    func fixtures() throws {
        for name in EventVersions.current.wireNames.values {
            #expect(try !PackageFiles.fixture(name).isEmpty)
            #expect(try !PackageFiles.bytes("schemas/records/\(name).json").isEmpty)
            #expect(try !PackageFiles.bytes("schemas/cloudevents/\(name).json").isEmpty)
            let lines = try PackageFiles.lines("Tests/LedgerFormatTests/Fixtures/records.jsonl")
            let type = "\"type\":\"\(name)\""
            #expect(lines.contains { String(decoding: $0, as: UTF8.self).contains(type) })
        }
    }
}
