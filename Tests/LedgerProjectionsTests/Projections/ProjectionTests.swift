internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerTestSupport
internal import Testing

/// Projections of applications, on random histories.
@Suite struct ProjectionTests {
    @Test("Rows built at once, in pages, and after reopening are the same, byte for byte")
    func digests() async throws {
        var run = try await ModelRun.history(5, steps: 20)
        let projection = try run.ledger.open(AccountUsers())
        let empty = try projection.digest()
        #expect(empty.position == .start)
        for _ in 0..<8 {
            for _ in 0..<15 { try await run.step() }
            try projection.catchUp()
        }
        let digest = try projection.digest()
        #expect(digest.position == run.state.head)
        #expect(digest.bytes.count == 32)
        #expect(digest.bytes != empty.bytes)
        #expect(try projection.isSameWhenRebuilt())
        projection.close()
        #expect { try projection.catchUp() } throws: { _ in true }
        let again = try run.ledger.open(AccountUsers())
        #expect(try again.position == run.state.head)
        #expect(try again.digest() == digest)
        again.close()
        try FileManager.default.removeItem(atPath: "\(run.ledger.path)/projections")
        let rebuilt = try run.ledger.open(AccountUsers())
        try rebuilt.catchUp()
        #expect(try rebuilt.digest() == digest)
    }

    @Test("Rows follow the log while commands are carried out, and the rebuilt ones are the same")
    func following() async throws {
        let run = try await ModelRun.history(6, steps: 30)
        let projection = try run.ledger.open(DailyActivity())
        let following = Task { try await projection.follow(every: .milliseconds(1)) }
        var running = run
        for _ in 0..<60 { try await running.step() }
        let head = running.state.head
        try await projection.wait(for: head, timeout: .seconds(60))
        #expect(try projection.isSameWhenRebuilt())
        following.cancel()
        await #expect(throws: CancellationError.self) { try await following.value }
    }

    @Test("Rows of another ledger, and rows ahead of the log, are refused by name")
    func otherLedger() async throws {
        let run = try await ModelRun.history(7, steps: 30)
        let path = run.ledger.path
        let projection = try run.ledger.open(AccountUsers())
        try projection.catchUp()
        projection.close()
        let other = try await ModelRun.history(8, steps: 5)
        try FileManager.default.copyItem(
            atPath: "\(path)/projections", toPath: "\(other.ledger.path)/projections")
        let foreign = #expect(throws: ProjectionError.self) {
            try other.ledger.open(AccountUsers())
        }
        #expect(foreign?.code == .otherLedger)
    }

    @Test("Rows of what a restored backup has lost are refused, also once the log is longer again")
    func restored() async throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.appending("ledger")
        let ledger = try Ledger.open(at: path)
        func connect(_ ledger: Ledger, _ range: Range<Int>) async throws {
            for number in range {
                let action = IssueState(user: UserID("user \(number)"), toolkit: "gmail")
                _ = try await ledger.issueState(action)
            }
        }
        try await connect(ledger, 0..<5)
        try ledger.backup(to: scratch.appending("backup"))
        try await connect(ledger, 5..<10)
        let projection = try ledger.open(AccountUsers())
        #expect(try projection.catchUp() == Position(10))
        projection.close()
        ledger.close()
        let files = FileManager.default
        try files.removeItem(atPath: "\(path)/data.mdb")
        try files.copyItem(
            atPath: scratch.appending("backup/data.mdb"), toPath: "\(path)/data.mdb")
        let restored = try Ledger.open(at: path)
        for range in [0..<0, 20..<30] {
            try await connect(restored, range)
            let rows = try restored.open(AccountUsers())
            for attempt in 0..<2 {
                let error = #expect(throws: ProjectionError.self) {
                    if attempt == 0 { try rows.catchUp() } else { _ = try rows.comparison() }
                }
                #expect(error?.code == .notOfLog)
                #expect(error?.position == Position(10))
            }
            let followed = await #expect(throws: ProjectionError.self) { try await rows.follow() }
            #expect(followed?.code == .notOfLog)
            rows.close()
        }
    }

    @Test("Two who apply at once, while the log grows, apply each record once")
    func together() async throws {
        let run = try await ModelRun.history(10, steps: 40)
        let projection = try run.ledger.open(DailyActivity())
        let writing = Task {
            var running = run
            for _ in 0..<80 { try await running.step() }
            return running.state.head
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await onOwnThread {
                        for _ in 0..<300 { try projection.catchUp() }
                    }
                }
            }
            try await group.waitForAll()
        }
        let head = try await writing.value
        #expect(try projection.catchUp() == head)
        #expect(try projection.isSameWhenRebuilt())
    }

    @Test("A row that was changed behind its back is found by rebuilding")
    func tampered() async throws {
        let run = try await ModelRun.history(9)
        let users = AccountUsers()
        let projection = try run.ledger.open(users)
        try projection.catchUp()
        let key = try #require(
            try projection.read { (view) throws(ProjectionError) in
                try view.rows(of: users.users, limit: 1).first?.key
            })
        projection.close()
        let path = "\(run.ledger.path)/projections/account-users.v1"
        try RowTampering(at: path).remove(key, from: users.users)
        let again = try run.ledger.open(users)
        #expect(try !again.isSameWhenRebuilt())
        let differences = try #require(try again.comparison()).tables
        #expect(differences.filter { !$0.isIdentical }.map(\.name) == ["users"])
        #expect(differences.map(\.onlyRebuilt).reduce(0, +) == 1)
    }
}
