@testable internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite("A proof that the views are right")
struct ViewProofTests {
    private let directory: TemporaryDirectory
    private let ledger: Ledger

    init() throws {
        directory = try TemporaryDirectory()
        var options = LedgerOptions()
        options.mapSize = 1 << 30
        ledger = try Ledger.open(at: directory.appending("ledger"), options: options)
    }

    private func link(_ user: UserID, grant: GrantID) async throws {
        let issued = try await ledger.issueState(
            IssueState(user: user, toolkit: "gmail", allowMultiple: true))
        let account = ProviderAccount(provider: "google", subject: .init("\(user) \(grant)"))
        _ = try await ledger.link(
            state: #require(try issued.get().state), grant: grant, account: account
        ).get()
    }

    private func prove() throws -> VerificationReport? {
        try Verification(of: ledger.environment).prove { (_) throws(JournalError) in }
    }

    @Test("holds for an empty ledger")
    func empty() throws {
        let report = try #require(try prove())
        #expect(report.records == 0)
        #expect(report.rows == 0)
    }

    @Test("holds where a grant has gone from user to user, and where states were not used")
    func wanderingGrant() async throws {
        for user in ["ann", "bob", "ann", "cyd"] as [UserID] {
            try await link(user, grant: "g")
            _ = try await ledger.issueState(
                IssueState(user: user, toolkit: "gmail", allowMultiple: true)
            ).get()
            _ = try await ledger.revoke(.grant("g")).get()
        }
        try await link("bob", grant: "g")
        #expect(try prove()?.records == 18)
    }

    @Test("counts the rows that a comparison compares", arguments: [1, 300, 900])
    func rows(users: Int) async throws {
        for number in 0..<users {
            try await link(UserID("u\(number % 700)"), grant: .init("g\(number)"))
        }
        let compared = try #require(try ledger.compareViews { _ in true })
        #expect(try prove()?.rows == compared.tables.reduce(0) { $0 + $1.rows })
    }

    @Test("fails where a row was lost, added or changed, whatever the table")
    func damage() async throws {
        for number in 0..<300 { try await link(UserID("u\(number)"), grant: .init("g\(number)")) }
        _ = try await ledger.expire(ExpireGrant(grant: "g7", notice: "n")).get()
        let keyed = CommandContext(idempotencyKey: "key")
        _ = try await ledger.issueState(
            IssueState(user: "late", toolkit: "gmail"), context: keyed
        ).get()
        #expect(try prove() != nil)
        for name in ViewTables.Name.allCases where name != .users {
            for change in RowChange.allCases {
                let undo = try change.apply(to: name, in: ledger.environment)
                #expect(try prove() == nil, "\(change) in \(name)")
                try undo()
            }
        }
        #expect(try prove() != nil)
    }

    @Test("holds where one notice without name or time was recorded of two users")
    func wanderingNotice() async throws {
        for user in ["ann", "bob"] as [UserID] {
            try await link(user, grant: "g")
            _ = try await ledger.expire(ExpireGrant(grant: "g")).get()
            _ = try await ledger.revoke(.grant("g")).get()
        }
        #expect(try prove()?.records == 8)
    }

    @Test("holds for a user of many accounts and toolkits, connected in any order")
    func manyAccounts() async throws {
        let grants = (0..<900).map { number in
            ImportGrant(
                user: "ann", toolkit: ToolkitID("toolkit \(number % 40)"),
                grant: GrantID("g\(number)"),
                account: ProviderAccount(provider: "google", subject: .init("\(number)")),
                connectedAt: Timestamp(microsecondsSinceEpoch: Int64(number * 7919 % 900)))
        }
        _ = try await ledger.importGrants(grants)
        for number in stride(from: 0, to: 900, by: 9) {
            _ = try await ledger.revoke(.grant(GrantID("g\(number)"))).get()
        }
        #expect(try prove()?.records == 1000)
        // One number more than there are records.
        try addNumber(1001, of: "ann")
        #expect(try prove() == nil)
    }

    private func addNumber(_ number: UInt64, of user: UserID) throws {
        let name = ViewTables.Name.users.rawValue
        let table = try #require(ledger.environment.table(name))
        try ledger.environment.write { (transaction) throws(StorageError) in
            try transaction.putDuplicate(key: Array(user.text.utf8), number, in: table)
        }
    }

    @Test("is given up where others have made the file longer than is allowed")
    func grownFile() async throws {
        for number in 0..<300 { try await link(UserID("u\(number)"), grant: .init("g\(number)")) }
        let environment = ledger.environment
        func rowCount(_ growth: Int) throws -> Int? {
            let proof = try ViewProof(of: environment, mostGrowth: growth)
            let (head, thread) = try #require(try proof.begin())
            #expect(head == Position(600))
            try proof.help { () throws(JournalError) in true }
            thread.finish { _ in }
            return proof.rowCount()
        }
        #expect(try rowCount(0) == 600 + 300 * 6)
        #expect(try rowCount(-1) == nil)
    }

    @Test("ends when it is told to")
    func abandoned() async throws {
        for number in 0..<600 { try await link(UserID("u\(number)"), grant: .init("g\(number)")) }
        let error = #expect(throws: JournalError.self) {
            try Verification(of: ledger.environment).prove { (_) throws(JournalError) in
                throw JournalError(.abandoned)
            }
        }
        guard case .abandoned = error?.code else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(try prove() != nil)
    }
}

/// A change to the first row of a table that is not made by a command.
private enum RowChange: CaseIterable {
    case loss, addition, otherValue

    /// Changes the table, and answers how to put it back.
    func apply(
        to name: ViewTables.Name, in environment: Environment
    ) throws -> () throws -> Void {
        let table = try environment.requireTable(name.rawValue)
        let first = try environment.read { (snapshot) throws(StorageError) in
            try snapshot.firstEntry(in: table)
        }
        let (key, value) = try #require(first)
        func set(_ key: [UInt8], _ value: [UInt8]?) throws {
            try environment.write { (transaction) throws(StorageError) in
                if let value {
                    try transaction.put(key: key, value: value, in: table)
                } else {
                    try transaction.delete(key, in: table)
                }
            }
        }
        switch self {
        case .loss:
            try set(key, nil)
            return { try set(key, value) }
        case .addition:
            try set(key + [1], value)
            return { try set(key + [1], nil) }
        case .otherValue:
            try set(key, value.dropLast() + [(value.last ?? 0) ^ 1])
            return { try set(key, value) }
        }
    }
}
