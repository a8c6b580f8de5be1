@testable internal import AccountLedger
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

@Suite("A replay of everybody")
struct ReplayTests {
    @Test("tells nothing of an empty ledger")
    func empty() async throws {
        let ledger = try ScratchLedger().ledger
        #expect(try ledger.replay { _ in false } == .start)
    }

    @Test("ends where the body says so, on every thread", arguments: [1, 2])
    func ended(threads: Int) async throws {
        let ledger = try ScratchLedger().ledger
        try await fill(ledger, users: 400)
        let told = Mutex(0)
        let end = try ledger.replay(threads: threads) { _ in
            told.withLock {
                $0 += 1
                return $0 < 5
            }
        }
        #expect(end == nil)
        #expect(told.withLock { $0 } < 5 + 128)
    }

    @Test("of more users than are read at once tells each of them once")
    func everybody() async throws {
        let ledger = try ScratchLedger().ledger
        try await fill(ledger, users: 700)
        let told = Mutex([UserID: Int]())
        let end = try ledger.replay { user in
            told.withLock { $0[user.user, default: 0] += user.accounts.count }
            return true
        }
        #expect(end == Position(700))
        #expect(told.withLock { $0.count } == 700)
        #expect(told.withLock { $0.values.allSatisfy { $0 == 1 } })
    }

    @Test("refuses a position past the head")
    func pastTheHead() async throws {
        let ledger = try ScratchLedger().ledger
        let found = await code {
            _ = try ledger.replay(asOf: .position(Position(1))) { _ in true }
        }
        #expect(found == .positionPastHead)
    }

    @Test("finds that the index leaves a record out, or names another user's")
    func damagedIndex() async throws {
        let ledger = try ScratchLedger().ledger
        try await fill(ledger, users: 3)
        try changeIndex(of: ledger, "user 1") { (key, table, transaction) throws(StorageError) in
            try transaction.deleteDuplicates(of: key, in: table)
        }
        #expect(await code { _ = try ledger.replay { _ in true } } == .damaged)
        try changeIndex(of: ledger, "user 1") { (key, table, transaction) throws(StorageError) in
            try transaction.putDuplicate(key: key, 3, in: table)
        }
        #expect(await code { _ = try ledger.replay { _ in true } } == .damaged)
    }

    private func changeIndex(
        of ledger: Ledger, _ user: UserID,
        _ change: ([UInt8], Table, inout WriteTransaction) throws(StorageError) -> Void
    ) throws {
        let table = try #require(ledger.environment.table(ViewTables.Name.users.rawValue))
        try ledger.environment.write { (transaction) throws(StorageError) in
            try change(Array(user.text.utf8), table, &transaction)
        }
    }

    private func fill(_ ledger: Ledger, users: Int) async throws {
        let grants = (0..<users).map { number in
            ImportGrant(
                user: UserID("user \(number)"), toolkit: "gmail", grant: GrantID("g\(number)"),
                account: .google("\(number)"))
        }
        for start in stride(from: 0, to: users, by: 500) {
            let part = grants[start..<min(start + 500, users)]
            _ = try await ledger.importGrants(Array(part))
        }
    }
}
