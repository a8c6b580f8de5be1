internal import Synchronization

/// A thread of its own that works on a state beside its owner, one piece of work at a time.
///
/// The owner hands work over, does other work meanwhile, and waits for the end before it looks at
/// the state.
package final class SideThread<State: Sendable>: Sendable {
    package typealias Work = @Sendable (inout State) -> Void

    private struct Turn {
        var work: Work?
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
        shared.turn.when({ $0.work == nil }, { $0.work = work })
    }

    /// Waits until nothing is worked on, then lends the state.
    package func finish<R: Sendable>(_ body: (inout State) -> R) -> R {
        shared.turn.when({ $0.work == nil }, { _ in })
        return shared.state.withLock { body(&$0) }
    }

    private static func run(_ shared: Shared) {
        while true {
            let work = shared.turn.when({ $0.work != nil || $0.isStopped }, { $0.work })
            guard let work else { return }
            shared.state.withLock { work(&$0) }
            shared.turn.change { $0.work = nil }
        }
    }
}
