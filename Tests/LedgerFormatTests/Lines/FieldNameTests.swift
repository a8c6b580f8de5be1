internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Names in bytes and in lines, as schemas/README.md relates them")
struct FieldNameTests {
    /// Records that have every field of the format between them: no one of them can.
    static func records() -> [EventRecord] {
        Samples.records().flatMap { record -> [EventRecord] in
            switch record.event {
            case .stateIssued(let event):
                [AuthorizationIntent.connect, .reconnect("cred_1"), .replace("cred_1")].map {
                    var event = event
                    event.intent = $0
                    return record.with(.stateIssued(event))
                }
            case .grantLinked(let event):
                [event.origin, .imported(source: "user_grants"), .reported(notice: "n-1")].map {
                    var event = event
                    event.origin = $0
                    event.superseded = $0 == .reported(notice: "n-1")
                    event.label = "Work"
                    event.externalID = "crm-4711"
                    event.member = "mara"
                    return record.with(.grantLinked(event))
                }
            case .grantExpired, .grantRevoked, .labelChanged, .accountSelected: [record]
            }
        }
    }

    @Test("The names of a line follow from those in the bytes, for a record of every event")
    func names() throws {
        let schema = try RecordSchema()
        let rules = try FieldNames(events: schema.events)
        var seen: Set<String> = []
        for record in Self.records() {
            var record = record
            // The first place would be left out of the bytes.
            record.part.index = 1
            let paths = try Self.paths(inBytesOf: record)
            let line = RecordLine.json(record)
            #expect(line.paths == rules.exported(paths), "\(record.event.wireName)")
            let event = try #require(schema.events.intersection(paths).first)
            #expect(schema.wireName(of: event) == record.event.wireName)
            seen.formUnion(paths)
        }
        #expect(seen.subtracting(schema.events) == schema.paths)
        #expect(Set(rules.exceptions.keys).subtracting(seen) == [], "rows about nothing")
    }

    @Test("A flag that is not set is in the line where the table says so, and never in the bytes")
    func flags() throws {
        var exported: [String] = []
        for record in Self.records() {
            var record = record
            switch record.event {
            case .stateIssued(var event):
                event.allowMultiple = false
                record.event = .stateIssued(event)
            case .grantLinked(var event):
                event.sharedAccount = false
                event.superseded = false
                record.event = .grantLinked(event)
            case .grantExpired(var event):
                event.superseded = false
                record.event = .grantExpired(event)
            case .grantRevoked, .labelChanged, .accountSelected: continue
            }
            let flags: Set = ["allowMultiple", "superseded", "sharedAccount"]
            let bytes = try Self.paths(inBytesOf: record)
            #expect(
                bytes.isDisjoint(with: [
                    "state_issued.allow_multiple", "grant_linked.shared_account",
                    "grant_expired.superseded", "grant_linked.superseded",
                ]))
            exported += RecordLine.json(record).paths.map { String($0.dropFirst("data.".count)) }
                .filter(flags.contains)
        }
        #expect(Set(exported) == ["allowMultiple", "superseded"])
    }

    /// The paths of the fields that the protocol buffer compiler finds in a record's bytes, and
    /// the name of its event.
    private static func paths(inBytesOf record: EventRecord) throws -> Set<String> {
        let run = try Tool.protoc().run(
            [
                "--decode", "accountledger.v1.Record", "-I", PackageFiles.path("schemas"),
                "events.proto",
            ],
            input: try RecordCodec.encode(record))
        try #require(run.status == 0, "\(run.text)")
        var path: [Substring] = []
        var paths: Set<String> = []
        for line in run.text.split(separator: "\n") {
            let line = line.drop { $0 == " " }
            if line == "}" {
                path.removeLast()
            } else if let name = line.firstMatch(of: /^(\w+) \{$/)?.output.1 {
                path.append(name)
            } else if let name = line.firstMatch(of: /^(\w+):/)?.output.1 {
                paths.insert((path + [name]).joined(separator: "."))
            }
            if path.count == 1, path[0].contains("_") { paths.insert(String(path[0])) }
        }
        return paths
    }
}

extension EventRecord {
    fileprivate func with(_ event: Event) -> EventRecord {
        var record = self
        record.event = event
        return record
    }
}
