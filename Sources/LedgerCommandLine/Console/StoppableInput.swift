internal import Foundation
internal import LedgerStorage
internal import Synchronization

/// A source of bytes whose reader can be called back while it waits for them.
///
/// A read that waits cannot be ended. It stays on a thread of its own, and whatever it brings after
/// the wish to stop is not looked at.
struct StoppableInput: Sendable {
    /// What a read brought.
    enum Answer: Sendable {
        /// Some bytes; none at the end.
        case bytes([UInt8])
        /// The wish to stop came first.
        case stopped
        /// The read failed.
        case failed(InputFailure)
    }

    private let read: ByteSource
    private let interruption: Interruption
    private let queue = DispatchQueue(label: "input")

    init(_ interruption: Interruption, read: @escaping ByteSource) {
        self.read = read
        self.interruption = interruption
    }

    /// Waits for the next bytes, or for the wish to stop.
    func next(upTo count: Int) async -> Answer {
        defer { interruption.onRequest(nil) }
        return await withCheckedContinuation { continuation in
            let answer = FirstAnswer(continuation)
            interruption.onRequest { answer.give(.stopped) }
            guard !answer.isGiven else { return }
            queue.async { answer.give(perform(count)) }
        }
    }

    private func perform(_ count: Int) -> Answer {
        do throws(InputFailure) { return .bytes(try read(count)) } catch { return .failed(error) }
    }
}

/// Resumes a continuation with the first of several answers.
private final class FirstAnswer: Sendable {
    private let waiting: Mutex<CheckedContinuation<StoppableInput.Answer, Never>?>

    init(_ continuation: CheckedContinuation<StoppableInput.Answer, Never>) {
        waiting = Mutex(continuation)
    }

    var isGiven: Bool { waiting.withLock { $0 == nil } }

    func give(_ answer: StoppableInput.Answer) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(returning: answer)
    }
}
