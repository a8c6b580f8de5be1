internal import AccountLedger
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

@Suite("A parked record")
struct ParkedTests {
    /// Which positions fail; a test takes them away.
    private final class Faults: Sendable {
        private let positions: Mutex<Set<UInt64>>
        init(_ positions: Set<UInt64>) { self.positions = Mutex(positions) }
        func mend(_ position: UInt64) { positions.withLock { _ = $0.remove(position) } }
        func check(_ delivery: Delivery) throws {
            guard positions.withLock({ $0.contains(delivery.record.position.number) }) else {
                return
            }
            throw DeliveryFailure.park("fault")
        }
    }

    private func scene(
        _ faults: Faults
    ) async throws -> (ReactorScene, OpenReactor<ScratchReactor>) {
        let scene = try await ReactorScene(records: 6)
        let open = try scene.open { try faults.check($0) }
        try await open.catchUp()
        return (scene, open)
    }

    @Test("is delivered once more when asked for, with one attempt, and is then gone")
    func retry() async throws {
        let faults = Faults([2, 3, 5])
        let (scene, open) = try await scene(faults)
        #expect(try open.parked().map(\.position.number) == [2, 3, 5])
        #expect(try open.parked(after: Position(2), limit: 1).map(\.position.number) == [3])
        #expect(scene.outbox.positions == [1, 4, 6])
        try await open.catchUp()
        #expect(scene.outbox.attempts.count == 6)
        faults.mend(3)
        try open.retry(Position(3))
        #expect(try open.parked().map(\.isDue) == [false, true, false])
        try open.retry(Position(3))
        #expect(try await open.catchUp() == Position(6))
        #expect(scene.outbox.positions == [1, 4, 6, 3])
        #expect(scene.outbox.tries.last == [3, 2])
        #expect(try open.parked().map(\.position.number) == [2, 5])
        #expect(await reactorCode { try open.retry(Position(3)) } == .notParked)
    }

    @Test("is parked again where it fails again, after one more attempt")
    func failsAgain() async throws {
        let (scene, open) = try await scene(Faults([2]))
        for round in 2...4 {
            try open.retry(Position(2))
            try await open.catchUp()
            let parked = try #require(try open.parked().first)
            #expect(parked.attempts == round)
            #expect(parked.failure == "fault")
            #expect(!parked.isDue)
            #expect(scene.outbox.tries.last == [2, UInt64(round)])
        }
    }

    @Test("is forgotten when discarded, also where it was asked for once more")
    func discard() async throws {
        let (scene, open) = try await scene(Faults([2, 3]))
        try open.retry(Position(2))
        try open.discard(Position(2))
        try open.discard(Position(3))
        #expect(await reactorCode { try open.discard(Position(3)) } == .notParked)
        #expect(await reactorCode { try open.discard(Position(99)) } == .notParked)
        #expect(try open.parked().isEmpty)
        try await open.catchUp()
        #expect(scene.outbox.attempts.count == 6)
    }

    @Test("is delivered once more also while the record at the head of the line waits")
    func whileWaiting() async throws {
        let scene = try await ReactorScene(records: 2)
        let opened = Mutex<OpenReactor<ScratchReactor>?>(nil)
        let open = try scene.open { delivery in
            guard delivery.attempt == 1 else { return }
            guard delivery.record.position == Position(2) else {
                throw DeliveryFailure.park("fault")
            }
            try opened.withLock { try $0?.retry(Position(1)) }
            throw ScratchReactor.Failure()
        }
        opened.withLock { $0 = open }
        try await open.catchUp()
        #expect(scene.outbox.tries == [[1, 1], [2, 1], [1, 2], [2, 2]])
    }

    @Test("does not hold up new records, however many are asked for at once")
    func many() async throws {
        let scene = try await ReactorScene(records: 30)
        let open = try scene.open {
            if $0.attempt == 1, $0.record.position <= Position(30) {
                throw DeliveryFailure.park("fault")
            }
        }
        try await open.catchUp()
        #expect(try open.parked().count == 30)
        for parked in try open.parked() { try open.retry(parked.position) }
        try await scene.append(2)
        #expect(try await open.catchUp() == Position(32))
        let expected = Array(1...8) + [31, 32] + Array(9...30) as [UInt64]
        #expect(scene.outbox.positions == expected)
        #expect(try open.parked().isEmpty)
    }

    @Test("is delivered once more between records that take long")
    func betweenSlowRecords() async throws {
        let scene = try await ReactorScene(records: 4)
        let time = ScratchTime()
        let opened = Mutex<OpenReactor<ScratchReactor>?>(nil)
        let open = try scene.open(from: .beginning, time.options()) { delivery in
            guard delivery.record.position > Position(1) else {
                guard delivery.attempt > 1 else { throw DeliveryFailure.park("fault") }
                return
            }
            if delivery.record.position == Position(3) {
                try opened.withLock { try $0?.retry(Position(1)) }
                time.now = time.now.adding(seconds: 9)
            }
        }
        opened.withLock { $0 = open }
        try await open.catchUp()
        #expect(scene.outbox.positions == [2, 3, 1, 4])
    }

    @Test("that is discarded during its attempt does not come back")
    func discardDuringAttempt() async throws {
        let scene = try await ReactorScene(records: 1)
        let opened = Mutex<OpenReactor<ScratchReactor>?>(nil)
        let open = try scene.open { delivery in
            if delivery.attempt > 1 { try opened.withLock { try $0?.discard(Position(1)) } }
            throw DeliveryFailure.park("fault")
        }
        opened.withLock { $0 = open }
        try await open.catchUp()
        try open.retry(Position(1))
        try await open.catchUp()
        #expect(scene.outbox.attempts.count == 2)
        #expect(try open.parked().isEmpty)
    }

    @Test("that ends the process stays parked, and is not tried again by itself")
    func poison() async throws {
        let scene = try await ReactorScene(records: 1)
        let opened = Mutex<OpenReactor<ScratchReactor>?>(nil)
        let body: @Sendable (Delivery) async throws -> Void = { delivery in
            guard delivery.attempt > 1 else { throw DeliveryFailure.park("fault") }
            opened.withLock { $0?.close() }
        }
        let open = try scene.open(from: .beginning, ScratchTime().options(), body)
        opened.withLock { $0 = open }
        try await open.catchUp()
        try open.retry(Position(1))
        #expect(await reactorCode { try await open.catchUp() } == .closed)
        let again = try scene.open(from: .beginning, ScratchTime().options(), body)
        opened.withLock { $0 = again }
        try await again.catchUp()
        #expect(scene.outbox.attempts.count == 2)
        let parked = try #require(try again.parked().first)
        #expect(parked.attempts == 2)
        #expect(parked.failure == "the attempt did not end")
        #expect(!parked.isDue)
    }

    @Test("whose retry is cancelled or stopped is due still, and that attempt does not count")
    func stopped() async throws {
        let scene = try await ReactorScene(records: 1)
        let round = Mutex(0)
        let stop = Stop()
        let open = try scene.open { _ in
            switch round.withLock({ round in
                round += 1
                return round
            }) {
            case 1: throw DeliveryFailure.park("fault")
            case 2: throw DeliveryFailure.stop("closed for today")
            case 3:
                stop.cancel()
                throw ScratchReactor.Failure()
            default: break
            }
        }
        try await open.catchUp()
        try open.retry(Position(1))
        #expect(await reactorCode { try await open.catchUp() } == .stopped)
        #expect(try open.parked().first?.isDue == true)
        await #expect(throws: CancellationError.self) { try await stop.catchUp(open) }
        #expect(try open.parked().first?.isDue == true)
        try await open.catchUp()
        #expect(scene.outbox.attempts.map(\.attempt) == [1, 2, 2, 2])
        #expect(try open.parked().isEmpty)
    }
}
