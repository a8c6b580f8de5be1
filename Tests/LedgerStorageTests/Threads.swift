internal import Foundation
internal import Synchronization

/// Runs a body on several threads of the operating system at once and waits for all of them.
func withThreads(
    _ count: Int,
    _ body: @escaping @Sendable (Int) throws -> Void
) throws {
    let results = Mutex<[Result<Void, any Error>]>([])
    let done = DispatchSemaphore(value: 0)
    for number in 0..<count {
        Thread.detachNewThread {
            let result = Result { try body(number) }
            results.withLock { $0.append(result) }
            done.signal()
        }
    }
    for _ in 0..<count { done.wait() }
    for result in results.withLock({ $0 }) { try result.get() }
}
