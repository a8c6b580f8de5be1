internal import LedgerDomain
internal import LedgerJournal
internal import Synchronization

/// Those of this process who wait for states to be used, and the one task that looks for them all.
///
/// The task runs while anybody waits. It reads each new record once, whoever it is for, and at the
/// end of a state or of somebody's time looks at the states concerned, in one transaction.
final class ConnectionWaits: Sendable {
    /// What somebody waits for.
    struct Terms: Sendable {
        let state: StateDigest
        let expiresAt: Timestamp
        /// When the time to wait is over.
        let deadline: ContinuousClock.Instant?
        let refusedLinks: RefusedLinks
    }

    private struct Wait {
        let terms: Terms
        let continuation: CheckedContinuation<Connection, any Error>
        /// When to look, whatever happens.
        var due: ContinuousClock.Instant?
    }

    private struct State {
        var waits: [UInt64: Wait] = [:]
        var numbers: [StateDigest: Set<UInt64>] = [:]
        var lastNumber: UInt64 = 0
        /// The last record that was read for those who wait.
        var position = Position.start
        var isRunning = false
        /// Whether records behind the position are being read, perhaps in a state of the log that
        /// is older than those who have come meanwhile.
        var isReading = false
        /// No wait is due earlier.
        var earliestDue: ContinuousClock.Instant?
        var pages = 0

        mutating func remove(_ number: UInt64) -> Wait? {
            guard let wait = waits.removeValue(forKey: number) else { return nil }
            numbers[wait.terms.state]?.remove(number)
            if numbers[wait.terms.state]?.isEmpty == true { numbers[wait.terms.state] = nil }
            return wait
        }
    }

    private let signal: LogSignal
    /// By which the task waits for the log.
    private let number: UInt64
    private let state = Mutex(State())

    init(_ signal: LogSignal) {
        self.signal = signal
        number = signal.number()
    }

    /// How many wait, and how many pages were read for them.
    var figures: (count: Int, pages: Int) { state.withLock { ($0.waits.count, $0.pages) } }

    /// Waits.
    ///
    /// - Parameter head: The head of the log when the state was seen not to be used.
    func connection(
        _ terms: Terms, seen head: Position, in ledger: Ledger
    ) async throws -> Connection {
        let own = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let wait = Wait(
                    terms: terms, continuation: continuation, due: due(terms, in: ledger))
                enter(wait, own, seen: head, in: ledger)
                if Task.isCancelled { resume(own, throwing: CancellationError()) }
            }
        } onCancel: {
            resume(own, throwing: CancellationError())
        }
    }

    /// Ends the waits for a state.
    func end(_ digest: StateDigest, _ code: ConnectionWaitError.Code) {
        let ended = state.withLock { state in
            (state.numbers[digest] ?? []).compactMap { state.remove($0) }
        }
        for wait in ended { wait.continuation.resume(throwing: ConnectionWaitError(code)) }
    }

    /// Tells those who wait for a state that a link with it was refused.
    func note(_ refusal: Refusal, of digest: StateDigest) {
        if case .stateExpired(let time) = refusal { return end(digest, .stateExpired(at: time)) }
        guard refusal.isOfLink else { return }
        let ended = state.withLock { state in
            (state.numbers[digest] ?? []).filter { number in
                state.waits[number]?.terms.refusedLinks == .end
            }.compactMap { state.remove($0) }
        }
        let error = ConnectionWaitError(.refused(refusal))
        for wait in ended { wait.continuation.resume(throwing: error) }
    }
}

extension ConnectionWaits {
    private func due(_ terms: Terms, in ledger: Ledger) -> ContinuousClock.Instant? {
        [terms.deadline, ledger.moment(of: terms.expiresAt)].compactMap { $0 }.min()
    }

    private func resume(_ number: UInt64, throwing error: any Error) {
        state.withLock { $0.remove(number) }?.continuation.resume(throwing: error)
    }

    private func enter(
        _ wait: Wait, _ own: UInt64, seen head: Position, in ledger: Ledger
    ) {
        let (starts, mayHaveMissed, isEarlier) = state.withLock { state in
            let starts = !state.isRunning
            if starts {
                (state.isRunning, state.position, state.earliestDue) = (true, head, nil)
            }
            state.waits[own] = wait
            state.numbers[wait.terms.state, default: []].insert(own)
            let isEarlier = wait.due.map { due in state.earliestDue.map { due < $0 } ?? true }
            if let due = wait.due, isEarlier == true { state.earliestDue = due }
            return (starts, state.isReading || state.position > head, isEarlier ?? false)
        }
        if starts {
            // It is nobody's: neither the priority nor the values of the first who waits.
            Task.detached { [self] in await run(in: ledger) }
        } else if isEarlier {
            signal.callOff(number)
        }
        // The task may have read past the link before anybody waited for it.
        if mayHaveMissed { settleDue([own: wait.terms], in: ledger, isForced: false) }
    }

    private func run(in ledger: Ledger) async {
        while let position = nextPosition() {
            do throws(LedgerError) {
                let page = try ledger.links(after: position) { digest in
                    state.withLock { $0.numbers[digest] != nil }
                }
                settle(page, in: ledger)
                settleDue(takeDue(), in: ledger, isForced: true)
                guard page.isEnd else { continue }
                await signal.wait(
                    after: page.end, until: state.withLock { $0.earliestDue }, as: number)
            } catch {
                fail(error)
            }
        }
    }

    /// The record to read on behind; none where nobody waits any more, and the task ends.
    private func nextPosition() -> Position? {
        state.withLock { state in
            state.isRunning = !state.waits.isEmpty
            state.isReading = state.isRunning
            state.pages += 1
            return state.isRunning ? state.position : nil
        }
    }

    private func settle(_ page: LinkPage, in ledger: Ledger) {
        var ended: [(Wait, Result<Connection, any Error>)] = []
        state.withLock { state in
            state.position = page.end
            state.isReading = false
            for (digest, connection) in page.connections {
                for number in state.numbers[digest] ?? [] {
                    if let wait = state.remove(number) {
                        ended.append((wait, .success(connection)))
                    }
                }
            }
            guard ledger.usesSimulatedClock, let time = page.time else { return }
            let over = state.waits.filter { ledger.isOver($0.value.terms.expiresAt, at: time) }
            for (number, wait) in over {
                _ = state.remove(number)
                let code = ConnectionWaitError.Code.stateExpired(at: wait.terms.expiresAt)
                ended.append((wait, .failure(ConnectionWaitError(code))))
            }
        }
        for (wait, result) in ended { wait.continuation.resume(with: result) }
    }

    /// Those to look at now; the others' earliest moment is found anew.
    private func takeDue() -> [UInt64: Terms] {
        state.withLock { state in
            let now = ContinuousClock.now
            guard let earliest = state.earliestDue, earliest <= now else { return [:] }
            let due = state.waits.filter { $0.value.due.map { $0 <= now } ?? false }
            state.earliestDue = state.waits.values.compactMap(\.due).filter { $0 > now }.min()
            return due.mapValues(\.terms)
        }
    }

    /// Looks at the states of some who wait, and ends the waits that are over.
    private func settleDue(_ due: [UInt64: Terms], in ledger: Ledger, isForced: Bool) {
        guard !due.isEmpty else { return }
        let look: StateLook
        do { look = try ledger.look(at: Set(due.values.map(\.state))) } catch {
            for number in due.keys { resume(number, throwing: error) }
            return
        }
        for (number, terms) in due {
            if case .consumed(let connection) = look.states[terms.state] {
                let wait = state.withLock { $0.remove(number) }
                wait?.continuation.resume(returning: connection)
            } else if ledger.isOver(terms.expiresAt, at: look.time) {
                let code = ConnectionWaitError.Code.stateExpired(at: terms.expiresAt)
                resume(number, throwing: ConnectionWaitError(code))
            } else if let deadline = terms.deadline, deadline <= .now {
                resume(number, throwing: ConnectionWaitError(.timedOut))
            } else if isForced {
                // The clock was set back meanwhile.
                putOff(number, until: self.due(terms, in: ledger))
            }
        }
    }

    private func putOff(_ number: UInt64, until due: ContinuousClock.Instant?) {
        state.withLock { state in
            state.waits[number]?.due = due
            guard let due else { return }
            state.earliestDue = min(state.earliestDue ?? due, due)
        }
    }

    private func fail(_ error: LedgerError) {
        let waits = state.withLock { state in
            defer { (state.waits, state.numbers) = ([:], [:]) }
            return Array(state.waits.values)
        }
        for wait in waits { wait.continuation.resume(throwing: error) }
    }
}

extension Refusal {
    /// Whether it is the link that could not be, as opposed to a delivery that was garbled, came
    /// twice, or at a wrong moment.
    fileprivate var isOfLink: Bool {
        switch self {
        case .toolkitMismatch, .unknownCredential, .credentialRevoked, .accountMismatch,
            .grantAlreadyLinked, .accountAlreadyLinked, .alreadyConnected, .accountLimitReached,
            .labelTaken:
            true
        case .invalid, .idempotencyKeyReused, .versionConflict, .unknownState, .stateAlreadyUsed,
            .stateExpired, .unknownGrant, .notUsable:
            false
        }
    }
}
