internal import Foundation
internal import LedgerStorage
internal import Synchronization
internal import Testing

@Suite struct ClosingTests {
    @Test("A closed environment refuses everything by name, and closing again does nothing")
    func closed() throws {
        let scratch = try ScratchEnvironment()
        scratch.environment.close()
        scratch.environment.close()
        let environment = scratch.environment
        let refusal = StorageError(.closed, subject: scratch.path, message: "")
        #expect(throws: refusal) { try scratch.get("a") }
        #expect(throws: refusal) { try scratch.put("a") }
        #expect(throws: refusal) { try environment.growMap() }
        #expect(throws: refusal) { try environment.reopen() }
        #expect(throws: refusal) { try environment.checkReaders() }
        #expect(throws: refusal) { try environment.statistics() }
        #expect(throws: refusal) { try environment.copy(to: scratch.path + "-copy") }
    }

    @Test("Closing waits for the transactions of other threads, and they finish undisturbed")
    func waits() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        let started = DispatchSemaphore(value: 0)
        let isClosed = Atomic<Bool>(false)
        try withThreads(2) { number in
            if number == 0 {
                try scratch.environment.read { (snapshot) throws(StorageError) in
                    started.signal()
                    // Until the closing has begun, which later reads show by being refused.
                    while (try? scratch.get("a")) != nil { Thread.sleep(forTimeInterval: 0.001) }
                    let value = try snapshot.copy(of: [UInt8]("a"), in: scratch.events)
                    if value != [UInt8]("1") || isClosed.load(ordering: .sequentiallyConsistent) {
                        Issue.record("closing did not wait")
                    }
                }
            } else {
                started.wait()
                scratch.environment.close()
                isClosed.store(true, ordering: .sequentiallyConsistent)
            }
        }
        let hasClosed = isClosed.load(ordering: .sequentiallyConsistent)
        #expect(hasClosed)
        try ScratchEnvironment.open(scratch.path).close()
    }

    @Test("Closing from inside an own transaction returns at once and closes at its end")
    func inside() throws {
        let scratch = try ScratchEnvironment()
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: [UInt8]("a"), value: [UInt8]("1"), in: scratch.events)
            scratch.environment.close()
            let error = #expect(throws: StorageError.self) {
                try ScratchEnvironment.open(scratch.path)
            }
            #expect(error?.code == .alreadyOpen)
        }
        let environment = try ScratchEnvironment.open(scratch.path)
        #expect(try ScratchEnvironment.get("a", environment) == "1")
    }

    @Test("An environment that nobody holds is closed")
    func released() throws {
        let directory = try TemporaryDirectory()
        for _ in 0..<3 {
            let environment = try ScratchEnvironment.open(
                directory.appending("ledger"), access: .create)
            #expect(environment.table("events") == environment.tables[0])
            #expect(environment.table("absent") == nil)
        }
    }

    @Test("Many threads close at once and all return when it is closed")
    func concurrently() throws {
        let scratch = try ScratchEnvironment()
        try withThreads(8) { _ in
            _ = try? scratch.get("a")
            scratch.environment.close()
        }
        try ScratchEnvironment.open(scratch.path).close()
    }

    @Test("Reopening keeps tables and data")
    func reopen() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        try scratch.environment.reopen()
        #expect(try scratch.get("a") == "1")
        try scratch.put("a", "2")
        #expect(try scratch.get("a") == "2")
    }

    @Test("A reopening that fails refuses transactions until one succeeds")
    func failedReopen() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        let (data, away) = (scratch.path + "/data.mdb", scratch.path + "/away")
        try FileManager.default.moveItem(atPath: data, toPath: away)
        try Data("no ledger".utf8).write(to: URL(filePath: data))
        #expect(throws: StorageError.self) { try scratch.environment.reopen() }
        let error = #expect(throws: StorageError.self) { try scratch.get("a") }
        #expect(error?.code == .reopenRequired)
        try FileManager.default.removeItem(atPath: data)
        let absent = #expect(throws: StorageError.self) { try scratch.environment.reopen() }
        #expect(absent?.code == .notALedger)
        #expect(!FileManager.default.fileExists(atPath: data))
        try FileManager.default.moveItem(atPath: away, toPath: data)
        try scratch.environment.reopen()
        #expect(try scratch.get("a") == "1")
    }
}
