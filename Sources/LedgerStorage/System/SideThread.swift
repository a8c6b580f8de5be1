internal import Synchronization

/// A thread of its own that works on a state beside its owner, one piece of work at a time.
///
/// The owner hands work over, does other work meanwhile, and waits for the end before it looks at
/// the state.
package final class SideThread<State: Sendable>: Sendable {
    package typealias Work = @Sendable (inout State) -> Void

    private struct Turn {
        /// What nobody has begun.
        var work: Work?
        /// Whether there is work, or some is done.
        var isBusy = false
        var isStopped = false
    }

    private final class Shared: Sendable {
        let state: Mutex<State>
        let turn = Monitor(Turn())

        init(_ state: State) { self.state = Mutex(state) }
    }

    private let shared: Shared

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: Of the thread; the first 15 bytes are shown by the system.
    ///   - state: What it works on.
    package init(name: String, _ state: State) throws(StorageError) {
        let shared = Shared(state)
        self.shared = shared
        _ = try ThreadTask(name: name) { Self.run(shared) }.start()
    }

    deinit { shared.turn.change { $0.isStopped = true } }

    /// Hands work over, when the work before is done.
    package func begin(_ work: @escaping Work) {
        shared.turn.when({ !$0.isBusy }, { ($0.work, $0.isBusy) = (work, true) })
    }

    /// Waits until nothing is worked on, then lends the state.
    ///
    /// The work that was handed over is gone then, with all that it held.
    package func finish<R: Sendable>(_ body: (inout State) -> R) -> R {
        shared.turn.when({ !$0.isBusy }, { _ in })
        return shared.state.withLock { body(&$0) }
    }

    private static func run(_ shared: Shared) {
        while runNext(shared) { shared.turn.change { $0.isBusy = false } }
    }

    /// Does the next work and lets it go; answers whether there was any.
    @inline(never)
    private static func runNext(_ shared: Shared) -> Bool {
        let work = shared.turn.when({ $0.work != nil || $0.isStopped }, { $0.work.take() })
        guard let work else { return false }
        shared.state.withLock { work(&$0) }
        return true
    }
}
