internal import AccountLedger
internal import Foundation
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// The promise: what narrowed access does not see answers as what does not exist, after the same
/// work.
@Suite(.timeLimit(.minutes(2)))
struct NarrowedGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }
    private let mia = Narrowing(user: "acme", member: "mia")

    init() throws { directory = try TemporaryDirectory() }

    private func open() throws -> Ledger {
        var options = LedgerOptions()
        options.mapSize = 1 << 30
        return try Ledger.open(at: path, options: options)
    }

    /// Ben's, Mia's and a stranger's account.
    private func fill(_ ledger: Ledger) async throws -> [CredentialID] {
        let accounts: [(UserID, GrantID, MemberID?)] = [
            ("other", "o1", nil), ("acme", "b1", "ben"), ("acme", "m1", "mia"),
        ]
        var made: [CredentialID] = []
        for (user, grant, member) in accounts {
            let account = ProviderAccount(provider: "google", subject: Identifier(grant.text))
            let action = ImportGrant(
                user: user, toolkit: "gmail", grant: grant, account: account, member: member)
            let receipt = try await ledger.execute(Command(.importGrant(action))).get()
            made.append(try #require(receipt.credential))
        }
        _ = try await ledger.issueState(IssueState(user: "other", toolkit: "drive")).get()
        return made
    }

    /// Makes the rows of a table whose keys begin so into bytes that are none.
    private func damage(_ name: String, _ prefix: [UInt8]) throws {
        let environment = try Environment.open(
            at: path, tables: [EventLog.definition] + ViewTables.definitions,
            options: EnvironmentOptions(mapSize: 1 << 30))
        defer { environment.close() }
        let table = try environment.requireTable(name)
        try environment.write { (transaction) throws(StorageError) in
            var keys: [[UInt8]] = []
            try transaction.snapshot.scan(table, prefix: prefix) {
                (key, _) throws(StorageError) in
                keys.append([UInt8](copying: key))
                return .next
            }
            for key in keys { try transaction.put(key: key, value: [0xFF], in: table) }
        }
    }

    private func code(_ work: () async throws -> Void) async -> LedgerError.Code? {
        do { try await work() } catch { return (error as? LedgerError)?.code ?? .other }
        return nil
    }

    @Test("Every operation that names something gives one answer, hidden or absent")
    func answers() async throws {
        let path = path
        for (work, last) in [("answers", "present and absent"), ("commands", "select beside")] {
            let ending = try await onOwnThread {
                try ChildProcess(
                    path + work, [work, "60", "40"], program: ChildProcess.built("AccessProbe")
                ).finish()
            }
            #expect(ending.status == 0, "\(ending.lines) \(ending.errors)")
            #expect(ending.lines.contains { $0.hasPrefix(last) })
        }
    }

    @Test("The accounts, selections and records of a user outside are not read")
    func outside() async throws {
        let ledger = try open()
        _ = try await fill(ledger)
        ledger.close()
        try damage("credentials", Array("other".utf8))
        let damaged = try open()
        defer { damaged.close() }
        let narrowed = damaged.narrowed(to: mia)
        #expect(try narrowed.accounts(of: "other", includingRevoked: true).isEmpty)
        #expect(try narrowed.selections(of: "other").isEmpty)
        #expect(try narrowed.history(of: "other").isEmpty)
        #expect(await code { _ = try damaged.accounts(of: "other") } == .damaged)
    }

    @Test("Who held a grant in the past is looked for in the log, whether anyone ever did or not")
    func past() async throws {
        let ledger = try open()
        let made = try await fill(ledger)
        let moment = Moment.position(Position(3))
        let narrowed = ledger.narrowed(to: mia)
        #expect(try narrowed.holder(of: "m1", asOf: moment)?.credential == made[2])
        for grant in ["b1", "o1", "a"] as [GrantID] {
            #expect(try narrowed.holder(of: grant, asOf: moment) == nil)
        }
        ledger.close()
        try damage("events", [UInt8](repeating: 0, count: 7) + [1])
        let damaged = try open()
        defer { damaged.close() }
        // Nothing has the name "a", and what follows it is Ben's, whose record is whole.
        for grant in ["b1", "a"] as [GrantID] {
            let found = await code {
                _ = try damaged.narrowed(to: mia).holder(of: grant, asOf: moment)
            }
            #expect(found == .damaged)
        }
        #expect(try damaged.holder(of: "a", asOf: moment) == nil)
    }

    @Test("A damaged row that stands in for a name fails the command as damaged, and nothing else")
    func standIn() async throws {
        let ledger = try open()
        let made = try await fill(ledger)
        ledger.close()
        // Nothing has these names, and what follows them is the stranger's.
        let id = CredentialID(String(made[0].text.dropLast()))
        let (byID, byGrant, byState) = (
            Command(.relabel(Relabel(credential: id, label: "x"))),
            Command(.expire(ExpireGrant(grant: "o"))),
            LinkGrant(
                state: try #require(StateDigest(bytes: [UInt8](repeating: 0, count: 32))),
                grant: "n", account: ProviderAccount(provider: "google", subject: "n"))
        )
        let own = Command(.relabel(Relabel(credential: made[2], label: "Mine")))
        for (table, prefix, command) in [
            ("states", [], Command(.link(byState))),
            ("grants", Array("o1".utf8), byGrant),
            ("owners", Array(made[0].text.utf8), byID),
        ] {
            try damage(table, prefix)
            let damaged = try open()
            let (narrowed, head) = (damaged.narrowed(to: mia), try damaged.head())
            for commands in [[command], [own, command]] {
                let found = await code { _ = try await narrowed.execute(commands) }
                #expect(found == .damaged, "\(table)")
            }
            #expect(try damaged.head() == head, "\(table)")
            // Unless it is narrowed, what is not there has no need of what is beside it.
            #expect(try await damaged.execute(command).refusal?.name.hasPrefix("unknown") == true)
            async let failing = code { _ = try await narrowed.execute(command) }
            async let beside = narrowed.select(made[2], for: "gmail", of: "acme")
            #expect(try await beside.get().positions != nil)
            #expect(await failing == .damaged)
            _ = try await narrowed.clearSelection(for: "gmail", of: "acme").get()
            damaged.close()
        }
    }
}
