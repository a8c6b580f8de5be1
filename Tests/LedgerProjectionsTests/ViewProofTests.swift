@testable internal import AccountLedger
internal import Dispatch
internal import Foundation
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

    @Test("is given up where others commit too much, and the verification does without it")
    func busyLedger() async throws {
        // So many that the records are looked at in more than one step.
        for number in 0..<4000 {
            let issue = IssueState(user: UserID("u\(number)"), toolkit: "gmail")
            _ = try await ledger.issueState(issue).get()
        }
        let ledger = ledger
        let (proven, report) = try await onOwnThread {
            let verification = try Verification(of: ledger.environment)
            var steps = 0
            func append() {
                steps += 1
                if steps == 1 { commitOften(to: ledger.environment) }
            }
            let proven = try verification.prove { (_) throws(JournalError) in append() }
            steps = 0
            let report = try verification.run { (_) throws(JournalError) in append() }
            return (proven, report)
        }
        #expect(proven == nil)
        #expect(report.isSound)
        #expect(report.records == 4000)
    }

    /// Commits once more than a proof allows, on another thread.
    private func commitOften(to environment: Environment) {
        let end = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            defer { end.signal() }
            guard let table = environment.table(LedgerMeta.definition.name) else { return }
            for number in 0..<1001 {
                try? environment.write { (transaction) throws(StorageError) in
                    let value = [UInt8(number % 256)]
                    try transaction.put(key: Array("test".utf8), value: value, in: table)
                }
            }
        }
        end.wait()
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
