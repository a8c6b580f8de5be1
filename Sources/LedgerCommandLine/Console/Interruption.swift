internal import Foundation
internal import LedgerStorage
internal import Synchronization

/// A wish to stop early, which work asks after at places where it can stop.
package final class Interruption: Sendable {
    private struct State {
        var isRequested = false
        var handler: (@Sendable () -> Void)?
        var sources: [any DispatchSourceSignal] = []
    }

    private let state = Mutex(State())

    /// Nobody wishes to stop yet.
    package init() {}

    /// Whether somebody wishes to stop.
    package var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Wishes to stop.
    package func request() {
        let handler = state.withLock { state in
            state.isRequested = true
            return state.handler
        }
        handler?()
    }

    /// Runs a body when somebody wishes to stop, at once where somebody did; in place of the last.
    func onRequest(_ handler: (@Sendable () -> Void)?) {
        let isRequested = state.withLock { state in
            state.handler = handler
            return state.isRequested
        }
        if isRequested { handler?() }
    }

    /// Takes the first SIGINT or SIGTERM for a wish; the second one ends the process.
    func watchSignals() {
        state.withLock { state in
            guard state.sources.isEmpty else { return }
            for number in [SIGINT, SIGTERM] {
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(
                    signal: number, queue: DispatchQueue(label: "signals"))
                source.setEventHandler { [weak self] in
                    KeyMode.endBeforeProcess(by: number)
                    self?.request()
                }
                source.resume()
                state.sources.append(source)
            }
        }
    }
}
