internal import Dispatch

/// A thread for work that blocks, which the threads of Swift's concurrency runtime must not do.
struct BlockingQueue: Sendable {
    private let queue: DispatchQueue

    init(_ name: String) { queue = DispatchQueue(label: name) }

    /// Runs a body there; the work is finished even where the task is cancelled.
    func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}
