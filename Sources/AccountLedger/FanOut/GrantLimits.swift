public import LedgerDomain
internal import Synchronization

/// Limits on what is done with one grant at once, or within a time, over all calls of a process.
///
/// Platforms throttle by grant. Make one value for each platform, keep it, and give it to every
/// fan-out and to every other call to the platform: what they do with a grant counts together.
///
/// Operations of a grant begin in the order in which they came. One that waits does not keep the
/// other accounts of its fan-out from beginning, and whoever is cancelled leaves the queue at once.
/// A grant with which nothing happens takes no memory.
public final class GrantLimits: Sendable {
    /// How many operations may begin within a time.
    public struct Rate: Hashable, Sendable {
        /// How many, at least 1.
        public let count: Int
        /// The time, more than none; any stretch of that length counts.
        public let interval: Duration

        /// So many operations in any stretch of so long a time.
        public init(_ count: Int, per interval: Duration) {
            self.count = count
            self.interval = interval
        }
    }

    private typealias Addressee = CheckedContinuation<Admission.Order?, Never>

    /// An order that nobody has come for, or somebody who waits for one.
    private enum Mail {
        case order(Admission.Order)
        case expected(Addressee)
        case cancelled
    }

    private struct State {
        var admission: Admission
        var mail: [Admission.Ticket: Mail] = [:]

        /// Leaves new orders for whoever comes for them, and answers those that are waited for.
        mutating func deliveries() -> [(Addressee, Admission.Order)] {
            var deliveries: [(Addressee, Admission.Order)] = []
            for (ticket, order) in admission.takeOrders() {
                if case .expected(let addressee) = mail[ticket] {
                    mail[ticket] = nil
                    deliveries.append((addressee, order))
                } else {
                    mail[ticket] = .order(order)
                }
            }
            return deliveries
        }
    }

    private let state: Mutex<State>

    /// Limits every grant in the same way.
    ///
    /// - Parameters:
    ///   - atOnce: The most operations of a grant at once, at least 1; any number where left out.
    ///   - rate: The most that begin within a time, per grant; any number where left out.
    /// - Throws: `invalidOption` for a number below 1 or a time that is not more than none.
    public convenience init(atOnce: Int? = nil, rate: Rate? = nil) throws(LedgerError) {
        if let atOnce, atOnce < 1 {
            throw LedgerError(
                .invalidOption, subject: "atOnce",
                "\(atOnce) operations at once are not possible. Give 1 or more, or leave it out.")
        }
        if let rate, rate.count < 1 || rate.interval <= .zero {
            throw LedgerError(
                .invalidOption, subject: "rate",
                "A rate of \(rate.count) in \(rate.interval) is not possible. Give 1 or more, in a"
                    + " time that is more than none.")
        }
        self.init(GrantLimit(atOnce: atOnce ?? .max, rate: rate))
    }

    init(_ limit: GrantLimit) {
        state = Mutex(State(admission: Admission(limit)))
    }

    /// Runs an operation of a grant when its turn comes, and waits until then.
    ///
    /// - Warning: Inside an operation of the same grant under the same limits, with `atOnce` 1,
    ///   this waits for the operation that it is part of, and never begins.
    ///
    /// - Parameters:
    ///   - grant: The grant.
    ///   - operation: What to do with it.
    /// - Throws: What the operation throws; `CancellationError` where the task is cancelled before
    ///   its turn.
    public nonisolated(nonsending) func perform<R>(
        for grant: GrantID, _ operation: nonisolated(nonsending) () async throws -> R
    ) async throws -> R {
        let call = open(width: 1)
        defer { close(call) }
        let ticket = try await begin(grant, in: call)
        defer { end(ticket) }
        return try await operation()
    }

    /// How many grants something is remembered of.
    package var rememberedGrants: Int { state.withLock { $0.admission.grantCount } }

    /// How many operations wait for their turn.
    package var waitingOperations: Int { state.withLock { $0.admission.waitingCount } }
}

extension GrantLimits {
    func open(width: Int) -> Admission.Call {
        state.withLock { $0.admission.open(width: width) }
    }

    func close(_ call: Admission.Call) {
        state.withLock { $0.admission.close(call) }
    }

    /// Waits until an operation of a grant may begin.
    func begin(
        _ grant: GrantID, in call: Admission.Call
    ) async throws(CancellationError) -> Admission.Ticket {
        guard !Task.isCancelled else { throw CancellationError() }
        let ticket = change { $0.enter(grant, in: call, at: .now) }
        while true {
            guard let order = await nextOrder(for: ticket) else { throw leave(ticket) }
            switch order {
            case .begin:
                state.withLock { $0.mail[ticket] = nil }
                return ticket
            case .sleep(let time):
                do { try await Task.sleep(until: time, clock: .continuous) } catch {
                    throw leave(ticket)
                }
                change { $0.wake(ticket, at: .now) }
            }
        }
    }

    /// Takes note that an operation has ended; its place is given back apart.
    func end(_ ticket: Admission.Ticket) {
        change { $0.end(ticket, at: .now) }
    }

    /// Gives a place of a call back.
    func freePlace(of call: Admission.Call) {
        change { $0.freePlace(of: call, at: .now) }
    }

    private func leave(_ ticket: Admission.Ticket) -> CancellationError {
        change { $0.leave(ticket, at: .now) }
        state.withLock { $0.mail[ticket] = nil }
        return CancellationError()
    }

    /// Delivers the orders that a change leads to.
    private func change<R: Sendable>(_ body: (inout Admission) -> R) -> R {
        let (result, deliveries) = state.withLock { state in
            (body(&state.admission), state.deliveries())
        }
        for (continuation, order) in deliveries { continuation.resume(returning: order) }
        return result
    }

    /// The next order for whoever holds a ticket; none where the task is cancelled first.
    private func nextOrder(for ticket: Admission.Ticket) async -> Admission.Order? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let found: Mail? = state.withLock { state in
                    let found = state.mail.removeValue(forKey: ticket)
                    if found == nil { state.mail[ticket] = .expected(continuation) }
                    return found
                }
                switch found {
                case .order(let order): continuation.resume(returning: order)
                case .cancelled: continuation.resume(returning: nil)
                case .expected, nil: break
                }
            }
        } onCancel: {
            cancel(ticket)
        }
    }

    /// What was ordered before stays: whoever may begin does, and sees that it is cancelled.
    private func cancel(_ ticket: Admission.Ticket) {
        let addressee: Addressee? = state.withLock { state in
            switch state.mail.removeValue(forKey: ticket) {
            case .expected(let addressee):
                return addressee
            case .order(let order):
                state.mail[ticket] = .order(order)
            case .cancelled, nil:
                state.mail[ticket] = .cancelled
            }
            return nil
        }
        addressee?.resume(returning: nil)
    }
}
