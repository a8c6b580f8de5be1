@testable internal import AccountLedger
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

/// A reactor that notes what it is given, and then does as a test says.
struct ScratchReactor: Reactor {
    struct Failure: Error {}

    var name = "scratch"
    var handles = Set(EventKind.allCases)
    var ignores: Set<EventKind> = []
    let outbox: Outbox
    var body: @Sendable (Delivery) async throws -> Void = { _ in }

    func react(to delivery: Delivery) async throws {
        outbox.note(delivery)
        try await body(delivery)
        outbox.noteEffect(delivery)
    }
}

/// What reactors were given, over all openings.
final class Outbox: Sendable {
    private let noted = Mutex<(attempts: [Delivery], effects: [Delivery])>(([], []))

    func note(_ delivery: Delivery) { noted.withLock { $0.attempts.append(delivery) } }
    func noteEffect(_ delivery: Delivery) { noted.withLock { $0.effects.append(delivery) } }

    /// Everything that was begun, in order.
    var attempts: [Delivery] { noted.withLock { $0.attempts } }
    /// Everything that had its effect, in order.
    var effects: [Delivery] { noted.withLock { $0.effects } }
    /// The positions of what had its effect, in order.
    var positions: [UInt64] { effects.map(\.record.position.number) }
    /// Positions and attempts of everything that was begun.
    var tries: [[UInt64]] {
        attempts.map { [$0.record.position.number, UInt64($0.attempt)] }
    }
}

/// A time that passes only where a reactor waits.
final class ScratchTime: Sendable {
    private let state: Mutex<(now: Timestamp, waits: Int)>
    /// What cancels catching up when it has waited often enough.
    let stop = Stop()
    /// How often may be waited; the next time catching up is cancelled.
    private let waits: Int

    init(
        at now: Timestamp = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000),
        waits: Int = .max
    ) {
        state = Mutex((now, 0))
        self.waits = waits
    }

    var now: Timestamp {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }

    /// Options by this time, whose pauses are not shortened by chance.
    func options(_ change: (inout ReactorOptions) -> Void = { _ in }) -> ReactorOptions {
        var options = ReactorOptions()
        options.interval = .milliseconds(250)
        options.time.now = { self.now }
        options.time.chance = { 1 }
        options.time.sleep = { duration in
            let isOver = self.state.withLock { state in
                state.waits += 1
                guard state.waits <= self.waits else { return true }
                state.now = state.now.adding(duration)
                return false
            }
            if isOver { self.stop.cancel() }
            await Task.yield()
            try Task.checkCancellation()
        }
        change(&options)
        return options
    }
}

/// Catches up in a task that can be cancelled from inside.
final class Stop: Sendable {
    private let task = Mutex<Task<Position, any Error>?>(nil)

    func cancel() { task.withLock { $0?.cancel() } }

    @discardableResult
    func catchUp(_ open: OpenReactor<ScratchReactor>) async throws -> Position {
        let begun = task.withLock { task in
            // Whoever cancels from inside waits until the task is known.
            let begun = Task { try await open.catchUp() }
            task = begun
            return begun
        }
        return try await begun.value
    }
}

/// A ledger with some records, for reactors.
struct ReactorScene {
    let directory: TemporaryDirectory
    let ledger: Ledger
    let outbox = Outbox()
    var path: String { ledger.path }

    init(records: Int = 5) async throws {
        directory = try TemporaryDirectory()
        var options = LedgerOptions()
        options.mapSize = 1 << 30
        ledger = try Ledger.open(at: directory.appending("ledger"), options: options)
        try await append(records)
    }

    /// Appends records of different users.
    func append(_ count: Int) async throws {
        for number in 0..<count {
            let action = IssueState(
                user: UserID("user \(number)"), toolkit: "gmail", allowMultiple: true)
            _ = try await ledger.issueState(action).get()
        }
    }

    /// The records of the line that failed; the reactor must not be open.
    func failing() throws -> Set<Position> {
        let store = try ledger.existingReactor("scratch", .readOnly)
        defer { store.close() }
        return Set(try store.failingRecords().keys)
    }

    func reactor(
        _ body: @escaping @Sendable (Delivery) async throws -> Void = { _ in }
    ) -> ScratchReactor {
        ScratchReactor(outbox: outbox, body: body)
    }

    func open(
        from start: ReactorStart = .beginning, _ options: ReactorOptions = ScratchTime().options(),
        _ body: @escaping @Sendable (Delivery) async throws -> Void = { _ in }
    ) throws -> OpenReactor<ScratchReactor> {
        try ledger.open(reactor(body), from: start, options: options)
    }
}

/// The code of the error that a body throws; none where it throws none.
func reactorCode(_ body: () async throws -> Void) async -> ReactorError.Code? {
    do {
        try await body()
        return nil
    } catch let error as ReactorError {
        return error.code
    } catch {
        Issue.record("an error of another type: \(error)")
        return nil
    }
}
