internal import Glibc

/// Counts the running transactions of an environment, and lets one caller in alone.
///
/// The memory map may only move, and the environment only be closed, while no transaction of this
/// process is open: LMDB would not refuse, and bytes already lent would fault.
final class TransactionGate: Sendable {
    /// What a transaction does.
    enum Kind {
        case read
        case write
    }

    /// Why a caller is not let in.
    enum Refusal: Error {
        case closed
        case insideTransaction
    }

    /// The transactions of one thread.
    private struct Holder {
        let thread: pthread_t
        var reads = 0
        var writes = 0
    }

    private enum Phase {
        case open
        case closing
        case tearingDown
        case closed
    }

    private struct State {
        var holders: [Holder] = []
        var phase = Phase.open
        /// How many callers wait to be alone, or are.
        var exclusiveRequests = 0
        var isExclusive = false
        /// Whether the last transaction to end has to close, because nobody waits to do it.
        var closesOnLeave = false

        var isIdle: Bool { holders.isEmpty && !isExclusive }

        func holderIndex(_ thread: pthread_t) -> Int? {
            holders.firstIndex { pthread_equal($0.thread, thread) != 0 }
        }
    }

    private let monitor = Monitor(State())

    /// Waits while another thread is alone inside, then counts a transaction of this thread.
    ///
    /// A thread that is inside already does not wait: whoever wants to be alone waits for it.
    func enter(_ kind: Kind) throws(Refusal) {
        let thread = pthread_self()
        let refusal = monitor.when { state in
            state.phase != .open || state.exclusiveRequests == 0
                || state.holderIndex(thread) != nil
        } _: { state -> Refusal? in
            guard state.phase == .open else { return .closed }
            let index = state.holderIndex(thread)
            if kind == .write, let index, state.holders[index].writes > 0 {
                return .insideTransaction
            }
            if index == nil { state.holders.append(Holder(thread: thread)) }
            let place = index ?? state.holders.count - 1
            state.holders[place].reads += kind == .read ? 1 : 0
            state.holders[place].writes += kind == .write ? 1 : 0
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Ends a transaction of this thread; answers whether the caller has to close the environment.
    func leave(_ kind: Kind) -> Bool {
        let thread = pthread_self()
        return monitor.change { state in
            guard let index = state.holderIndex(thread) else { return false }
            state.holders[index].reads -= kind == .read ? 1 : 0
            state.holders[index].writes -= kind == .write ? 1 : 0
            let holder = state.holders[index]
            if holder.reads == 0, holder.writes == 0 {
                // Their order is of no account, and taking out the last moves none.
                state.holders[index] = state.holders[state.holders.count - 1]
                state.holders.removeLast()
            }
            guard state.closesOnLeave, state.isIdle, state.phase == .closing else { return false }
            state.phase = .tearingDown
            return true
        }
    }

    /// Whether the calling thread is inside a transaction of this kind.
    func isInside(_ kind: Kind) -> Bool {
        let thread = pthread_self()
        return monitor.quietly { state in
            guard let index = state.holderIndex(thread) else { return false }
            return (kind == .read ? state.holders[index].reads : state.holders[index].writes) > 0
        }
    }

    /// Waits until no transaction is open, then keeps others out until `endExclusive`.
    func beginExclusive() throws(Refusal) {
        let thread = pthread_self()
        let refusal = monitor.change { state -> Refusal? in
            if state.holderIndex(thread) != nil { return .insideTransaction }
            state.exclusiveRequests += 1
            return nil
        }
        if let refusal { throw refusal }
        let entered = monitor.when({ $0.isIdle || $0.phase != .open }) { state in
            guard state.phase == .open else {
                state.exclusiveRequests -= 1
                return false
            }
            state.isExclusive = true
            return true
        }
        if !entered { throw .closed }
    }

    /// How many callers wait to be alone, or are.
    var exclusiveRequests: Int { monitor.quietly { $0.exclusiveRequests } }

    /// Lets others in again.
    func endExclusive() {
        monitor.change { state in
            state.isExclusive = false
            state.exclusiveRequests -= 1
        }
    }

    /// Refuses new transactions and waits for the running ones; answers whether to close.
    ///
    /// From inside a transaction it cannot wait for itself: the end of the last one closes then.
    func close() -> Bool {
        let thread = pthread_self()
        let waits = monitor.change { state in
            if state.phase == .open { state.phase = .closing }
            let isInside = state.holderIndex(thread) != nil
            if isInside { state.closesOnLeave = true }
            return !isInside
        }
        guard waits else { return false }
        return monitor.when({ $0.phase == .closed || $0.phase == .closing && $0.isIdle }) { state in
            guard state.phase == .closing else { return false }
            state.phase = .tearingDown
            return true
        }
    }

    /// Tells those who wait for the end that the environment is closed.
    func finishClosing() {
        monitor.change { $0.phase = .closed }
    }
}
