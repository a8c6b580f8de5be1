internal import AccountLedger
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerTestSupport
internal import Testing

/// A projection that a test puts together; it notes each record's user.
private struct Notes: Projection {
    struct Failure: Error {}

    var name = "notes"
    var version = 1
    var handles = Set(EventKind.allCases)
    var ignores: Set<EventKind> = []
    var notes = ProjectionTable<Position, UserID>("notes")
    var more: [any ProjectionTableDefinition] = []
    var failsAt: Position?
    var tables: [any ProjectionTableDefinition] { [notes] + more }

    func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws {
        try rows.put(record.user, for: record.position, in: notes)
        if record.position == failsAt { throw Failure() }
    }
}

/// A projection that puts what it may not.
private struct Careless: Projection {
    enum Way: Sendable { case longKey, noKey, foreignTable }

    let way: Way
    let name = "careless"
    let version = 1
    let handles = Set(EventKind.allCases)
    let ignores: Set<EventKind> = []
    let texts = ProjectionTable<String, String>("texts")
    let nothings = ProjectionTable<Nothing, String>("nothings")
    var tables: [any ProjectionTableDefinition] { [texts, nothings] }

    struct Nothing: RowCodable {
        func encode(to row: inout RowEncoder) {}
        init() {}
        init(from row: inout RowDecoder) throws(RowDecodingError) {}
    }

    func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws {
        switch way {
        case .longKey: try rows.put("", for: String(repeating: "x", count: 510), in: texts)
        case .noKey: try rows.put("", for: Nothing(), in: nothings)
        case .foreignTable:
            try rows.put("", for: "a", in: ProjectionTable<String, String>("elsewhere"))
        }
    }
}

@Suite struct DefinitionTests {
    private let directory: TemporaryDirectory
    private let ledger: Ledger

    init() async throws {
        directory = try TemporaryDirectory()
        var options = LedgerOptions()
        options.mapSize = 1 << 30
        ledger = try Ledger.open(at: directory.appending("ledger"), options: options)
        for user in ["ann", "ben", "cyd", "dee"] {
            _ = try await ledger.issueState(IssueState(user: UserID(user), toolkit: "gmail"))
        }
    }

    private func refusal(_ notes: Notes) -> ProjectionError.Code? {
        do { _ = try ledger.open(notes) } catch { return error.code }
        return nil
    }

    @Test("A definition that rows cannot be kept by is refused before anything is made")
    func refused() {
        let names = ["", "Notes", "a b", "..", "a/b", String(repeating: "a", count: 65)]
        for name in names { #expect(refusal(Notes(name: name)) == .invalidDefinition) }
        for version in [0, -1, 65_536] {
            #expect(refusal(Notes(version: version)) == .invalidDefinition)
        }
        #expect(refusal(Notes(handles: [.grantLinked])) == .invalidDefinition)
        #expect(refusal(Notes(ignores: [.grantLinked])) == .invalidDefinition)
        let twice = ProjectionTable<UserID, UserID>("notes")
        #expect(refusal(Notes(more: [twice])) == .invalidDefinition)
        let hidden = ProjectionTable<UserID, UserID>("_projection")
        #expect(refusal(Notes(more: [hidden])) == .invalidDefinition)
        #expect(FileTree(ledger.path).names.isDisjoint(with: ["projections"]))
        #expect(refusal(Notes()) == nil)
    }

    @Test("A record that cannot be applied stops the rows before it, by its position")
    func failure() throws {
        let failing = try ledger.open(Notes(failsAt: Position(3)))
        for _ in 0..<2 {
            let error = #expect(throws: ProjectionError.self) { try failing.catchUp() }
            #expect(error?.code == .applyFailed)
            #expect(error?.position == Position(3))
            #expect(try failing.position == Position(2))
            let count = try failing.read { (view) throws(ProjectionError) in
                try view.count(of: failing.projection.notes)
            }
            #expect(count == 2)
        }
        failing.close()
        let mended = try ledger.open(Notes())
        #expect(try mended.catchUp() == Position(4))
    }

    @Test("Events that are ignored are not applied, and are passed")
    func ignored() throws {
        let kinds = Set(EventKind.allCases)
        let deaf = try ledger.open(
            Notes(handles: kinds.subtracting([.stateIssued]), ignores: [.stateIssued]))
        #expect(try deaf.catchUp() == Position(4))
        let count = try deaf.read { (view) throws(ProjectionError) in
            try view.count(of: deaf.projection.notes)
        }
        #expect(count == 0)
    }

    @Test("Editions have rows of their own, and one process opens an edition once")
    func editions() throws {
        let first = try ledger.open(Notes())
        try first.catchUp()
        let second = try ledger.open(Notes(version: 2))
        #expect(try second.position == .start)
        #expect(try first.position == Position(4))
        #expect(refusal(Notes()) == .storage)
        second.close()
        #expect(refusal(Notes(version: 2)) == nil)
    }

    @Test("Keys and tables that cannot be are refused by name, and nothing is applied")
    func careless() throws {
        for (way, code) in [
            (Careless.Way.longKey, ProjectionError.Code.keyLength), (.noKey, .keyLength),
            (.foreignTable, .unknownTable),
        ] {
            let projection = try ledger.open(Careless(way: way))
            let error = #expect(throws: ProjectionError.self) { try projection.catchUp() }
            #expect(error?.code == code)
            #expect(error?.position == Position(1))
            #expect(try projection.position == .start)
            projection.close()
        }
    }

    @Test("Rows of other types are damage, and not a crash")
    func otherTypes() throws {
        let notes = try ledger.open(Notes())
        try notes.catchUp()
        let other = ProjectionTable<Position, Position>("notes")
        let found = #expect(throws: ProjectionError.self) {
            try notes.read { (view) throws(ProjectionError) in try view.rows(of: other).count }
        }
        #expect(found?.code == .damagedRow)
    }
}
