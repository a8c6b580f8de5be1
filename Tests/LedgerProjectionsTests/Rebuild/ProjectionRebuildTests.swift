@testable internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerTestSupport
@testable internal import LedgerProjections
internal import Synchronization
internal import Testing

/// Rows of projections, rebuilt while they are in use.
@Suite struct ProjectionRebuildTests {
    /// Slow enough for pages of ten records.
    private static let inPages = RebuildOptions(recordsPerSecond: 50)

    /// Rows of which one is missing, open.
    private func tampered(_ run: ModelRun) throws -> OpenProjection<AccountUsers> {
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
        return try run.ledger.open(users)
    }

    @Test("Rebuilt rows are those of the log, byte for byte, time and again", arguments: 1...4)
    func rebuilt(seed: UInt64) async throws {
        var run = try await ModelRun.history(seed)
        let projection = try tampered(run)
        #expect(try !projection.isSameWhenRebuilt())
        for _ in 0..<3 {
            #expect(try projection.rebuild() == run.state.head)
            #expect(try projection.isSameWhenRebuilt())
            for _ in 0..<10 { try await run.step() }
            try projection.catchUp()
            #expect(try projection.isSameWhenRebuilt())
        }
    }

    @Test("A rebuild with little memory comes to the same digest", arguments: 5...7)
    func littleMemory(seed: UInt64) async throws {
        let run = try await ModelRun.history(seed)
        let projection = try run.ledger.open(AccountUsers())
        try projection.catchUp()
        let digest = try projection.digest()
        var options = Self.inPages
        options.memoryLimit = 1
        #expect(try projection.store.rebuild(options) { _ in true } == run.state.head)
        #expect(try projection.digest() == digest)
    }

    @Test("Readers have the old rows until the switch, and the new ones after it")
    func readers() async throws {
        let run = try await ModelRun.history(8)
        let projection = try tampered(run)
        let old = try projection.digest()
        var seen: [ProjectionDigest] = []
        let count = try projection.read { (view) throws(ProjectionError) in
            try projection.rebuild { step in
                if step.stage != .switching, let digest = try? projection.digest() {
                    seen.append(digest)
                }
                return true
            }
            // A view that was lent before the switch goes on to show the old rows.
            return try view.count(of: projection.projection.users)
        }
        let new = try projection.digest()
        #expect(new != old)
        #expect(Set(seen.dropLast()) == [old])
        #expect(seen.last == new)
        let now = try projection.read { (view) throws(ProjectionError) in
            try view.count(of: projection.projection.users)
        }
        #expect(now == count + 1)
    }

    @Test("Whoever ends it at any stage keeps the old rows, and it goes on from there")
    func ended() async throws {
        let run = try await ModelRun.history(9)
        let projection = try tampered(run)
        let old = try projection.digest()
        for stage in [RebuildProgress.Stage.prepared, .applied, .reached, .switching] {
            #expect(try projection.rebuild(Self.inPages) { $0.stage != stage } == nil)
            #expect(try projection.digest() == old)
        }
        var stages: [RebuildProgress.Stage] = []
        try projection.rebuild(Self.inPages) { step in
            stages.append(step.stage)
            return true
        }
        #expect(stages == [.prepared, .reached, .switching, .switched])
        #expect(try projection.isSameWhenRebuilt())
    }

    @Test("Others apply records to the live rows while new ones are built")
    func meanwhile() async throws {
        let run = try await ModelRun.history(10, steps: 60)
        let projection = try run.ledger.open(DailyActivity())
        let isDone = Atomic(false)
        let writing = Task {
            var running = run
            for _ in 0..<200 { try await running.step() }
            return running.state.head
        }
        let rebuilding = Task {
            try await onOwnThread {
                var count = 0
                while !isDone.load(ordering: .relaxed) {
                    try projection.rebuild()
                    count += 1
                }
                return count
            }
        }
        try await onOwnThread { for _ in 0..<300 { try projection.catchUp() } }
        let head = try await writing.value
        isDone.store(true, ordering: .relaxed)
        #expect(try await rebuilding.value > 1)
        #expect(try projection.catchUp() == head)
        #expect(try projection.isSameWhenRebuilt())
    }

    @Test("A second rebuild is refused, and is told who has the first")
    func second() async throws {
        let run = try await ModelRun.history(11, steps: 30)
        let projection = try run.ledger.open(AccountUsers())
        var refusals: [ProjectionError] = []
        try projection.rebuild { step in
            if step.stage == .prepared {
                do throws(ProjectionError) {
                    try projection.rebuild()
                } catch {
                    refusals.append(error)
                }
            }
            return true
        }
        #expect(refusals.map(\.code) == [.rebuildRunning])
        #expect(refusals.first?.message.contains("Process \(getpid()) rebuilds") == true)
        let error = #expect(throws: ProjectionError.self) {
            try projection.rebuild(RebuildOptions(memoryLimit: 0))
        }
        #expect(error?.code == .invalidOption)
    }

    @Test("Rows that contain what the log has not are rebuilt from the log")
    func restored() async throws {
        let run = try await ModelRun.history(12, steps: 80)
        let scratch = try TemporaryDirectory()
        try run.ledger.backup(to: scratch.appending("backup"))
        var running = run
        for _ in 0..<40 { try await running.step() }
        let rows = try running.ledger.open(AccountUsers())
        try rows.catchUp()
        rows.close()
        try FileManager.default.moveItem(
            atPath: running.ledger.path + "/projections",
            toPath: scratch.appending("backup/projections"))
        running.ledger.close()
        let restored = try Ledger.open(at: scratch.appending("backup"))
        let projection = try restored.open(AccountUsers())
        #expect(throws: ProjectionError.self) { try projection.catchUp() }
        #expect(try projection.rebuild() == run.state.head)
        #expect(try projection.isSameWhenRebuilt())
    }

    @Test("A record that cannot be applied stops it, and the live rows stay")
    func failing() async throws {
        let run = try await ModelRun.history(13)
        let isFailing = Atomic(false)
        let projection = try run.ledger.open(Fragile { isFailing.load(ordering: .relaxed) })
        try projection.catchUp()
        let digest = try projection.digest()
        isFailing.store(true, ordering: .relaxed)
        let error = #expect(throws: ProjectionError.self) {
            try projection.rebuild(Self.inPages)
        }
        #expect(error?.code == .applyFailed)
        #expect(error?.position == Position(31))
        #expect(try projection.digest() == digest)
        isFailing.store(false, ordering: .relaxed)
        var first: Position?
        try projection.rebuild { step in
            first = first ?? step.position
            return true
        }
        #expect(first == Position(30))
        #expect(try projection.digest() == digest)
    }

    @Test("The rows of any moment are those that were there then")
    func asOf() async throws {
        var run = try await ModelRun.history(14, steps: 20)
        let projection = try run.ledger.open(DailyActivity())
        let days = projection.projection.days
        for _ in 0..<5 {
            for _ in 0..<10 { try await run.step() }
            try projection.catchUp()
            let moment = Moment.position(run.state.head)
            let rows = try projection.read { (view) throws(ProjectionError) in
                try view.rows(of: days).map { "\($0)" }
            }
            for _ in 0..<10 { try await run.step() }
            let past = try run.ledger.project(DailyActivity(), asOf: moment) {
                (view) throws(ProjectionError) in
                try view.rows(of: days).map { "\($0)" }
            }
            #expect(past == rows)
        }
    }
}

/// Counts records, and fails at one of them when told to.
private struct Fragile: Projection {
    let isFailing: @Sendable () -> Bool
    let counts = ProjectionTable<String, UInt64>("counts")
    let name = "fragile"
    let version = 1
    var tables: [any ProjectionTableDefinition] { [counts] }
    let handles = Set(EventKind.allCases)
    let ignores: Set<EventKind> = []

    func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws {
        if record.position == Position(31), isFailing() { throw CancellationError() }
        let key = record.event.kind.rawValue
        try rows.put((try rows.value(for: key, in: counts) ?? 0) + 1, for: key, in: counts)
    }
}
