internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

@Suite("A delivery that fails")
struct RetryTests {
    private static let start = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)

    /// Seconds since the start at which a record was tried.
    private final class Times: Sendable {
        private let times = Mutex<[Double]>([])
        func note(_ time: ScratchTime) {
            let micro = time.now.microsecondsSinceEpoch - RetryTests.start.microsecondsSinceEpoch
            times.withLock { $0.append(Double(micro) / 1_000_000) }
        }
        var seconds: [Double] { times.withLock { $0 } }
    }

    @Test("is tried again after pauses that double, up to the longest, and holds up what follows")
    func backoff() async throws {
        let scene = try await ReactorScene(records: 3)
        let (time, times) = (ScratchTime(), Times())
        let options = time.options {
            $0.retries = RetryPolicy(attempts: 7, first: .seconds(1), longest: .seconds(5))
        }
        let open = try scene.open(from: .beginning, options) { delivery in
            times.note(time)
            if delivery.record.position == Position(2), delivery.attempt < 6 {
                throw ScratchReactor.Failure()
            }
        }
        try await open.catchUp()
        #expect(times.seconds == [0, 0, 1, 3, 7, 12, 17, 17])
        #expect(
            scene.outbox.tries == [
                [1, 1], [2, 1], [2, 2], [2, 3], [2, 4], [2, 5], [2, 6], [3, 1],
            ])
        #expect(scene.outbox.positions == [1, 2, 3])
        #expect(try open.parked().isEmpty)
    }

    @Test("waits by chance, at least half of the pause")
    func chance() async throws {
        for (chance, expected) in [(0, 0.5), (0.5, 0.75), (1, 1)] {
            let scene = try await ReactorScene(records: 1)
            let (time, times) = (ScratchTime(), Times())
            var options = time.options()
            options.time.chance = { chance }
            let open = try scene.open(from: .beginning, options) { delivery in
                times.note(time)
                if delivery.attempt == 1 { throw ScratchReactor.Failure() }
            }
            try await open.catchUp()
            #expect(times.seconds == [0, expected])
        }
    }

    @Test("is parked after the last attempt, and delivery goes on")
    func parking() async throws {
        let scene = try await ReactorScene(records: 3)
        let time = ScratchTime()
        let options = time.options { $0.retries = RetryPolicy(attempts: 3) }
        let open = try scene.open(from: .beginning, options) { delivery in
            if delivery.record.position == Position(2) { throw ScratchReactor.Failure() }
        }
        #expect(try await open.catchUp() == Position(3))
        #expect(scene.outbox.positions == [1, 3])
        #expect(scene.outbox.tries == [[1, 1], [2, 1], [2, 2], [2, 3], [3, 1]])
        let parked = try #require(try open.parked().first)
        #expect(try open.parked().count == 1)
        #expect(parked.position == Position(2))
        #expect(parked.id == scene.outbox.attempts[1].record.id)
        #expect(parked.event == "state-issued.v1")
        #expect(parked.attempts == 3)
        #expect(parked.firstFailedAt == Self.start)
        #expect(parked.lastFailedAt == Self.start.adding(seconds: 3))
        #expect(parked.failure == "Failure")
        #expect(!parked.isDue)
        #expect(try open.parked(after: Position(2)).isEmpty)
    }

    @Test("is parked at once, tried later, or stops everything, where the reactor says so")
    func wishes() async throws {
        let scene = try await ReactorScene(records: 4)
        let (time, times) = (ScratchTime(), Times())
        let stops = Mutex(true)
        let open = try scene.open(from: .beginning, time.options()) { delivery in
            times.note(time)
            switch delivery.record.position.number {
            case 1:
                throw DeliveryFailure.park(
                    "no such \n address" + String(repeating: "é", count: 200))
            case 2 where delivery.attempt == 1:
                throw DeliveryFailure.retry("too many", after: .seconds(30))
            case 3 where stops.withLock({ $0 }): throw DeliveryFailure.stop("key was withdrawn")
            default: break
            }
        }
        let error = await #expect(throws: ReactorError.self) { try await open.catchUp() }
        #expect(error?.code == .stopped)
        #expect(error?.position == Position(3))
        #expect(error?.message.contains("key was withdrawn") == true)
        #expect(try open.position == Position(2))
        #expect(times.seconds == [0, 0, 30, 30])
        let failure = try #require(try open.parked().first?.failure)
        #expect(failure.hasPrefix("no such   address"))
        #expect(failure.utf8.count == 199)
        stops.withLock { $0 = false }
        #expect(try await open.catchUp() == Position(4))
        #expect(scene.outbox.tries == [[1, 1], [2, 1], [2, 2], [3, 1], [3, 1], [4, 1]])
    }

    @Test("waits an hour at most, whatever the receiver asks for, and never less than nothing")
    func bounds() async throws {
        let scene = try await ReactorScene(records: 1)
        let (time, times) = (ScratchTime(), Times())
        let pauses: [Duration] = [.seconds(-5), .seconds(Int64.max), .seconds(86_400)]
        let options = time.options { $0.interval = .seconds(60) }
        let open = try scene.open(from: .beginning, options) { delivery in
            times.note(time)
            guard delivery.attempt <= pauses.count else { return }
            throw DeliveryFailure.retry("later", after: pauses[delivery.attempt - 1])
        }
        try await open.catchUp()
        #expect(times.seconds == [0, 0, 3600, 7200])
    }

    @Test("is forgotten where the reactor no longer handles its event")
    func unhandled() async throws {
        let scene = try await ReactorScene(records: 2)
        let time = ScratchTime(waits: 0)
        let open = try scene.open(from: .beginning, time.options()) { _ in
            throw ScratchReactor.Failure()
        }
        await #expect(throws: CancellationError.self) { try await time.stop.catchUp(open) }
        open.close()
        #expect(try scene.failing() == [Position(1)])
        var deaf = scene.reactor()
        deaf.handles = []
        deaf.ignores = Set(EventKind.allCases)
        let again = try scene.ledger.open(deaf, from: .beginning)
        try await again.catchUp()
        again.close()
        #expect(try scene.failing() == [])
    }

    @Test("is counted over restarts, which wait for the rest of the pause only")
    func restart() async throws {
        let scene = try await ReactorScene(records: 1)
        let times = Times()
        // Of 4 + 4 + 8 + 8 quarters of a second, three were waited for when the process ended.
        let first = ScratchTime(waits: 4 + 8 + 3)
        let open = try scene.open(from: .beginning, first.options()) { _ in
            times.note(first)
            throw ScratchReactor.Failure()
        }
        await #expect(throws: CancellationError.self) { try await first.stop.catchUp(open) }
        #expect(times.seconds == [0, 1, 3])
        open.close()
        let second = ScratchTime(at: first.now.adding(seconds: 1))
        let again = try scene.open(from: .beginning, second.options()) { delivery in
            times.note(second)
            if delivery.attempt < 5 { throw ScratchReactor.Failure() }
        }
        try await again.catchUp()
        // The third pause is 4 s: until 7. The fourth is 8 s.
        #expect(times.seconds == [0, 1, 3, 7, 15])
        #expect(scene.outbox.attempts.map(\.attempt) == [1, 2, 3, 4, 5])
    }

    @Test("waits no longer than was meant where the clock is set back")
    func clock() async throws {
        let scene = try await ReactorScene(records: 1)
        let first = ScratchTime(waits: 0)
        let open = try scene.open(from: .beginning, first.options()) { _ in
            throw ScratchReactor.Failure()
        }
        await #expect(throws: CancellationError.self) { try await first.stop.catchUp(open) }
        open.close()
        let before = Self.start.adding(seconds: -86_400)
        let second = ScratchTime(at: before)
        try await scene.open(from: .beginning, second.options()).catchUp()
        #expect(second.now == before.adding(seconds: 1))
    }

    @Test("ends every process, and is parked after as many attempts as any other")
    func poison() async throws {
        let scene = try await ReactorScene(records: 3)
        let options = ScratchTime().options {
            $0.retries = RetryPolicy(attempts: 3)
            $0.recordsPerCheckpoint = 2
        }
        let opened = Mutex<OpenReactor<ScratchReactor>?>(nil)
        var lives = 0
        while lives < 10 {
            lives += 1
            let open = try scene.open(from: .beginning, options) { delivery in
                guard delivery.record.position == Position(2) else { return }
                // Nothing can be noted any more, as where the process ends.
                opened.withLock { $0?.close() }
            }
            opened.withLock { $0 = open }
            if await reactorCode({ try await open.catchUp() }) == nil { break }
        }
        #expect(scene.outbox.tries.filter { $0[0] == 2 } == [[2, 1], [2, 2], [2, 3]])
        #expect(scene.outbox.positions.last == 3)
        let open = try #require(opened.withLock { $0 })
        let parked = try open.parked()
        #expect(parked.map(\.position) == [Position(2)])
        #expect(parked.first?.failure == "the attempt did not end")
    }

    @Test("because the task was cancelled does not count, and loses nothing", arguments: [1, 10])
    func cancelled(batch: Int) async throws {
        let scene = try await ReactorScene(records: 5)
        let options = ScratchTime().options { $0.recordsPerCheckpoint = batch }
        let begun = Latch()
        let open = try scene.open(from: .beginning, options) { delivery in
            guard delivery.record.position == Position(4), delivery.attempt == 1 else { return }
            begun.open()
            if scenePaused.withLock({ $0.insert(batch).inserted }) {
                try await Task.sleep(for: .seconds(600))
            }
        }
        let running = Task { try await open.catchUp() }
        try await onOwnThread { begun.wait() }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        #expect(try open.position == Position(3))
        #expect(try await open.catchUp() == Position(5))
        #expect(scene.outbox.tries == [[1, 1], [2, 1], [3, 1], [4, 1], [4, 1], [5, 1]])
        #expect(scene.outbox.positions == [1, 2, 3, 4, 5])
    }
}

/// The batches whose delivery was held up once.
private let scenePaused = Mutex<Set<Int>>([])
