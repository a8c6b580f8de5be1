internal import Foundation
@testable internal import LedgerStorage
internal import Synchronization
internal import Testing

/// What a worker was given, and a door that holds its handler up.
private final class Record: Sendable {
    private let batches = Mutex<[[Int]]>([])
    private let threads = Mutex<Set<UInt>>([])
    private let entered = DispatchSemaphore(value: 0)
    private let door = DispatchSemaphore(value: 0)

    var all: [[Int]] { batches.withLock { $0 } }
    var items: [Int] { all.flatMap { $0 } }
    var threadCount: Int { threads.withLock { $0.count } }

    func note(_ batch: [Int]) {
        threads.withLock { _ = $0.insert(UInt(pthread_self())) }
        batches.withLock { $0.append(batch) }
    }

    /// For handlers: says that it has begun, and waits until it is let go on.
    func stopAtDoor() {
        entered.signal()
        door.wait()
    }

    func waitUntilStopped() { entered.wait() }
    func letGo(_ times: Int = 1) { for _ in 0..<times { door.signal() } }
}

@Suite struct BatchWorkerTests {
    private let record = Record()

    private func worker(
        capacity: Int = 1_000,
        weightLimit: Int = 1_000_000,
        batchWeightLimit: Int = .max,
        _ handle: @escaping @Sendable (Record, [Int]) -> Void = { $0.note($1) }
    ) throws -> BatchWorker<Int> {
        let record = record
        return try BatchWorker(
            name: "test worker with a long name", capacity: capacity, weightLimit: weightLimit,
            batchWeightLimit: batchWeightLimit
        ) { batch in handle(record, batch) }
    }

    @Test("Items are handled in the order of submission, in batches, on one thread")
    func order() throws {
        let worker = try worker { record, batch in
            record.note(batch)
            record.stopAtDoor()
        }
        record.letGo(1_000)
        for number in 0..<500 { #expect(worker.submit(number, weight: 1) == .accepted) }
        worker.close()
        #expect(record.items == Array(0..<500))
        #expect(record.threadCount == 1)
    }

    @Test("What comes in while a batch is handled makes the next one")
    func batches() throws {
        let worker = try worker { record, batch in
            record.note(batch)
            record.stopAtDoor()
        }
        #expect(worker.submit(0, weight: 1) == .accepted)
        record.waitUntilStopped()
        for number in 1...20 { #expect(worker.submit(number, weight: 1) == .accepted) }
        #expect(worker.waiting == 20)
        record.letGo(2)
        worker.close()
        #expect(record.all == [[0], Array(1...20)])
    }

    @Test("A batch has at most as many items as configured, and none is lost")
    func batchLimit() throws {
        let worker = try worker(batchWeightLimit: 8) { record, batch in
            record.note(batch)
            record.stopAtDoor()
        }
        #expect(worker.submit(0, weight: 1) == .accepted)
        record.waitUntilStopped()
        for number in 1...20 { #expect(worker.submit(number, weight: 1) == .accepted) }
        record.letGo(10)
        worker.close()
        #expect(record.all.map(\.count) == [1, 8, 8, 4])
        #expect(record.items == Array(0...20))
    }

    @Test("More items than the capacity are refused at once, and room is made by handling")
    func capacity() throws {
        let worker = try worker(capacity: 3) { record, batch in
            record.note(batch)
            record.stopAtDoor()
        }
        #expect(worker.submit(0, weight: 0) == .accepted)
        record.waitUntilStopped()
        let answers = (1...5).map { worker.submit($0, weight: 0) }
        #expect(answers == [.accepted, .accepted, .accepted, .full, .full])
        record.letGo()
        record.waitUntilStopped()
        #expect(worker.submit(6, weight: 0) == .accepted)
        record.letGo(2)
        worker.close()
        #expect(record.items == [0, 1, 2, 3, 6])
    }

    @Test("More weight than the limit is refused, but one heavy item alone is not")
    func weight() throws {
        let worker = try worker(weightLimit: 10) { record, batch in
            record.note(batch)
            record.stopAtDoor()
        }
        #expect(worker.submit(0, weight: 0) == .accepted)
        record.waitUntilStopped()
        #expect(worker.submit(1, weight: 100) == .accepted)
        #expect(worker.submit(2, weight: 1) == .full)
        #expect(worker.submit(3, weight: .max) == .full)
        record.letGo()
        record.waitUntilStopped()
        #expect(worker.submit(4, weight: 6) == .accepted)
        #expect(worker.submit(5, weight: 5) == .full)
        #expect(worker.submit(6, weight: 4) == .accepted)
        #expect(worker.submit(7, weight: -3) == .accepted)
        record.letGo(2)
        worker.close()
        #expect(record.items == [0, 1, 4, 6, 7])
    }

    @Test("Closing handles everything accepted, refuses the rest, and may be repeated")
    func close() throws {
        let worker = try worker { record, batch in
            record.note(batch)
            record.stopAtDoor()
        }
        #expect(worker.submit(0, weight: 1) == .accepted)
        record.waitUntilStopped()
        for number in 1...5 { #expect(worker.submit(number, weight: 1) == .accepted) }
        record.letGo(2)
        try withThreads(4) { _ in
            worker.close()
            if worker.submit(9, weight: 1) != .closed { Issue.record("accepted after closing") }
        }
        worker.close()
        #expect(record.items == Array(0...5))
    }

    @Test("Closing without ever submitting returns")
    func closeIdle() throws {
        let worker = try worker()
        worker.close()
        #expect(worker.submit(1, weight: 1) == .closed)
        #expect(record.all.isEmpty)
    }

    @Test("The handler itself may ask for the closing, and what was accepted is still handled")
    func closeFromHandler() throws {
        let box = Mutex<BatchWorker<Int>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let record = record
        let worker = try BatchWorker<Int>(
            name: "self-closing", capacity: 10, weightLimit: 10, batchWeightLimit: 1
        ) { batch in
            record.note(batch)
            if batch == [0] { record.stopAtDoor() }
            box.withLock { $0 }?.close()
            done.signal()
        }
        box.withLock { $0 = worker }
        #expect(worker.submit(0, weight: 0) == .accepted)
        record.waitUntilStopped()
        #expect(worker.submit(1, weight: 0) == .accepted)
        record.letGo()
        done.wait()
        done.wait()
        worker.close()
        #expect(record.items == [0, 1])
        box.withLock { $0 = nil }
    }

    @Test("A worker that nobody holds handles what it has accepted")
    func released() throws {
        let handled = DispatchSemaphore(value: 0)
        do {
            let worker = try BatchWorker<Int>(name: "released", capacity: 9, weightLimit: 9) {
                batch in
                for _ in batch { handled.signal() }
            }
            for number in 0..<5 { #expect(worker.submit(number, weight: 1) == .accepted) }
        }
        for _ in 0..<5 { handled.wait() }
    }

    @Test("No item of 64 threads is lost or doubled, and each thread's order is kept")
    func manyProducers() throws {
        let worker = try worker(capacity: 100)
        try withThreads(64) { thread in
            for number in 0..<200 {
                while worker.submit(thread * 1_000 + number, weight: 1) == .full { sched_yield() }
            }
        }
        worker.close()
        let items = record.items
        #expect(items.count == 64 * 200)
        for thread in 0..<64 {
            let own = items.filter { $0 / 1_000 == thread }
            #expect(own == (0..<200).map { thread * 1_000 + $0 })
        }
        #expect(record.threadCount == 1)
    }

    @Test("The worker waits until as many items are there as in the last batch")
    func linger() throws {
        let record = record
        var limits = BatchLimits(items: 100, weight: 100, batch: 100)
        limits.linger = { _ in 3_600_000_000_000 }
        let worker = try BatchWorker<Int>(name: "lingering", limits: limits) { batch in
            record.note(batch)
            record.stopAtDoor()
        }
        #expect(worker.submit(0, weight: 1) == .accepted)
        record.waitUntilStopped()
        for number in 1...3 { #expect(worker.submit(number, weight: 1) == .accepted) }
        record.letGo()
        record.waitUntilStopped()
        #expect(worker.submit(4, weight: 1) == .accepted)
        record.letGo()
        // A worker that did not linger would use this time to take the one item.
        Thread.sleep(forTimeInterval: 0.05)
        #expect(worker.submit(5, weight: 1) == .accepted)
        #expect(worker.submit(6, weight: 1) == .accepted)
        record.waitUntilStopped()
        // The end of it all ends the lingering too.
        #expect(worker.submit(7, weight: 1) == .accepted)
        record.letGo(2)
        worker.close()
        #expect(record.all == [[0], [1, 2, 3], [4, 5, 6], [7]])
    }

    @Test("The worker never waits for items that do not come")
    func boundedLinger() throws {
        let worker = try worker { record, batch in
            record.note(batch)
            record.stopAtDoor()
        }
        #expect(worker.submit(0, weight: 1) == .accepted)
        record.waitUntilStopped()
        for number in 1...9 { #expect(worker.submit(number, weight: 1) == .accepted) }
        record.letGo()
        record.waitUntilStopped()
        record.letGo()
        #expect(worker.submit(10, weight: 1) == .accepted)
        record.waitUntilStopped()
        record.letGo()
        worker.close()
        #expect(record.all == [[0], Array(1...9), [10]])
    }

    @Test("The worker waits at most half as long as the last batch took, and at most 0.3 ms")
    func lingerLimit() {
        let limits = BatchLimits(items: 1, weight: 1, batch: 1)
        #expect(limits.linger(0) == 0)
        #expect(limits.linger(100_000) == 50_000)
        #expect(limits.linger(600_000) == 300_000)
        #expect(limits.linger(.max) == 300_000)
    }

    @Test("Write transactions run on the worker's thread, and callers are answered when durable")
    func writes() async throws {
        struct Command: Sendable {
            let key: [UInt8]
            let answer: CheckedContinuation<Result<Int, StorageError>, Never>
        }
        let scratch = try ScratchEnvironment()
        let worker = try BatchWorker<Command>(
            name: "writer", capacity: 100, weightLimit: 10_000
        ) { commands in
            let result: Result<Int, StorageError> = Result { () throws(StorageError) in
                try scratch.environment.writeRepeatably { (transaction) throws(StorageError) in
                    for command in commands {
                        try transaction.put(key: command.key, value: [], in: scratch.events)
                    }
                    return commands.count
                }
            }
            for command in commands { command.answer.resume(returning: result) }
        }
        await withTaskGroup { group in
            for number: UInt64 in 0..<60 {
                group.addTask {
                    let result = await withCheckedContinuation { answer in
                        let command = Command(key: [UInt8](bigEndian: number), answer: answer)
                        #expect(worker.submit(command, weight: 8) == .accepted)
                    }
                    #expect((try? result.get()) ?? 0 > 0)
                }
            }
        }
        worker.close()
        let count = try scratch.environment.read { (snapshot) throws(StorageError) in
            try snapshot.entryCount(in: scratch.events)
        }
        #expect(count == 60)
    }
}
