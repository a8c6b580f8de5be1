internal import AccountLedger
internal import Foundation
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// Directories that hold something like a ledger: refused by name, and not written to.
@Suite struct DamagedOpeningTests {
    private static let allTables =
        [EventLog.definition, LedgerMeta.definition] + ViewTables.definitions
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws { directory = try TemporaryDirectory() }

    /// Makes an environment with these tables and rows.
    private func make(
        _ tables: [TableDefinition], _ rows: [(table: String, key: [UInt8], value: [UInt8])]
    ) throws {
        let options = EnvironmentOptions(access: .create)
        let environment = try Environment.open(at: path, tables: tables, options: options)
        for row in rows {
            let table = try environment.requireTable(row.table)
            try environment.write { (transaction) throws(StorageError) in
                try transaction.put(key: row.key, value: row.value, in: table)
            }
        }
        environment.close()
    }

    private func header(format: UInt8 = 1) throws -> [UInt8] {
        let header = LedgerHeader(
            ledgerID: [UInt8](repeating: 7, count: 16),
            createdAt: Timestamp(microsecondsSinceEpoch: 1), isSimulated: false, policy: Policy())
        var bytes = try header.encode()
        // The first field is the format: tag 0x08, then the number.
        #expect(bytes.starts(with: [0x08, 1]))
        bytes[1] = format
        return bytes
    }

    private func expectRefusal(
        _ code: LedgerError.Code, _ location: SourceLocation = #_sourceLocation
    ) {
        let before = FileTree(path)["data.mdb"]
        for access in [LedgerOptions.Access.create, .readWrite, .readOnly] {
            let found = #expect(throws: LedgerError.self, sourceLocation: location) {
                try Ledger.open(at: path, options: LedgerOptions(access: access))
            }
            #expect(
                found?.code == code, "\(access): \(String(describing: found))",
                sourceLocation: location)
            #expect(found?.message.isEmpty == false, sourceLocation: location)
            let isUnchanged = FileTree(path)["data.mdb"] == before
            #expect(isUnchanged, "\(access)", sourceLocation: location)
        }
    }

    @Test("A ledger of a newer format is refused and not written to")
    func newerFormat() throws {
        try make(Self.allTables, [("meta", Array("header".utf8), header(format: 2))])
        expectRefusal(.unsupportedFormat)
    }

    @Test("A ledger of a newer format is not written to when it lacks tables of ours")
    func newerFormatWithFewerTables() throws {
        let tables = Self.allTables.filter { $0.name != "notices" }
        try make(tables, [("meta", Array("header".utf8), header(format: 2))])
        let before = FileTree(path)["data.mdb"]
        let found = #expect(throws: LedgerError.self) { try Ledger.open(at: path) }
        #expect(found?.code == .unsupportedFormat)
        let isUnchanged = FileTree(path)["data.mdb"] == before
        #expect(isUnchanged)
    }

    @Test("A header that cannot be read is refused and not written to")
    func unreadableHeader() throws {
        try make(Self.allTables, [("meta", Array("header".utf8), [0xFF, 0xFF])])
        expectRefusal(.damaged)
    }

    @Test("Records without a header are a damaged ledger, not a new one")
    func lostHeader() throws {
        let ledger = try DamagedLedgerFiles(path)
        try ledger.removeHeader()
        let before = FileTree(path)["data.mdb"]
        let found = #expect(throws: LedgerError.self) { try Ledger.open(at: path) }
        #expect(found?.code == .damaged)
        #expect(FileTree(path)["data.mdb"] == before)
    }

    @Test(
        "Views that are ahead of the log, or behind it, are refused", arguments: [1, 9] as [UInt64])
    func checkpoint(position: UInt64) throws {
        let checkpoint = ViewCheckpoint(position: Position(position))
        try make(
            Self.allTables,
            [
                ("meta", Array("header".utf8), header()),
                ("meta", Array("checkpoint".utf8), checkpoint.encode()),
            ])
        expectRefusal(.damaged)
    }

    @Test("Views that are not where the log is can be looked at, and take no commands")
    func inspection() async throws {
        try make(
            Self.allTables,
            [
                ("meta", Array("header".utf8), header()),
                (
                    "meta", Array("checkpoint".utf8),
                    ViewCheckpoint(position: Position(9)).encode()
                ),
            ])
        let before = FileTree(path)["data.mdb"]
        for access in [LedgerOptions.Access.readOnly, .readWrite, .create] {
            let ledger = try Ledger.openForInspection(
                at: path, options: LedgerOptions(access: access))
            let finding = try ledger.checkpointFinding()
            #expect(finding?.kind == .checkpointAhead)
            #expect(finding?.position == Position(9))
            let refused = await #expect(throws: LedgerError.self) {
                try await ledger.issueState(IssueState(user: "ann", toolkit: "gmail"))
            }
            #expect(refused?.code == .readOnly)
            ledger.close()
        }
        #expect(FileTree(path)["data.mdb"] == before)
        let absent = directory.appending("absent")
        #expect(throws: LedgerError.self) {
            try Ledger.openForInspection(at: absent, options: LedgerOptions(access: .create))
        }
        #expect(!FileManager.default.fileExists(atPath: absent))
    }

    @Test("Views of another version are refused")
    func viewVersion() throws {
        let checkpoint = ViewCheckpoint(position: .start, credentialsVersion: 2)
        try make(
            Self.allTables,
            [
                ("meta", Array("header".utf8), header()),
                ("meta", Array("checkpoint".utf8), checkpoint.encode()),
            ])
        expectRefusal(.unsupportedFormat)
    }

    @Test(
        "An LMDB file of something else is refused and not written to",
        arguments: ["other", "events", "users", "meta"])
    func foreign(table: String) throws {
        try make([TableDefinition(name: table)], [(table, [1], [1])])
        expectRefusal(.notALedger)
    }

    @Test("An LMDB file of something else that has tables of our names is not written to")
    func foreignWithOurNames() throws {
        let tables = Self.allTables.filter { $0.name == "events" || $0.name == "meta" }
        try make(tables, [("meta", [1], [1])])
        let before = FileTree(path)["data.mdb"]
        #expect(throws: LedgerError.self) { try Ledger.open(at: path) }
        let isUnchanged = FileTree(path)["data.mdb"] == before
        #expect(isUnchanged)
    }

    @Test("No file is made beside an LMDB file of something else")
    func foreignAlone() throws {
        try make([TableDefinition(name: "other")], [("other", [1], [1])])
        for name in ["lock.mdb", "owner.lock"] {
            try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
        let before = FileTree(path)
        expectRefusal(.notALedger)
        #expect(FileTree(path) == before)
    }

    @Test("An LMDB file whose table has another kind than ours is refused")
    func otherKind() throws {
        let tables = Self.allTables.map { definition in
            definition.name == "events"
                ? TableDefinition(name: "events", kind: .appendOnlyDuplicates) : definition
        }
        try make(tables, [])
        expectRefusal(.notALedger)
    }
}

/// A ledger with one record, changed behind its back.
private struct DamagedLedgerFiles {
    private let path: String

    init(_ path: String) throws {
        self.path = path
        let ledger = try Ledger.open(at: path)
        ledger.close()
    }

    /// Adds a record that needs no decoding, and takes the header away.
    func removeHeader() throws {
        let environment = try Environment.open(
            at: path, tables: [EventLog.definition, LedgerMeta.definition])
        let events = try environment.requireTable(EventLog.definition.name)
        let meta = try environment.requireTable(LedgerMeta.definition.name)
        try environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: [UInt8](bigEndian: 1), value: [1], in: events)
            try transaction.delete(Array("header".utf8), in: meta)
        }
        environment.close()
    }
}
