@testable internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// A small ledger with rows in every table, open as bare storage.
struct DamagedLedger {
    private let directory: TemporaryDirectory
    private let environment: Environment

    init() async throws {
        directory = try TemporaryDirectory()
        let path = directory.appending("ledger")
        var options = LedgerOptions()
        options.mapSize = 1 << 30
        let ledger = try Ledger.open(at: path, options: options)
        try await Self.fill(ledger)
        ledger.close()
        let tables = [EventLog.definition, LedgerMeta.definition] + ViewTables.definitions
        environment = try Environment.open(
            at: path, tables: tables, options: EnvironmentOptions(mapSize: 1 << 30))
    }

    /// Sixteen records of three users.
    private static func fill(_ ledger: Ledger) async throws {
        for (number, user) in (["ann", "bob", "cyd", "ann"] as [UserID]).enumerated() {
            let context = CommandContext(idempotencyKey: IdempotencyKey("key \(number)"))
            let action = IssueState(user: user, toolkit: "gmail", allowMultiple: true)
            let token = try await ledger.issueState(action, context: context).get().state
            let account = ProviderAccount(
                provider: "google", subject: .init("\(number)"), email: "a@example.org")
            let linked = try await ledger.link(
                state: #require(token), grant: GrantID("g\(number)"), account: account)
            let id = try #require(try linked.get().credential)
            _ = try await ledger.select(id, for: "gmail", of: user).get()
            _ = try await ledger.expire(ExpireGrant(grant: GrantID("g\(number)"), notice: "n"))
                .get()
        }
    }

    /// Verifies, and expects that no byte of the file was changed.
    func verify(_ location: SourceLocation = #_sourceLocation) throws -> VerificationReport {
        let before = FileTree(environment.path)["data.mdb"]
        let report = try Verification(of: environment).run(in: directory.path) {
            (_) throws(JournalError) in
        }
        #expect(FileTree(environment.path)["data.mdb"] == before, sourceLocation: location)
        #expect(FileTree(directory.path).names.count == 4, sourceLocation: location)
        return report
    }

    func put(_ key: [UInt8], value: [UInt8], in name: ViewTables.Name) throws {
        try put(key, value: value, table: name.rawValue)
    }

    func put(_ key: [UInt8], value: [UInt8], table name: String) throws {
        let table = try environment.requireTable(name)
        try environment.write { (transaction) throws(StorageError) in
            if name == ViewTables.Name.users.rawValue {
                let number = UInt64(bigEndian: value.span) ?? 0
                try transaction.putDuplicate(key: key, number, in: table)
            } else {
                try transaction.put(key: key, value: value, in: table)
            }
        }
    }

    /// Changes the value of a table's first row; answers how to put it back.
    func change(
        first name: ViewTables.Name, _ change: ([UInt8]) -> [UInt8]
    ) throws -> () throws -> Void {
        let table = try environment.requireTable(name.rawValue)
        let first = try environment.read { (snapshot) throws(StorageError) in
            try snapshot.firstEntry(in: table)
        }
        let (key, value) = try #require(first)
        try put(key, value: change(value), in: name)
        return { try put(key, value: value, in: name) }
    }

    func record(_ position: UInt64) throws -> [UInt8] {
        let table = try environment.requireTable(EventLog.definition.name)
        let bytes = try environment.read { (snapshot) throws(StorageError) in
            try snapshot.copy(of: [UInt8](bigEndian: position), in: table)
        }
        return try #require(bytes)
    }

    func setRecord(_ position: UInt64, to bytes: [UInt8]?) throws {
        let table = try environment.requireTable(EventLog.definition.name)
        try environment.write { (transaction) throws(StorageError) in
            let key = [UInt8](bigEndian: position)
            if let bytes {
                try transaction.put(key: key, value: bytes, in: table)
            } else {
                try transaction.delete(key, in: table)
            }
        }
    }

    func setCheckpoint(_ bytes: [UInt8]) throws {
        try put(Array("checkpoint".utf8), value: bytes, table: LedgerMeta.definition.name)
    }
}
