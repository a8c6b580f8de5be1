internal import Foundation

/// The value of a variable of the environment.
package func environment(_ variable: String) -> String? {
    ProcessInfo.processInfo.environment[variable]
}

/// Waits until a condition holds; false where it does not within a minute.
package func eventually(_ condition: () throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return try condition()
}

/// A gate that tasks and threads wait at until it is opened.
package final class Latch: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// A closed gate.
    package init() {}

    /// Opens it for all.
    package func open() { semaphore.signal() }

    /// Waits on this thread until it is open.
    package func wait() {
        semaphore.wait()
        semaphore.signal()
    }
}

/// Runs a body that may block on a thread of its own, and suspends until it has returned.
package func onOwnThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R
{
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
