internal import AccountLedger
internal import Foundation
internal import LedgerCommandLine
internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("The examples beside the schemas")
struct ExampleTests {
    /// The schema of each file in `schemas/examples`.
    private static let schemas = [
        "accounts.jsonl": "accounts.json", "active.jsonl": "active.json",
        "cloudevents.jsonl": "cloudevents/event.json", "commands.jsonl": "commands/command.json",
        "envelopes.jsonl": "envelope.json", "listing.jsonl": "listing.json",
        "narrowings.jsonl": "narrowing.json", "outcomes.jsonl": "outcomes/outcome.json",
        "records.jsonl": "records/record.json", "sessions.jsonl": "session.json",
    ]

    private static func lines(_ file: String) throws -> [String] {
        let path = "\(repository)/schemas/examples/\(file)"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        try #require(!lines.isEmpty)
        return lines.map(String.init)
    }

    /// The numbers, from 1, of the lines that do not fit a schema.
    private static func misfits(_ lines: [String], _ schema: String) throws -> Set<Int> {
        let scratch = try Scratch()
        let file = try scratch.file("lines.jsonl", lines.map { $0 + "\n" }.joined())
        let run = try Script.run("validate-schemas", ["\(repository)/schemas/\(schema)", file])
        try #require(run.status < 2, "\(run.output)")
        let numbers = run.output.split(separator: "\n").map { finding in
            Int(finding.dropFirst(file.count + 1).prefix { $0 != ":" })
        }
        return Set(try numbers.map { try #require($0, "\(run.output)") })
    }

    private static func settings(_ line: String) throws -> SessionSettings {
        try JSONDecoder().decode(SessionSettings.self, from: Data(line.utf8))
    }

    private static func narrowing(_ line: String) throws -> Narrowing {
        try JSONDecoder().decode(Narrowing.self, from: Data(line.utf8))
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test("every file has its schema, and fits it; with an unknown name no line does")
    func fit() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: repository + "/schemas/examples")
        #expect(Set(files) == Set(Self.schemas.keys))
        for (file, schema) in Self.schemas {
            let lines = try Self.lines(file)
            let wrong = lines.map { line in
                #"{"surely unknown":1"# + (line == "{}" ? "" : ",") + line.dropFirst()
            }
            let misfits = try Self.misfits(lines + wrong, schema)
            #expect(misfits == Set(lines.count + 1...2 * lines.count), "\(file)")
        }
    }

    @Test("narrowings and settings of sessions are read as such, and written the same")
    func narrowings() throws {
        let narrowings = try Self.lines("narrowings.jsonl")
        for line in narrowings { #expect(try Self.json(Self.narrowing(line)) == line) }
        let sessions = try Self.lines("sessions.jsonl")
        for line in sessions { #expect(try Self.json(Self.settings(line)) == line) }
        // Nothing at all is another narrowing than no limit.
        #expect(try Self.narrowing(try #require(narrowings.first)).isEverything)
        #expect(try Self.narrowing(try #require(narrowings.last)).credentials == [])
    }

    @Test("a narrowing that does not fit its schema is not read, and the other way round")
    func wrongNarrowings() throws {
        let wrong = [
            #"{"members":"mia"}"#, #"{"member":null}"#, #"{"member":1}"#, #"{"user":["acme"]}"#,
            #"{"credentials":"c"}"#, #"{"credentials":[1]}"#, #"{"toolkits":{"gmail":true}}"#,
            #"{"toolkits":[null]}"#, "[]", "null", #""mia""#,
        ]
        for line in wrong {
            #expect(throws: DecodingError.self, "\(line)") { try Self.narrowing(line) }
            let settings = #"{"narrowing":\#(line),"pins":[],"user":"acme","version":1}"#
            #expect(throws: DecodingError.self, "\(line)") { try Self.settings(settings) }
        }
        let right = [#"{"user":"zo\u00eb","toolkits":[]}"#, #"{"credentials":["c","c"]}"#]
        #expect(try Self.misfits(wrong + right, "narrowing.json") == Set(1...wrong.count))
        for line in right { #expect(throws: Never.self, "\(line)") { try Self.narrowing(line) } }
    }

    @Test("settings of a session that do not fit their schema are not read")
    func wrongSettings() throws {
        let line = try #require(try Self.lines("sessions.jsonl").last)
        let wrong = [
            (#""version":1"#, #""version":2"#), (#""version":1"#, #""version":"1""#),
            (#","version":1"#, ""), (#""user":"acme","#, ""), (#""user":"acme""#, #""user":null"#),
            (#""narrowing":{"member":"mia"},"#, ""), (#"{"member":"mia"}"#, "null"),
            (#"{"member":"mia"}"#, #"{"membr":"mia"}"#), (#""toolkit":"gmail""#, #""toolkit":1"#),
            (#","toolkit":"gmail""#, ""), (#""toolkit":"gmail""#, #""toolkit":"gmail","x":1"#),
            (#""pins""#, #""pin""#),
        ].map { line.replacing($0, with: $1) }
        #expect(!wrong.contains(line))
        #expect(try Self.misfits(wrong, "session.json") == Set(1...wrong.count))
        for line in wrong {
            #expect(throws: DecodingError.self, "\(line)") { try Self.settings(line) }
        }
    }

    @Test("commands and rows of a listing are read as such, but not with an unknown name")
    func lines() throws {
        for line in try Self.lines("commands.jsonl") {
            let decoder = LineDecoder(simulatesClock: line.contains(#""now""#))
            #expect(throws: Never.self, "\(line)") { try decoder.decode(Array(line.utf8)).get() }
            let wrong = #"{"surely unknown":1,"# + line.dropFirst()
            #expect(throws: Refusal.self) { try decoder.decode(Array(wrong.utf8)).get() }
        }
        for line in try Self.lines("listing.jsonl") {
            #expect(throws: Never.self, "\(line)") { try ListingReader.grant(Array(line.utf8)) }
            let wrong = Array((#"{"surely unknown":1,"# + line.dropFirst()).utf8)
            #expect(throws: FieldError.self) { try ListingReader.grant(wrong) }
        }
    }

    @Test("exported events are read one by one, and a ledger is restored from them")
    func cloudEvents() async throws {
        let lines = try Self.lines("cloudevents.jsonl")
        let types = Set(lines.compactMap { $0.member("type") })
        let names = EventVersions.current.wireNames.values + ["ledger-created.v1"]
        #expect(types == Set(names.map { "accountledger." + $0 }))
        for line in lines {
            #expect(throws: Never.self) { try CloudEventReader().decode(Array(line.utf8)) }
            let wrong = line.replacing("accountledger.", with: "other.", maxReplacements: 1)
            #expect(throws: FieldError.self) { try CloudEventReader().decode(Array(wrong.utf8)) }
        }
        let scratch = try Scratch()
        let run = await scratch.run(
            "import", "--format", "cloudevents",
            repository + "/schemas/examples/cloudevents.jsonl")
        #expect(run.status == .fine, "\(run.errors)")
        #expect(await scratch.run("verify").status == .fine)
        #expect(await scratch.run("export", "--format", "cloudevents").lines == lines)
    }
}
