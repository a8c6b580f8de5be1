internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Lines as schemas/commands describes them")
struct CommandSchemaTests {
    /// Values of every type, and some that only one kind of field takes.
    private static let values = [
        "null", "true", "1", "-1", "1.0", "1e2", #""x""#, "[]", #"["x"]"#, "[1]", "{}",
        #"{"subject":"x"}"#, #"{"subject":1}"#, #"{"subject":"x","email":null,"name":"n"}"#,
        #"{"subject":"x","phone":"1"}"#, #"{"kind":"application"}"#,
        #"{"kind":"operator","id":"x"}"#,
        #"{"kind":"operator","id":1}"#, #"{"kind":"root","id":"x"}"#, #"{"kind":null}"#,
        #""2026-11-21T06:33:03Z""#, #""2026-11-21T06:33:60Z""#, #""2026-11-21""#, #""expired""#,
    ]

    /// The fields of a command, as its schema lists them.
    private static func properties(_ command: String) throws -> [String] {
        let schema = try JSONParser.parse(
            try PackageFiles.bytes("schemas/commands/\(command).json"))
        guard case .object(let members) = schema,
            case .object(let properties)? = members.first(where: { $0.name == "properties" })?.value
        else { return [] }
        return properties.map(\.name)
    }

    /// The fields that a line has to have, without those that are given.
    private static func base(_ command: String, without name: String) -> String {
        let fields = [
            "issueState": [("user", #""1""#), ("toolkit", #""t""#)],
            "link": [
                ("state", #""s""#), ("grant", #""g""#), ("provider", #""p""#),
                ("account", #"{"subject":"x"}"#),
            ],
            "report": [
                ("grant", #""g""#), ("status", #""expired""#), ("notice", #""n""#),
                ("occurredAt", #""2026-11-21T06:33:03Z""#),
            ],
            "expire": [("grant", #""g""#)], "revoke": [("grant", #""g""#)],
            "relabel": [("credential", #""c""#), ("label", "null")],
            "select": [("user", #""1""#), ("toolkit", #""t""#), ("credential", "null")],
            "import": [
                ("user", #""1""#), ("toolkit", #""t""#), ("grant", #""g""#), ("provider", #""p""#),
                ("account", #"{"subject":"x"}"#),
            ],
        ]
        return (fields[command] ?? []).filter { $0.0 != name }
            .map { #","\#($0.0)":\#($0.1)"# }.joined()
    }

    /// A line for every command, every field of any command, and every value; and without the
    /// field.
    private static func lines() throws -> [String] {
        let commands = [
            "issueState", "link", "expire", "report", "revoke", "relabel", "select", "import",
        ]
        let names = Set(try commands.flatMap(properties)).subtracting(["command", "now"])
        return commands.flatMap { command in
            names.sorted().flatMap { name in
                let start = #"{"command":"\#(command)"\#(base(command, without: name))"#
                return [start + "}"] + values.map { start + #","\#(name)":\#($0)}"# }
            }
        }
    }

    @Test("What the schema takes for a command we do too, and nothing else")
    func agreement() throws {
        let lines = try Self.lines()
        let faults = try SchemaValidator.faults(of: lines, in: "schemas/commands/command.json")
        let decoder = LineDecoder(simulatesClock: false)
        #expect(lines.count > 3000)
        #expect(faults.count < lines.count)
        for (number, line) in zip(1..., lines) {
            let refusal: Refusal? =
                switch decoder.decode(Array(line.utf8)) {
                case .success(let line): Self.limit(line.command)
                case .failure(let refusal): refusal
                }
            #expect(
                (refusal == nil) == (faults[number] == nil), "\(line): \(faults[number] ?? "fits")")
        }
    }

    @Test("What the schema cannot say, schemas/README.md does")
    func beyondSchema() throws {
        let fields = [
            #""occurredAt":"0001-01-01T00:00:00+01:00""#,
            #""occurredAt":"9999-12-31T23:59:59-01:00""#,
            #""occurredAt":"2026-01-01T00:05:00.000001Z""#, #""now":"2026-01-01T00:00:00Z""#,
            #""reason":"\#(String(repeating: "ë", count: 255))""#,
        ]
        let lines = fields.map { #"{"command":"expire","grant":"g",\#($0)}"# }
        #expect(
            try SchemaValidator.faults(of: lines, in: "schemas/commands/command.json").isEmpty)
        let now = try #require(Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
        for line in lines {
            guard
                case .success(let read) = LineDecoder(simulatesClock: false).decode(
                    Array(line.utf8))
            else { continue }
            let facts = DecisionState.gather(
                for: read.command, policy: Policy(), from: LedgerState())
            #expect(read.command.refusal(on: facts, at: now)?.name == "invalid", "\(line)")
        }
    }

    @Test(
        "A number that the ledger cannot hold fits neither",
        arguments: ["-1", "9223372036854775808"])
    func versions(number: String) throws {
        let line = #"{"command":"expire","grant":"g","expectedUserVersion":\#(number)}"#
        let faults = try SchemaValidator.faults(of: [line], in: "schemas/commands/command.json")
        #expect(faults.count == 1)
        #expect(throws: Refusal.self) {
            try LineDecoder(simulatesClock: false).decode(Array(line.utf8)).get()
        }
    }

    /// The limits that the schema knows and the decision checks.
    private static func limit(_ command: Command) -> Refusal? {
        guard case .issueState(let action) = command.action, let seconds = action.lifetimeSeconds,
            !(1...IssueState.maximumLifetimeSeconds).contains(seconds)
        else { return nil }
        return .invalid(field: "lifetimeSeconds", reason: "is beyond its limits")
    }
}

extension Command {
    /// Why the command is refused on such facts.
    fileprivate func refusal(on facts: DecisionState, at now: Timestamp) -> Refusal? {
        let input = DecisionInput(
            now: now, newCredential: "cred_1", newState: StateToken("s"),
            newStateDigest: StateDigest(of: StateToken("s")),
            fingerprint: CommandFingerprint(of: action))
        guard case .refused(let refusal) = decide(self, on: facts, with: input) else { return nil }
        return refusal
    }
}
