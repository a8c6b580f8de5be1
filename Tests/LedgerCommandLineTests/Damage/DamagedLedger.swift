internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// A reactor that does nothing.
struct Silent: Reactor {
    let name = "silent"
    let handles = Set(EventKind.allCases)
    let ignores: Set<EventKind> = []

    func react(to delivery: Delivery) async throws {}
}

/// A small ledger with rows in every table, and a projection and a reactor beside it, to be
/// damaged.
///
/// Twenty records of three users, a fifth of a millisecond apart:
///
///     1-4    ann: a state, the link that consumes it (g0), a choice, and a notice that it expired
///     5-8    bob: the same (g1)
///     9-12   cyd: the same (g2)
///     13-16  ann: the same (g3)
///     17     ann: a label for the second account
///     18     cyd: a state to replace the account with another
///     19-20  cyd: the link that consumes it (g4), and the end of g2: one command
final class DamagedLedger: Sendable {
    private let directory: TemporaryDirectory
    let path: String
    private static let origin: Int64 = 1_790_000_000_000_000

    init() async throws {
        directory = try TemporaryDirectory()
        path = directory.appending("ledger")
        var options = LedgerOptions()
        options.mapSize = 1 << 30
        options.usesSimulatedClock = true
        let ledger = try Ledger.open(at: path, options: options)
        var times = (1...30 as ClosedRange<Int64>).map {
            Timestamp(microsecondsSinceEpoch: Self.origin + 200 * $0)
        }.makeIterator()
        try await Self.fill(ledger) { times.next() }
        let projection = try ledger.open(AccountUsers())
        try projection.catchUp()
        projection.close()
        try ledger.open(Silent(), from: .now).close()
        ledger.close()
    }

    private static func fill(_ ledger: Ledger, _ time: () -> Timestamp?) async throws {
        var last: CredentialID?
        for (number, user) in (["ann", "bob", "cyd", "ann"] as [UserID]).enumerated() {
            let context = CommandContext(idempotencyKey: IdempotencyKey("key \(number)"))
            let action = IssueState(user: user, toolkit: "gmail", allowMultiple: true)
            let token = try await ledger.issueState(action, context: context, at: time()).get()
                .state
            let account = ProviderAccount(
                provider: "google", subject: .init("\(number)"), email: "a@example.org")
            let linked = try await ledger.link(
                state: #require(token), grant: GrantID("g\(number)"), account: account, at: time())
            let id = try #require(try linked.get().credential)
            _ = try await ledger.select(id, for: "gmail", of: user, at: time()).get()
            let notice = ExpireGrant(grant: GrantID("g\(number)"), notice: "n")
            _ = try await ledger.expire(notice, at: time()).get()
            if user == "cyd" { last = id }
            if number == 3 { _ = try await ledger.relabel(id, to: "work", at: time()).get() }
        }
        let replaced = IssueState(
            user: "cyd", toolkit: "gmail", replace: last)
        let token = try await ledger.issueState(replaced, at: time()).get().state
        _ = try await ledger.link(
            state: #require(token), grant: "g4",
            account: ProviderAccount(provider: "google", subject: "new"), at: time()
        ).get()
    }

    /// The bytes of the ledger's file.
    var file: [UInt8] { FileTree(path)["data.mdb"] ?? [] }

    /// Changes the bytes of the ledger's file.
    func changeFile(_ change: (FileHandle) throws -> Void) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path + "/data.mdb"))
        try change(file)
        try file.close()
    }

    /// The path of the rows of the projection beside it.
    var projection: String { path + "/projections/" + AccountUsers().directoryName }
}

// What is changed behind the ledger's back.
extension DamagedLedger {
    private static let tables =
        [EventLog.definition, LedgerMeta.definition] + ViewTables.definitions

    private func inStorage<R>(
        _ path: String? = nil, _ tables: [TableDefinition] = tables,
        _ body: (Environment) throws -> R
    ) throws -> R {
        let environment = try Environment.open(
            at: path ?? self.path, tables: tables, options: EnvironmentOptions(mapSize: 1 << 30))
        defer { environment.close() }
        return try body(environment)
    }

    func put(_ key: [UInt8], value: [UInt8], in name: String) throws {
        try inStorage { environment in
            let table = try environment.requireTable(name)
            try environment.write { (transaction) throws(StorageError) in
                if table.kind == .appendOnlyDuplicates {
                    let number = UInt64(bigEndian: value.span) ?? 0
                    try transaction.putDuplicate(key: key, number, in: table)
                } else {
                    try transaction.put(key: key, value: value, in: table)
                }
            }
        }
    }

    func remove(_ key: [UInt8], from name: String) throws {
        try inStorage { environment in
            let table = try environment.requireTable(name)
            try environment.write { (transaction) throws(StorageError) in
                _ = try transaction.delete(key, in: table)
            }
        }
    }

    /// Takes a number out of a table that has no way to do so: all rows are written again.
    func remove(_ key: String, _ number: UInt64, from name: ViewTables.Name) throws {
        try inStorage { environment in
            let table = try environment.requireTable(name.rawValue)
            try environment.write { (transaction) throws(StorageError) in
                var rows: [(key: [UInt8], number: UInt64)] = []
                try transaction.snapshot.scan(table) { (key, value) throws(StorageError) in
                    rows.append(([UInt8](copying: key), UInt64(bigEndian: value) ?? 0))
                    return .next
                }
                try transaction.clear(table)
                for row in rows where row != (Array(key.utf8), number) {
                    try transaction.putDuplicate(key: row.key, row.number, in: table)
                }
            }
        }
    }

    /// The row of a table that bob's account has: what comes first by its key is left to chance.
    func bobs(_ name: ViewTables.Name) throws -> (key: [UInt8], value: [UInt8]) {
        let bob = Array("bob".utf8)
        return try inStorage { environment in
            let table = try environment.requireTable(name.rawValue)
            var found: (key: [UInt8], value: [UInt8])?
            try environment.read { (snapshot) throws(StorageError) in
                try snapshot.scan(table) { (key, value) throws(StorageError) in
                    let row = (key: [UInt8](copying: key), value: [UInt8](copying: value))
                    let isBobs =
                        switch name {
                        case .states: row.value.starts(with: [UInt8](bigEndian: 5))
                        case .grants: row.value == [UInt8](bigEndian: 6)
                        case .notices: row.value == [UInt8](bigEndian: 8)
                        case .keys: row.value == [UInt8](bigEndian: 5)
                        case .accounts, .owners: row.value == bob
                        case .users, .credentials, .selections: row.key.starts(with: bob)
                        }
                    if isBobs { found = row }
                    return isBobs ? .stop : .next
                }
            }
            return try #require(found)
        }
    }

    func row(_ key: [UInt8], in name: String) throws -> [UInt8] {
        try inStorage { environment in
            let table = try environment.requireTable(name)
            let bytes = try environment.read { (snapshot) throws(StorageError) in
                try snapshot.copy(of: key, in: table)
            }
            return try #require(bytes)
        }
    }

    func record(_ position: UInt64) throws -> [UInt8] {
        try row([UInt8](bigEndian: position), in: "events")
    }

    func setRecord(_ position: UInt64, to bytes: [UInt8]?) throws {
        let key = [UInt8](bigEndian: position)
        if let bytes {
            try put(key, value: bytes, in: "events")
        } else {
            try remove(key, from: "events")
        }
    }

    /// Writes a record anew with another content, as somebody would who knows the format.
    func rewrite(_ position: UInt64, _ change: (inout EventRecord) -> Void) throws {
        var record = try RecordCodec.decode(try record(position))
        change(&record)
        try setRecord(position, to: try RecordCodec.encode(record))
    }

    /// As `rewrite`, of the link that a record holds.
    func rewriteLink(_ position: UInt64, _ change: (inout GrantLinked) -> Void) throws {
        try rewrite(position) { record in
            guard case .grantLinked(var event) = record.event else { return }
            change(&event)
            record.event = .grantLinked(event)
        }
    }

    func decoded(_ position: UInt64) throws -> EventRecord {
        try RecordCodec.decode(try record(position))
    }

    func setCheckpoint(_ position: UInt64) throws {
        let bytes = ViewCheckpoint(position: Position(position)).encode()
        try put(Array("checkpoint".utf8), value: bytes, in: "meta")
    }

    /// Changes a byte of the header, which begins with the format, followed by the ledger's name.
    func changeHeader(at index: Int, to byte: UInt8) throws {
        var bytes = try row(Array("header".utf8), in: "meta")
        bytes[index] = byte
        try put(Array("header".utf8), value: bytes, in: "meta")
    }

    /// The path of what is kept of the reactor beside it.
    var reactor: String { path + "/reactors/silent" }

    /// Notes another record as the last that the reactor took.
    func setReactor(_ position: UInt64, _ id: [UInt8]) throws {
        let meta = TableDefinition(name: "_reactor", isEssential: true)
        try inStorage(reactor, [meta]) { environment in
            let table = try environment.requireTable(meta.name)
            try environment.write { (transaction) throws(StorageError) in
                try transaction.put(
                    key: Array("checkpoint".utf8), value: [UInt8](bigEndian: position) + id,
                    in: table)
            }
        }
    }

    /// Notes another record as the last that the rows of the projection contain.
    ///
    /// - Parameter key: Where the rows note it: those of the first side, unless they were rebuilt.
    func setProjection(
        _ position: UInt64, _ id: [UInt8], as key: String = "checkpoint"
    ) throws {
        let meta = TableDefinition(name: "_projection", isEssential: true)
        try inStorage(projection, [meta]) { environment in
            let table = try environment.requireTable(meta.name)
            try environment.write { (transaction) throws(StorageError) in
                try transaction.put(
                    key: Array(key.utf8), value: [UInt8](bigEndian: position) + id,
                    in: table)
            }
        }
    }
}
