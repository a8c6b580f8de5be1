internal import Foundation
internal import LedgerStorage
internal import Synchronization
internal import Testing

@Suite struct ReaderTests {
    @Test("A thread reads within reads and within writes, each on its own state")
    func manyReadersOnOneThread() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        try scratch.environment.read { (outer) throws(StorageError) in
            try scratch.put("a", "2")
            try scratch.environment.read { (inner) throws(StorageError) in
                try scratch.put("a", "3")
                let old = try outer.copy(of: [UInt8]("a"), in: scratch.events)
                let middle = try inner.copy(of: [UInt8]("a"), in: scratch.events)
                #expect(old == [UInt8]("1"))
                #expect(middle == [UInt8]("2"))
            }
            #expect(try scratch.get("a") == "3")
        }
    }

    @Test("Many threads read and write at once and every write is seen")
    func manyThreads() throws {
        let scratch = try ScratchEnvironment()
        try withThreads(16) { thread in
            for number in 0..<40 {
                try scratch.put("\(thread)-\(number)", "\(number)")
                if try scratch.get("\(thread)-\(number)") != "\(number)" {
                    Issue.record("a write was not seen by its own thread")
                }
            }
        }
        let count = try scratch.environment.read { (snapshot) throws(StorageError) in
            try snapshot.entryCount(in: scratch.events)
        }
        #expect(count == 640)
    }

    @Test("Readers beyond the configured number are refused by name, and later ones served")
    func readersFull() throws {
        let scratch = try ScratchEnvironment { $0.maxReaders = 3 }
        func nest(_ depth: Int) throws(StorageError) -> Int {
            do throws(StorageError) {
                return try scratch.environment.read { (_) throws(StorageError) in
                    try nest(depth + 1)
                }
            } catch {
                guard error.code == .readersFull else { throw error }
                return depth
            }
        }
        #expect(try nest(0) == 3)
        #expect(try nest(0) == 3)
    }

    @Test("A reader that stays open is visible by how far it is behind")
    func lag() throws {
        let scratch = try ScratchEnvironment()
        #expect(try scratch.environment.statistics().oldestReaderLag == 0)
        try scratch.environment.read { (_) throws(StorageError) in
            for number in 0..<5 { try scratch.put("\(number)") }
            let statistics = try scratch.environment.statistics()
            #expect(statistics.readers == 1)
            #expect(statistics.oldestReaderLag == 5)
        }
        #expect(try scratch.environment.statistics().readers == 0)
    }

    @Test("Pages freed behind a reader are not reused while it is open, and are afterwards")
    func bloat() throws {
        let scratch = try ScratchEnvironment()
        func overwrite() throws(StorageError) -> Int {
            for number in 0..<200 { try scratch.put("a", "\(number)") }
            return try scratch.environment.statistics().fileSize
        }
        let without = try overwrite()
        #expect(try overwrite() == without)
        let with = try scratch.environment.read { (_) throws(StorageError) in try overwrite() }
        #expect(with > without)
        #expect(try overwrite() == with)
    }

    @Test("A read that lasts longer than the limit is reported when it ends, others are not")
    func longReader() throws {
        let reports = ReportBox()
        let scratch = try ScratchEnvironment { options in
            options.longReaderWarning = .zero
            options.onLongReader = { duration in reports.append(duration) }
        }
        try scratch.environment.read { (_) throws(StorageError) in
            // The clock that readers are timed with moves by a tick at a time.
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(reports.all.count == 1)
        #expect(reports.all.allSatisfy { $0 > .zero })
        let quiet = try ScratchEnvironment { options in
            options.longReaderWarning = .seconds(3_600)
            options.onLongReader = { duration in reports.append(duration) }
        }
        #expect(try quiet.get("a") == nil)
        #expect(reports.all.count == 1)
    }

    @Test("Finished reads are kept for later ones, which see what was written since")
    func parked() throws {
        let scratch = try ScratchEnvironment { $0.mapSize = 1 << 20 }
        func nest(_ depth: Int) throws(StorageError) {
            if depth == 0 { return }
            try scratch.environment.read { (_) throws(StorageError) in try nest(depth - 1) }
        }
        // More than are kept.
        try nest(40)
        #expect(try scratch.environment.statistics().readers == 0)
        try scratch.put("a", "1")
        #expect(try scratch.get("a") == "1")
        // They hold nothing of the old map, nor of the environment that was opened before.
        try scratch.environment.growMap()
        try scratch.put("a", "2")
        #expect(try scratch.get("a") == "2")
        try scratch.environment.reopen()
        try scratch.put("a", "3")
        #expect(try scratch.get("a") == "3")
        try nest(40)
        scratch.environment.close()
        #expect(throws: StorageError.self) { try scratch.get("a") }
    }

    @Test("The statistics agree with what was written")
    func statistics() throws {
        let scratch = try ScratchEnvironment()
        let before = try scratch.environment.statistics()
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.put(
                key: [1], value: [UInt8](repeating: 1, count: 20_000), in: scratch.events)
            for number: UInt64 in 1...3 {
                try transaction.putDuplicate(key: [1], number, in: scratch.index)
            }
        }
        let after = try scratch.environment.statistics()
        #expect(after.lastTransaction == before.lastTransaction + 1)
        #expect(after.tables.map(\.name) == ["events", "index", "other"])
        #expect(after.tables.map(\.entries) == [1, 3, 0])
        #expect(after.tables[0].overflowPages > 0)
        #expect(after.fileSize >= after.pageSize * 7)
        #expect(after.usedPages * after.pageSize <= after.fileSize)
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.clear(scratch.events)
        }
        #expect(try scratch.environment.statistics().freePages >= after.tables[0].overflowPages)
    }
}

/// Durations that were reported, from any thread.
private final class ReportBox: Sendable {
    private let reports = Mutex<[Duration]>([])
    var all: [Duration] { reports.withLock { $0 } }
    func append(_ duration: Duration) { reports.withLock { $0.append(duration) } }
}
