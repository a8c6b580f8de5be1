/// Elements that a thread of its own makes ahead of whoever takes them.
///
/// The thread works on the next elements while the last one is used, which is what a second core
/// is good for. It ends with the last element, with a failure, or with `stop()`.
package final class ReadAhead<Element: Sendable, Failure: Error>: Sendable {
    private struct State {
        var ready: [Element] = []
        var end: Result<Void, Failure>?
        var isStopped = false
        var hasEnded = false
    }

    private let state: Monitor<State>

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: Of the thread; the first 15 bytes are shown by the system.
    ///   - depth: How many elements may be ready at once, at least 1.
    ///   - make: Makes the next element, or none when the last one was made.
    package init(
        name: String, depth: Int,
        _ make: @escaping @Sendable () throws(Failure) -> Element?
    ) throws(StorageError) {
        let state = Monitor(State())
        self.state = state
        let thread = ThreadTask(name: name) { Self.fill(state, depth, make) }
        do throws(StorageError) { _ = try thread.start() } catch {
            // Nobody else will say so to whoever stops this.
            state.change { $0.hasEnded = true }
            throw error
        }
    }

    deinit { stop() }

    /// The next element, or none after the last one; waits for it.
    package func next() throws(Failure) -> Element? {
        let taken: Result<Element?, Failure> = state.when {
            !$0.ready.isEmpty || $0.end != nil
        } _: { state in
            if !state.ready.isEmpty { return .success(state.ready.removeFirst()) }
            return state.end?.map { nil } ?? .success(nil)
        }
        return try taken.get()
    }

    /// Ends the thread and returns when it no longer works on anything.
    package func stop() {
        state.change { $0.isStopped = true }
        state.when({ $0.hasEnded }, { _ in })
    }

    private static func fill(
        _ state: Monitor<State>, _ depth: Int, _ make: () throws(Failure) -> Element?
    ) {
        defer { state.change { $0.hasEnded = true } }
        while true {
            let goesOn = state.when({ $0.ready.count < max(depth, 1) || $0.isStopped }) {
                !$0.isStopped
            }
            guard goesOn else { return state.change { $0.end = $0.end ?? .success(()) } }
            let made: Result<Element?, Failure> = Result { () throws(Failure) in try make() }
            switch made {
            case .success(let element?): state.change { $0.ready.append(element) }
            case .success(nil): return state.change { $0.end = .success(()) }
            case .failure(let error): return state.change { $0.end = .failure(error) }
            }
        }
    }
}
