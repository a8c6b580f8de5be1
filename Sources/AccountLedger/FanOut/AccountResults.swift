internal import Synchronization

/// Results of an operation on many accounts, in the order in which they come, lent by
/// `Ledger.fanOut`.
///
/// Each result is given once, also where several loops take from it. No more are begun or kept
/// than the width of the call, so that a slow loop slows the operations. It throws
/// `CancellationError` where the task is cancelled, and from then on in every loop, in whatever
/// task: a loop that is cancelled ends the sequence for all, and results may be missing.
public struct AccountResults<Value: Sendable>: AsyncSequence, Sendable {
    /// One result.
    public typealias Element = AccountResult<Value>
    /// That the task, or another one with a loop over the same results, was cancelled.
    public typealias Failure = CancellationError

    let stream: AsyncStream<Item>
    let cut: Cut
    let freePlace: @Sendable () -> Void

    /// Whether a loop was cancelled before the last result was there.
    final class Cut: Sendable {
        private let made = Atomic<Bool>(false)
        var isMade: Bool { made.load(ordering: .acquiring) }
        func make() { made.store(true, ordering: .releasing) }
    }

    /// A result, and whether it keeps a place of the call until it is taken.
    struct Item: Sendable {
        let index: Int
        let result: AccountResult<Value>
        var hasPlace = false
    }

    /// Takes results.
    public struct Iterator: AsyncIteratorProtocol {
        var stream: AsyncStream<Item>.Iterator
        let cut: Cut
        let freePlace: @Sendable () -> Void

        /// The next result; none after the last.
        ///
        /// - Throws: `CancellationError` where this task is cancelled, or another one was in its
        ///   loop over these results.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(CancellationError) -> AccountResult<Value>? {
            try await nextItem(isolation: actor)?.result
        }

        mutating func nextItem(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(CancellationError) -> Item? {
            guard let item = await stream.next(isolation: actor) else {
                if Task.isCancelled || cut.isMade { throw CancellationError() }
                return nil
            }
            if item.hasPlace { freePlace() }
            return item
        }
    }

    /// Takes results.
    public func makeAsyncIterator() -> Iterator {
        Iterator(stream: stream.makeAsyncIterator(), cut: cut, freePlace: freePlace)
    }
}
