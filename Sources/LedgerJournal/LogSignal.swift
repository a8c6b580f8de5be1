package import LedgerDomain
package import LedgerStorage
internal import Synchronization

/// Tells those who follow a log when it has grown, whichever process appended.
///
/// One thread of the process listens for all who wait, and looks at the head once for all. It
/// starts when the first one waits, and ends a second after the last one has gone. Whoever waits
/// costs a continuation, and no thread, descriptor or slot of a reader.
package final class LogSignal: Sendable {
    /// Somebody who waits.
    private struct Waiter {
        let position: Position
        let deadline: ContinuousClock.Instant?
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        /// Those who were called off before they waited.
        var calledOff: Set<UInt64> = []
        var lastNumber: UInt64 = 0
        /// The head at the last look.
        var head = Position.start
        var watch: FileWatch?
        var isEnded = false
        /// When the thread looks again at the latest.
        var nextLook = ContinuousClock.now
        /// When somebody was resumed last, and when somebody was there last.
        var lastRound = ContinuousClock.now
        var lastPresence = ContinuousClock.now
        /// How many looks are still due soon after the last write.
        var soonLooks = 0
        var looks = 0
    }

    /// How somebody begins to wait.
    private enum Entry {
        case waits
        /// There is nothing to wait for.
        case isDone
        /// No thread could be started.
        case isAlone
    }

    /// How long nothing is looked at where the kernel tells of writes, and where it does not.
    private static let safetyPause = Duration.seconds(1)
    private static let deafPause = Duration.milliseconds(25)
    /// How many looks follow on a write, after a millisecond and each after twice the pause.
    ///
    /// A commit can be seen only some moments after it was told of.
    private static let looksAfterWrite = 7
    /// How far apart those who wait are resumed at least, so that they do not run for every commit
    /// of a busy writer.
    private static let shortestRound = Duration.milliseconds(4)

    private let environment: Environment
    private let log: EventLog
    private let listens: Bool
    private let state = Mutex(State())

    /// Makes the signal of a log; nothing runs yet.
    ///
    /// - Parameter listens: Whether to ask the kernel; without, the log is looked at every 25 ms.
    package init(_ environment: Environment, _ log: EventLog, listens: Bool = true) {
        self.environment = environment
        self.log = log
        self.listens = listens
    }

    /// How often the head was looked at, by whomever it was for.
    package var looks: Int { state.withLock { $0.looks } }

    /// How many wait.
    package var waiting: Int { state.withLock { $0.waiters.count } }

    /// Whether the thread runs.
    package var isListening: Bool { state.withLock { $0.watch != nil } }

    /// A number to wait by, so that somebody else can end the wait.
    package func number() -> UInt64 {
        state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
    }

    /// Waits until the log has a record after a position, a moment has come, the wait is called
    /// off, the task is cancelled or the signal has ended.
    ///
    /// It may return without any of this, so look, and wait again.
    ///
    /// - Parameters:
    ///   - position: The position that the caller has seen as the head.
    ///   - deadline: The moment; none to wait for as long as it takes.
    ///   - number: The number to call the wait off by; of one number, one waits at a time.
    package func wait(
        after position: Position, until deadline: ContinuousClock.Instant? = nil,
        as number: UInt64? = nil
    ) async {
        let own = number ?? self.number()
        let isAlone = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let waiter = Waiter(
                    position: position, deadline: deadline, continuation: continuation)
                switch enter(waiter, own) {
                case .waits: break
                case .isDone: continuation.resume(returning: false)
                case .isAlone: continuation.resume(returning: true)
                }
            }
        } onCancel: {
            callOff(own)
        }
        if number == nil { state.withLock { _ = $0.calledOff.remove(own) } }
        // Nobody listens: look again after a while.
        if isAlone { try? await Task.sleep(for: Self.deafPause) }
    }

    /// Ends the wait of a number, or its next one as it begins.
    package func callOff(_ number: UInt64) {
        let waiter = state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: number)
            if waiter == nil { state.calledOff.insert(number) }
            return waiter
        }
        waiter?.continuation.resume(returning: false)
    }

    /// Has the thread look, where anybody waits: this process has committed.
    package func noteCommit() {
        state.withLock { $0.waiters.isEmpty ? nil : $0.watch }?.call()
    }

    /// Ends all waits, and later ones as they begin.
    package func end() {
        let (waiters, watch) = state.withLock { state in
            state.isEnded = true
            defer { state.waiters = [:] }
            return (Array(state.waiters.values), state.watch)
        }
        watch?.call()
        for waiter in waiters { waiter.continuation.resume(returning: false) }
    }
}

extension LogSignal {
    private func enter(_ waiter: Waiter, _ number: UInt64) -> Entry {
        state.withLock { state in
            if state.isEnded || state.calledOff.remove(number) != nil { return .isDone }
            if state.watch != nil, state.head > waiter.position { return .isDone }
            state.lastPresence = .now
            if let watch = state.watch {
                state.waiters[number] = waiter
                if let deadline = waiter.deadline, deadline < state.nextLook { watch.call() }
                return .waits
            }
            let watch = try? environment.watch(thread: "ledger-signal", listens: listens) {
                [self] sign, watch in
                listen(sign, hearsWrites: watch.hearsWrites)
            }
            guard let watch else { return .isAlone }
            state.watch = watch
            state.waiters[number] = waiter
            return .waits
        }
    }

    /// Looks at the head and resumes whom it concerns; answers how long to pause, on the thread.
    private func listen(_ sign: FileWatch.Sign, hearsWrites: Bool) -> Duration? {
        // A log that cannot be read is for those who wait to find out about.
        let head = try? environment.read { (snapshot) throws(JournalError) in
            try log.head(in: snapshot)
        }
        let (waiters, pause) = state.withLock { state in
            state.looks += 1
            state.soonLooks =
                sign == .written ? Self.looksAfterWrite : max(0, state.soonLooks - 1)
            state.head = head ?? state.head
            let waiters = Self.takeDue(from: &state, isReadable: head != nil)
            let pause = Self.pause(&state, hearsWrites: hearsWrites)
            if pause == nil { state.watch = nil }
            return (waiters, pause)
        }
        for waiter in waiters { waiter.continuation.resume(returning: false) }
        return pause
    }

    private static func takeDue(from state: inout State, isReadable: Bool) -> [Waiter] {
        let now = ContinuousClock.now
        if !state.waiters.isEmpty { state.lastPresence = now }
        let isRound = now - state.lastRound >= shortestRound
        let due = state.waiters.filter { _, waiter in
            !isReadable || waiter.deadline.map { $0 <= now } ?? false
                || isRound && waiter.position < state.head
        }
        if isRound, !due.isEmpty { state.lastRound = now }
        for number in due.keys { state.waiters[number] = nil }
        return Array(due.values)
    }

    /// How long to pause; none to end the thread.
    private static func pause(_ state: inout State, hearsWrites: Bool) -> Duration? {
        let now = ContinuousClock.now
        if state.isEnded { return nil }
        if state.waiters.isEmpty, now - state.lastPresence >= safetyPause { return nil }
        var pause = hearsWrites ? safetyPause : deafPause
        if state.soonLooks > 0 {
            pause = .milliseconds(1 << (looksAfterWrite - state.soonLooks))
        }
        for waiter in state.waiters.values {
            if waiter.position < state.head { pause = min(pause, shortestRound) }
            if let deadline = waiter.deadline { pause = min(pause, deadline - now) }
        }
        state.nextLook = now + pause
        return max(pause, .zero)
    }
}
