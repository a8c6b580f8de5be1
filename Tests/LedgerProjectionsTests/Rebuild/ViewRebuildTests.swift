@testable internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// The built-in views of random histories, rebuilt while they are in use.
@Suite struct ViewRebuildTests {
    /// Slow enough for pages of twenty records.
    private static let inPages = RebuildOptions(recordsPerSecond: 100)

    @Test("Rows that were removed, added or changed are put right, and no others", arguments: 1...6)
    func tampered(seed: UInt64) async throws {
        var run = try await ModelRun.history(seed)
        var random = SeededGenerator(seed: seed)
        let count = try run.ledger.tamper(using: &random)
        #expect(try !run.ledger.hasRightViews())
        let replacement = try #require(try run.ledger.rebuildViews())
        #expect(!replacement.isUnchanged)
        #expect(replacement.position == run.state.head)
        #expect(replacement.tables.map { $0.removed + $0.added + $0.changed }.reduce(0, +) == count)
        #expect(try run.ledger.hasRightViews())
        #expect(FileTree(run.ledger.path + "/rebuild").names == ["lock"])
        // What is decided on them is right again.
        for _ in 0..<40 { try await run.step() }
        #expect(try run.ledger.hasRightViews())
    }

    @Test("A sound ledger stays byte for byte as it is")
    func sound() async throws {
        let run = try await ModelRun.history(7)
        let before = FileTree(run.ledger.path)["data.mdb"]
        #expect(try run.ledger.rebuildViews()?.isUnchanged == true)
        #expect(FileTree(run.ledger.path)["data.mdb"] == before)
    }

    @Test("An empty ledger is rebuilt to nothing")
    func empty() async throws {
        let run = try await ModelRun.history(8, steps: 0)
        #expect(try run.ledger.rebuildViews()?.tables.map(\.rows).reduce(0, +) == 0)
    }

    @Test("Views that say they are elsewhere than the log are put right by who inspects the ledger")
    func checkpoint() async throws {
        let run = try await ModelRun.history(9)
        let path = run.ledger.path
        for position in [Position(3), Position(1_000_000)] {
            let ledger = try Ledger.openForInspection(
                at: closing(run.ledger, path), options: LedgerOptions(access: .readWrite))
            try ledger.setViewCheckpoint(ViewCheckpoint(position: position).encode())
            ledger.close()
            #expect(throws: LedgerError.self) { try Ledger.open(at: path) }
            let again = try Ledger.openForInspection(
                at: path, options: LedgerOptions(access: .readWrite))
            let replacement = try again.rebuildViews()
            #expect(replacement?.movedCheckpoint == true)
            #expect(replacement?.isUnchanged == false)
            again.close()
            let opened = try Ledger.open(at: path, options: LedgerOptions(access: .readOnly))
            #expect(try opened.hasRightViews())
            opened.close()
        }
    }

    private func closing(_ ledger: Ledger, _ path: String) -> String {
        ledger.close()
        return path
    }

    @Test("Whoever ends it at any stage finds everything as before, and it goes on from there")
    func ended() async throws {
        let run = try await ModelRun.history(10)
        var random = SeededGenerator(seed: 10)
        _ = try run.ledger.tamper(using: &random)
        let before = FileTree(run.ledger.path)["data.mdb"]
        for stage in RebuildProgress.Stage.allCases where stage != .switched {
            let result = try run.ledger.rebuildViews(Self.inPages) { $0.stage != stage }
            #expect(result == nil)
            #expect(FileTree(run.ledger.path)["data.mdb"] == before)
        }
        var steps: [RebuildProgress] = []
        #expect(
            try run.ledger.rebuildViews(Self.inPages) {
                steps.append($0)
                return true
            }?.isUnchanged == false)
        // All records were applied before.
        #expect(!steps.contains { $0.stage == .applied })
        #expect(steps.first?.position == run.state.head)
        #expect(steps.last?.stage == .compared)
        #expect(try run.ledger.hasRightViews())
    }

    @Test("Told to begin anew, it applies all records again")
    func restarted() async throws {
        let run = try await ModelRun.history(11)
        _ = try run.ledger.rebuildViews(Self.inPages) { $0.stage != .reached }
        var options = Self.inPages
        options.restarts = true
        var applied: [Position] = []
        _ = try run.ledger.rebuildViews(options) { step in
            if step.stage == .applied { applied.append(step.position) }
            return true
        }
        #expect(applied.first == Position(20))
        #expect(applied.last == run.state.head)
    }

    @Test("What another ledger's rebuild has left is not gone on with")
    func otherLedger() async throws {
        let (run, other) = (try await ModelRun.history(12), try await ModelRun.history(13))
        _ = try other.ledger.rebuildViews { $0.stage != .reached }
        try FileManager.default.copyItem(
            atPath: other.ledger.path + "/rebuild", toPath: run.ledger.path + "/rebuild")
        #expect(try run.ledger.rebuildViews()?.isUnchanged == true)
    }

    @Test("Rows built from records that were others then are not gone on with")
    func otherBytes() async throws {
        let run = try await ModelRun.history(21)
        let ledger = run.ledger
        let table = try ledger.environment.requireTable(EventLog.definition.name)
        let key = [UInt8](bigEndian: 3)
        let right = try #require(
            try ledger.environment.read { (snapshot) throws(StorageError) in
                try snapshot.copy(of: key, in: table)
            })
        var record = try RecordCodec.decode(right)
        record.occurredAt = record.recordedAt.adding(microseconds: -7)
        func put(_ bytes: [UInt8]) throws {
            try ledger.environment.write { (transaction) throws(StorageError) in
                try transaction.put(key: key, value: bytes, in: table)
            }
        }
        try put(try RecordCodec.encode(record))
        let projection = try ledger.open(DailyActivity())
        try projection.catchUp()
        #expect(try ledger.rebuildViews { $0.stage != .reached } == nil)
        #expect(try projection.rebuild { $0.stage != .reached } == nil)
        // As if a backup were restored.
        try put(right)
        var applied = 0
        let views = try ledger.rebuildViews { step in
            if step.stage == .applied { applied += 1 }
            return true
        }
        #expect(views?.isUnchanged == true)
        var first: Position?
        try projection.rebuild { step in
            first = first ?? step.position
            return true
        }
        #expect(applied == 1)
        #expect(first == .start)
    }

    @Test("A number of users that is none, and a key as long as can be, are put right")
    func oddRows() async throws {
        let run = try await ModelRun.history(22)
        let ledger = run.ledger
        try ledger.addNumbers([5, 9], of: [UInt8](repeating: 0x7A, count: 511))
        #expect(try ledger.rebuildViews()?.tables.first?.removed == 2)
        #expect(try ledger.hasRightViews())
    }

    @Test("Whoever stops it after rows were put right is told what was put right")
    func stoppedLate() async throws {
        let run = try await ModelRun.history(23)
        var random = SeededGenerator(seed: 23)
        _ = try run.ledger.tamper(using: &random)
        let replacement = try run.ledger.rebuildViews { $0.stage != .switched }
        #expect(replacement?.isUnchanged == false)
        #expect(try run.ledger.hasRightViews())
    }

    @Test("What an earlier rebuild has left is thrown away where its file is damaged")
    func damagedRest() async throws {
        let run = try await ModelRun.history(24)
        let file = run.ledger.path + "/rebuild/rows/data.mdb"
        for length in [5 * 4096, 100, 0] as [UInt64] {
            #expect(try run.ledger.rebuildViews { $0.stage != .reached } == nil)
            let handle = try #require(FileHandle(forWritingAtPath: file))
            try handle.truncate(atOffset: length)
            try handle.close()
            #expect(try run.ledger.rebuildViews()?.isUnchanged == true, "\(length)")
        }
    }

    @Test("Views of another version are not overwritten")
    func otherVersion() async throws {
        let run = try await ModelRun.history(25, steps: 20)
        var newer = ViewCheckpoint(position: run.state.head)
        newer.credentialsVersion += 1
        try run.ledger.setViewCheckpoint(newer.encode())
        let error = #expect(throws: LedgerError.self) { try run.ledger.rebuildViews() }
        #expect(error?.code == .unsupportedFormat)
    }

    @Test("A second rebuild is refused, and is told who has the first")
    func second() async throws {
        let run = try await ModelRun.history(14, steps: 30)
        var refusals: [LedgerError] = []
        let ledger = run.ledger
        _ = try ledger.rebuildViews { step in
            if step.stage == .prepared {
                do throws(LedgerError) {
                    _ = try ledger.rebuildViews()
                } catch {
                    refusals.append(error)
                }
            }
            return true
        }
        #expect(refusals.map(\.code) == [.heldExclusively])
        #expect(refusals.first?.message.contains("Process \(getpid()) rebuilds") == true)
        #expect(try ledger.rebuildViews() != nil)
    }

    @Test("Options that make no sense are refused, and so is a ledger opened for reading")
    func refused() async throws {
        var run = try await ModelRun.history(15, steps: 10)
        for options in [RebuildOptions(memoryLimit: 1), RebuildOptions(recordsPerSecond: 0)] {
            let error = #expect(throws: LedgerError.self) { try run.ledger.rebuildViews(options) }
            #expect(error?.code == .invalidOption)
        }
        try run.reopen(.readOnly)
        let error = #expect(throws: LedgerError.self) { try run.ledger.rebuildViews() }
        #expect(error?.code == .readOnly)
    }

    @Test("Rows that are written often, for want of memory, are the same", arguments: 16...18)
    func littleMemory(seed: UInt64) async throws {
        let run = try await ModelRun.history(seed)
        var options = Self.inPages
        options.memoryLimit = 1
        let rebuild = try ViewRebuild(of: run.ledger.environment, options)
        let comparison = try rebuild.compare { _ in }
        #expect(comparison.isIdentical)
        #expect(comparison.tables.allSatisfy { $0.liveDigest == $0.rebuiltDigest })
        #expect(comparison.tables.allSatisfy { $0.liveDigest?.count == 32 })
    }

    @Test("Many go on to write while damaged rows are put right", .timeLimit(.minutes(2)))
    func meanwhile() async throws {
        let run = try await ModelRun.history(19)
        var random = SeededGenerator(seed: 19)
        _ = try run.ledger.tamper(using: &random)
        let ledger = run.ledger
        let writing = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<64 {
                    group.addTask {
                        for number in 0..<40 {
                            let user = UserID("writer \(writer)")
                            _ = try await ledger.execute(
                                Command(
                                    .issueState(
                                        IssueState(
                                            user: user, toolkit: ToolkitID("t\(number)")))),
                                at: Timestamp(microsecondsSinceEpoch: 1_900_000_000_000_000))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let replacement = try await onOwnThread { try ledger.rebuildViews() }
        #expect(replacement?.isUnchanged == false)
        try await writing.value
        #expect(try ledger.hasRightViews())
        #expect(try ledger.rebuildViews()?.isUnchanged == true)
    }
}
