internal import AccountLedger
internal import LedgerLifecycle
internal import LedgerTestSupport
internal import Logging
internal import ServiceLifecycle
internal import Synchronization
internal import Testing

@Suite(.timeLimit(.minutes(2))) struct LedgerServiceTests {
    private let scratch: ScratchService

    init() throws { scratch = try ScratchService() }

    private var ledger: Ledger { scratch.ledger }

    @Test("A graceful shutdown closes the ledger, and the group ends without an error")
    func shutdown() async throws {
        let group = scratch.group([LedgerService(ledger)])
        async let running: Void = group.run()
        try await scratch.issue("ann")
        await group.triggerGracefulShutdown()
        try await running
        #expect(scratch.isClosed)
        #expect(try scratch.reopened().head() == Position(1))
    }

    @Test(
        "In a storm of commands each is applied and found again, or answered that nothing was done",
        arguments: 0..<5)
    func storm(_ round: Int) async throws {
        let group = scratch.group([LedgerService(ledger)])
        async let running: Void = group.run()
        let applied = try await withThrowingTaskGroup(of: [Position].self) { tasks in
            for number in 0..<32 {
                tasks.addTask { try await scratch.issueUntilClosed(UserID("user \(number)")) }
            }
            #expect(await eventually { (try? ledger.head().number) ?? 0 > 100 * UInt64(round) })
            await group.triggerGracefulShutdown()
            return try await tasks.reduce(into: []) { $0 += $1 }
        }
        try await running
        let records = try scratch.reopened().allPositions()
        #expect(applied.sorted() == records)
        #expect(!records.isEmpty)
    }

    @Test("Services after the ledger in the group still use it while they shut down")
    func order() async throws {
        let others = (0..<2).map { number in
            Other { try await scratch.issue(UserID("last words of \(number)")) }
        }
        let group = scratch.group([LedgerService(ledger)] + others)
        async let running: Void = group.run()
        #expect(await eventually { others.allSatisfy(\.hasBegun) })
        await group.triggerGracefulShutdown()
        try await running
        #expect(scratch.isClosed)
        #expect(try scratch.reopened().head() == Position(2))
    }

    @Test("Companions have ended when the ledger is closed, and their rows are closed with it")
    func companions() async throws {
        let rows = try ledger.open(DailyActivity())
        let reactor = try ledger.open(Listener(), from: .now)
        let lastWords = Mutex<Position?>(nil)
        let service = LedgerService(
            ledger,
            with: [
                .following(rows, every: .milliseconds(1)), .delivering(reactor),
                LedgerCompanion {
                    defer { lastWords.withLock { $0 = try? ledger.head() } }
                    try await Task.sleep(for: .seconds(3600))
                },
                LedgerCompanion { /* ends at once, which ends nothing else */  },
            ])
        let group = scratch.group([service])
        async let running: Void = group.run()
        let position = try await scratch.issue("ann")
        #expect(try await rows.wait(for: position, timeout: .seconds(60)) == position)
        #expect(await eventually { (try? reactor.position) == position })
        await group.triggerGracefulShutdown()
        try await running
        #expect(lastWords.withLock { $0 } == position)
        #expect(throws: ProjectionError.self) { try rows.position }
        #expect(throws: ReactorError.self) { try reactor.position }
        #expect(scratch.isClosed)
    }

    @Test("A companion that fails ends the service with its error, and the ledger is closed")
    func failure() async throws {
        struct Broken: Error {}
        let service = LedgerService(
            ledger,
            with: [
                LedgerCompanion { throw Broken() },
                LedgerCompanion { try await Task.sleep(for: .seconds(3600)) },
            ])
        await #expect(throws: Broken.self) { try await scratch.group([service]).run() }
        #expect(scratch.isClosed)
    }

    @Test("A cancelled group closes the ledger likewise: what was accepted is answered")
    func cancellation() async throws {
        let group = scratch.group([LedgerService(ledger)])
        let running = Task { try await group.run() }
        let applied = try await withThrowingTaskGroup(of: [Position].self) { tasks in
            for number in 0..<8 {
                tasks.addTask { try await scratch.issueUntilClosed(UserID("user \(number)")) }
            }
            #expect(await eventually { (try? ledger.head().number) ?? 0 > 50 })
            running.cancel()
            return try await tasks.reduce(into: []) { $0 += $1 }
        }
        try? await running.value
        #expect(scratch.isClosed)
        #expect(applied.sorted() == (try scratch.reopened().allPositions()))
    }

    @Test("A cancellation during a graceful shutdown ends what hangs, and then the ledger")
    func secondSignal() async throws {
        let hanging = Other { try await Task.sleep(for: .seconds(3600)) }
        let group = scratch.group([LedgerService(ledger), hanging])
        let running = Task { try await group.run() }
        #expect(await eventually { hanging.hasBegun })
        await group.triggerGracefulShutdown()
        #expect(await eventually { hanging.isEnding })
        #expect(!scratch.isClosed)
        try await scratch.issue("ann")
        running.cancel()
        try? await running.value
        #expect(scratch.isClosed)
        #expect(try scratch.reopened().head() == Position(1))
    }

    @Test("A ledger that is closed already is an error, not a service that waits for nothing")
    func closedBefore() async throws {
        ledger.close()
        do {
            try await scratch.group([LedgerService(ledger)]).run()
            Issue.record("ran")
        } catch let error as LedgerError {
            #expect(error.code == .closed)
        }
    }
}

/// A service that has something to do when it is shut down.
private final class Other: Service {
    private struct State {
        var hasBegun = false
        var isEnding = false
    }

    private let state = Mutex(State())
    private let end: @Sendable () async throws -> Void

    init(end: @escaping @Sendable () async throws -> Void) { self.end = end }

    var hasBegun: Bool { state.withLock { $0.hasBegun } }
    var isEnding: Bool { state.withLock { $0.isEnding } }

    func run() async throws {
        state.withLock { $0.hasBegun = true }
        try await gracefulShutdown()
        state.withLock { $0.isEnding = true }
        try await end()
    }
}

/// A reactor without an effect.
private struct Listener: Reactor {
    let name = "listener"
    let handles = Set(EventKind.allCases)
    let ignores: Set<EventKind> = []

    func react(to delivery: Delivery) async throws {}
}
