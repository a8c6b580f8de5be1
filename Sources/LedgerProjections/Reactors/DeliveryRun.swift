internal import LedgerDomain
internal import LedgerJournal

/// What one holder of the lock knows while it delivers.
///
/// An effect comes before the commit that notes it, always, so that a record whose process ends in
/// between is delivered again.
struct DeliveryRun<Effect: Reactor> {
    /// How many records are read at once.
    private static var page: Int { 256 }
    /// The longest pause that a reactor may ask for: everything waits behind it.
    private static var longestPause: Duration { .seconds(3600) }
    /// How many parked records are delivered between two of the line.
    private static var mostDue: Int { 8 }
    /// What stands beside a record while it is tried, and when its process ended meanwhile.
    private static var interrupted: String { "the attempt did not end" }
    /// What stands beside a parked record that the log has lost.
    private static var lost: String { "a restored backup does not have the record: discard it" }

    private let reactor: Effect
    private let store: ReactorStore
    private let options: ReactorOptions
    private let queue: BlockingQueue
    private let report: @Sendable (DeliveryReport) -> Void

    /// The last record that was delivered, parked or passed; the stored checkpoint may be earlier.
    private var reached: Checkpoint
    /// The checkpoint that is stored.
    private var stored: Checkpoint
    /// How many records had their effect since.
    private var uncommitted = 0
    /// What is stored of records that failed, but for those that are parked.
    private var failing: [Position: FailedAttempts]
    /// Those of them that had their effect since the last commit.
    private var settled: [Position] = []
    /// How many records may have been under way when the process before this one ended.
    ///
    /// One of them may be what ended it. Their attempts are noted before they begin, so that a
    /// record that ends every process is parked at last.
    private var suspects: Int
    /// When it last looked at what was asked for once more, and whether there was more of it.
    private var lastLook: Timestamp
    private var hasMoreDue = false

    init(_ deliverer: Deliverer<Effect>) async throws {
        reactor = deliverer.reactor
        store = deliverer.store
        options = deliverer.options
        queue = deliverer.queue
        report = deliverer.report
        suspects = deliverer.options.recordsPerCheckpoint
        lastLook = deliverer.options.time.now()
        let store = store
        (stored, failing) = try await queue.run {
            (try store.checkpoint(), try store.failingRecords())
        }
        reached = stored
    }

    /// Delivers everything up to the head at the call, and some of what was asked for once more.
    ///
    /// Where it ends early, what was delivered is noted first.
    ///
    /// - Returns: Whether more was asked for.
    mutating func pass() async throws -> Bool {
        do {
            try await deliverAll()
        } catch {
            try? await commit()
            throw error
        }
        return hasMoreDue
    }

    /// The last record that the run came to.
    var position: Position { reached.position }

    private mutating func deliverAll() async throws {
        let head = try await look()
        while reached.position < head {
            let (store, position) = (store, reached.position)
            let page = try await queue.run {
                store.log.page(after: position, through: head, limit: Self.page)
            }
            for record in page.records {
                try Task.checkCancellation()
                try await take(record)
                if hasPassed(options.interval) { try await look() }
            }
            if let failure = page.failure { throw ReactorError(failure) }
            try await commit()
        }
    }

    /// Tells how far it is, and delivers some of what was asked for once more: not all of it, so
    /// that the line goes on.
    ///
    /// - Returns: The head of the log.
    @discardableResult
    private mutating func look() async throws -> Position {
        let (store, reached) = (store, reached)
        let (head, parked, due) = try await queue.run {
            try store.requireOfLog(reached)
            let due = try store.duePositions(limit: Self.mostDue + 1)
            return (try store.head(), try store.parkedCount(), due)
        }
        let behind = head.number - min(reached.position.number, head.number)
        report(.looked(behind: behind, parked: parked))
        for position in due.prefix(Self.mostDue) {
            try Task.checkCancellation()
            try await redeliver(position)
        }
        hasMoreDue = due.count > Self.mostDue
        lastLook = now
        return head
    }

    /// Whether so much time has passed since it looked last, or the clock was set back.
    private func hasPassed(_ interval: Duration) -> Bool {
        let now = now
        return now < lastLook || now >= lastLook.adding(interval)
    }

    private mutating func take(_ record: EventRecord) async throws {
        guard reactor.handles.contains(record.event.kind) else {
            // It may have been handled by an earlier version of the reactor, and failed.
            if failing[record.position] != nil { settled.append(record.position) }
            reached = Checkpoint(record)
            return
        }
        try await deliver(record)
        suspects = max(0, suspects - 1)
        if uncommitted >= options.recordsPerCheckpoint { try await commit() }
    }

    /// Notes how far the effects are.
    private mutating func commit() async throws {
        guard reached != stored || !settled.isEmpty else { return }
        try await note(ReactorStore.Change(reached: reached))
    }

    /// Notes something, and with it how far the effects are.
    private mutating func note(_ change: ReactorStore.Change) async throws {
        var change = change
        change.reached = reached
        change.settled += settled
        let (store, noted) = (store, change)
        try await queue.run { try store.note(noted) }
        for position in settled { failing[position] = nil }
        settled = []
        stored = reached
        uncommitted = 0
    }
}

extension DeliveryRun {
    /// How an attempt ended.
    private enum Ending {
        case delivered
        case cancelled
        case stopped(String)
        case failed(String, pause: Duration?)
        case hopeless(String)
    }

    private func attempt(_ record: EventRecord, number: Int) async -> Ending {
        do {
            try await reactor.react(to: Delivery(record, attempt: number))
            return .delivered
        } catch {
            // What a cancelled task throws says nothing about the record.
            if Task.isCancelled { return .cancelled }
            switch error as? DeliveryFailure {
            case .park(let reason): return .hopeless(reason)
            case .stop(let reason): return .stopped(reason)
            case .retry(let reason, let pause): return .failed(reason, pause: pause)
            case nil: return .failed("\(type(of: error))", pause: nil)
            }
        }
    }

    /// Delivers a record in its turn: as often as it takes, or until it is parked.
    private mutating func deliver(_ record: EventRecord) async throws {
        let position = record.position
        while true {
            let before = attempts(on: record)
            if let before {
                if before.count >= options.retries.attempts {
                    return try await park(record, before)
                }
                try await wait(before.pause(at: options.time.now()))
            }
            try Task.checkCancellation()
            let known = before ?? FailedAttempts(record, at: options.time.now())
            if suspects > 0 { try await note(position, known.adding(Self.interrupted, at: now)) }
            switch await attempt(record, number: known.count + 1) {
            case .delivered:
                return delivered(record)
            case .cancelled:
                try await forgetAttempt(position, before)
                throw CancellationError()
            case .stopped(let reason):
                try await forgetAttempt(position, before)
                throw stopped(reason, at: position)
            case .hopeless(let reason):
                return try await park(record, known.adding(reason, at: now))
            case .failed(let reason, let pause):
                let after = known.adding(
                    reason, at: now, pause: bounded(pause, after: known.count + 1))
                if after.count >= options.retries.attempts { return try await park(record, after) }
                try await note(position, after)
                report(.failed)
            }
        }
    }

    /// What is kept of a record that failed.
    ///
    /// What is kept of another one, which the log had there before a backup was restored, goes.
    private mutating func attempts(on record: EventRecord) -> FailedAttempts? {
        guard let kept = failing[record.position], kept.id != record.id else {
            return failing[record.position]
        }
        failing[record.position] = nil
        settled.append(record.position)
        return nil
    }

    /// The pause that the reactor asked for, within bounds, else that of the policy.
    private func bounded(_ asked: Duration?, after failures: Int) -> Duration {
        guard let asked else {
            return options.retries.pause(after: failures, chance: options.time.chance())
        }
        return max(.zero, min(asked, Self.longestPause))
    }

    private var now: Timestamp { options.time.now() }

    private mutating func delivered(_ record: EventRecord) {
        if failing[record.position] != nil { settled.append(record.position) }
        reached = Checkpoint(record)
        uncommitted += 1
        report(.delivered)
    }

    private mutating func note(_ position: Position, _ attempts: FailedAttempts) async throws {
        try await note(ReactorStore.Change(failing: (position, attempts)))
        failing[position] = attempts
    }

    /// Takes back what was noted before an attempt that does not count.
    private mutating func forgetAttempt(
        _ position: Position, _ before: FailedAttempts?
    ) async throws {
        guard failing[position] != before else { return }
        if let before { return try await note(position, before) }
        try await note(ReactorStore.Change(settled: [position]))
        failing[position] = nil
    }

    private mutating func park(_ record: EventRecord, _ attempts: FailedAttempts) async throws {
        let before = reached
        reached = Checkpoint(record)
        do {
            try await note(ReactorStore.Change(parked: (record.position, attempts)))
        } catch {
            reached = before
            throw error
        }
        failing[record.position] = nil
        report(
            .parked(
                record.position, record.id, attempts: attempts.count, failure: attempts.failure))
    }

    private func stopped(_ reason: String, at position: Position) -> ReactorError {
        let cause = FailedAttempts.cut(reason)
        return ReactorError(
            .stopped, at: position,
            "Reactor \(reactor.name) stopped before record \(position): \(cause). Mend the cause,"
                + " and run it again.")
    }

    /// Waits, and delivers meanwhile what was asked for once more.
    private mutating func wait(_ pause: Duration) async throws {
        var left = pause
        while left > .zero {
            try Task.checkCancellation()
            let step = min(left, options.interval)
            try await options.time.sleep(step)
            left -= step
            if left > .zero { try await look() }
        }
    }

    /// Delivers a parked record once more, with one attempt.
    private func redeliver(_ position: Position) async throws {
        let (store, time) = (store, now)
        let taken = try await queue.run {
            try store.takeDue(position) { $0.adding(Self.interrupted, at: time) }
        }
        guard let before = taken else { return }
        let found: EventRecord?
        do {
            found = try await queue.run { try store.record(at: position, named: before.id) }
        } catch {
            try await putBack(position, before, isDue: true)
            throw error
        }
        guard let record = found else {
            // No attempt, and nothing that the records after it should wait for.
            return try await putBack(position, before.saying(Self.lost), isDue: false)
        }
        switch await attempt(record, number: before.count + 1) {
        case .delivered:
            _ = try await queue.run { try store.discard(position) }
            report(.delivered)
        case .cancelled:
            try await putBack(position, before, isDue: true)
            throw CancellationError()
        case .stopped(let reason):
            try await putBack(position, before, isDue: true)
            throw stopped(reason, at: position)
        case .failed(let reason, _), .hopeless(let reason):
            let after = before.adding(reason, at: now)
            try await putBack(position, after, isDue: false)
            report(.parked(position, record.id, attempts: after.count, failure: after.failure))
        }
    }

    private func putBack(
        _ position: Position, _ attempts: FailedAttempts, isDue: Bool
    ) async throws {
        let store = store
        try await queue.run { try store.putBack(position, attempts, isDue: isDue) }
    }
}
