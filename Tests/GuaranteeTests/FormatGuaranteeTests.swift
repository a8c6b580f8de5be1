internal import AccountLedger
internal import Foundation
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerTestSupport
internal import Testing

/// The promise: a ledger of a released format opens, replays and verifies for ever.
///
/// `tools/make-fixture-ledger` wrote the fixture once; it is never written again.
@Suite(
    .enabled(
        "LMDB's files are of one platform: 64 bits, little-endian, and here pages of 4,096 bytes"
    ) {
        Int.bitWidth == 64 && 1.littleEndian == 1 && sysconf(Int32(_SC_PAGESIZE)) == 4096
    }
)
struct FormatGuaranteeTests {
    private static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/format-1").path()
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws {
        directory = try TemporaryDirectory()
        let files = FileManager.default
        try files.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        try files.copyItem(atPath: "\(Self.fixture)/data.mdb", toPath: "\(path)/data.mdb")
    }

    private func open(_ access: LedgerOptions.Access) throws -> Ledger {
        var options = LedgerOptions(access: access)
        options.mapSize = 1 << 30
        return try Ledger.open(at: path, options: options)
    }

    private func lines(_ name: String) throws -> [String] {
        let data = try Data(contentsOf: URL(filePath: "\(Self.fixture)/\(name)"))
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func records(_ ledger: Ledger) throws -> [EventRecord] {
        try ledger.read { (view) throws(LedgerError) in
            try view.records(after: .start, limit: .max)
        }
    }

    /// A user's answers, as `users.jsonl` has them.
    private func answers(_ user: UserID, _ ledger: Ledger, asOf moment: Moment?) throws -> String {
        let accounts = try ledger.accounts(of: user, includingRevoked: true, asOf: moment)
        let selections = try ledger.selections(of: user, asOf: moment)
        return JSONValue([
            "user": .text(user), "accounts": .array(accounts.map(CredentialLine.json)),
            "active": .array(selections.map(SelectionLine.json)),
        ]).serialized
    }

    @Test("It has every event, every kind of actor, and what can become of them")
    func contents() throws {
        let ledger = try open(.readOnly)
        let records = try records(ledger)
        #expect(Set(records.map(\.event.kind)) == Set(EventKind.allCases))
        #expect(Set(records.map(\.actor.kind)) == Set(LedgerActor.Kind.allCases))
        #expect(records.contains { $0.idempotencyKey != nil })
        #expect(records.contains { $0.part.count > 1 })
        let links = records.compactMap { record -> LinkKind? in
            if case .grantLinked(let event) = record.event { event.kind } else { nil }
        }
        #expect(Set(links) == Set(LinkKind.allCases))
    }

    @Test("Its records, accounts and selections are those that were written, now and replayed")
    func answers() throws {
        let before = FileTree(path)["data.mdb"]
        let ledger = try open(.readOnly)
        #expect(
            try records(ledger).map { RecordLine.json($0).serialized } == lines("records.jsonl"))
        let head = try ledger.head()
        let users = try ledger.read { (view) throws(LedgerError) in try view.users(limit: 99) }
        let expected = try lines("users.jsonl")
        #expect(users.count == expected.count)
        for moment in [nil, Moment.position(head)] {
            let found = try users.map { try answers($0, ledger, asOf: moment) }
            #expect(Set(found) == Set(expected))
        }
        ledger.close()
        #expect(FileTree(path)["data.mdb"] == before)
    }

    @Test("Its records are read and written in one pass as they are through messages")
    func bytes() throws {
        let ledger = try open(.readOnly)
        let stored = try ledger.read { (view) throws(LedgerError) in
            try view.storedRecords(after: .start, limit: .max)
        }
        #expect(stored.count == 36)
        for one in stored {
            #expect(RecordCodec.decodeDirectly(one.bytes.span) == one.record)
            #expect(RecordCodec.encodeDirectly(one.record) == one.bytes)
            #expect(try MessageCodec.decode(one.bytes) == one.record)
        }
    }

    @Test("It is sound, and rebuilding its views gives them byte for byte, with these digests")
    func sound() throws {
        let ledger = try open(.readOnly)
        let report = try #require(try ledger.verify { _ in true })
        #expect(report.isSound, "\(report.findings)")
        #expect(report.records == 36)
        let comparison = try #require(try ledger.compareViews { _ in true })
        #expect(comparison.isIdentical)
        let digests = try comparison.tables.map {
            "\($0.name) \(try #require($0.liveDigest).lowercaseHexadecimal)"
        }
        #expect(digests.joined(separator: "\n") == Self.viewDigests)
        let ending = try ChildProcess.run(path, ["verify"])
        #expect(ending.status == 0, "\(ending.errors)")
    }

    @Test("Projections of it have these digests")
    func projections() throws {
        let rows = try KeptEditions(try open(.readWrite))
        try rows.catchUp()
        #expect(try rows.users.digest().description == Self.usersDigest)
        #expect(try rows.laterUsers.digest().description == Self.usersDigest)
        #expect(try rows.days.digest().description == Self.daysDigest)
        #expect(try rows.users.isSameWhenRebuilt())
    }

    @Test("It goes on: a repeated delivery is recognized, and new records follow on the old ones")
    func goesOn() async throws {
        let ledger = try open(.readWrite)
        let time = try #require(Timestamp(rfc3339: "2026-11-21T06:33:03Z"))
        let account = ProviderAccount(
            provider: "microsoft", subject: "0f6c10", email: "teo0@example.org")
        let grant = ImportGrant(
            user: "bob", toolkit: "drive", grant: "table-0", account: account,
            connectedAt: Timestamp(rfc3339: "2024-11-30T18:00:00Z"), status: .valid,
            source: "apply")
        let repeated = try await ledger.execute(
            Command(.importGrant(grant), context: CommandContext(idempotencyKey: "row-0")),
            at: time)
        guard case .unchanged(let receipt) = repeated else {
            Issue.record("\(repeated)")
            return
        }
        let first = try #require(receipt.positions?.lowerBound)
        #expect(first < Position(36))
        let held = try await ledger.expire(ExpireGrant(grant: "grant-4"), at: time).get()
        #expect(held.positions == Position(37)...Position(37))
        #expect(try ledger.verify { _ in true }?.isSound == true)
        #expect(try ledger.selection(of: "ann", toolkit: "gmail").credential == nil)
    }
}

extension FormatGuaranteeTests {
    /// Of each derived table: another one is another format, or a fold that gives other rows.
    private static let viewDigests = """
        users 8e7361f03b006a71fd019e9d05ed02fd41639ee64b054cca1bf0b11c7885443f
        states e93b0cb50e5884be6556eb43043174e73bf68fc0426a59d2f6504f86ac35db7b
        grants c3c91d4999edc58e5cd0f1c7a9e975bc59dd2c9aed0e3ccb4afbee7b42dab1a3
        accounts 0ce30592d804de97b16efec6ea8848ac8f472fe11277215430bf4a356f1ec5e6
        owners c34c0ad4b59211d9ab90f267e0af9a545479f9e50c92f78bdfd60f9ba82963b2
        notices a0df3b9369ab3919a6110098a95a78ffe3e0324503a5c0a4002780ff7ab96e99
        keys b6c235240f5c1138bb8c289969d276f58d16ef156666e7d81ddd877e0d9f11ad
        credentials 138fdd6754e55699ad4092ddcc187d72c20f3f47951615367bb7af97da5b35e0
        selections a81aaec8555df798c6029b05d3e8ae9b4a3306338e5fe7b9526c26d4b090c81d
        """
    /// Of `AccountUsers`, version 1.
    private static let usersDigest =
        "d3af4c0e08c6c1157e431fb850def0f24db7ee1f39c61d61835620f31539d4e4"
    /// Of `DailyActivity`, version 1.
    private static let daysDigest =
        "5312ea8b0996830b316eb70b85a8c879254d31bf9f1ec7c489739e30b7db9edf"
}
