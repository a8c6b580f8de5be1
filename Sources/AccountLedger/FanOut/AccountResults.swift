/// Results of an operation on many accounts, in the order in which they come, lent by
/// `Ledger.fanOut`.
///
/// Each result is given once, also where several loops take from it. No more are begun or kept
/// than the width of the call, so that a slow loop slows the operations. It throws
/// `CancellationError` where the task is cancelled.
public struct AccountResults<Value: Sendable>: AsyncSequence, Sendable {
    /// One result.
    public typealias Element = AccountResult<Value>
    /// That the task was cancelled.
    public typealias Failure = CancellationError

    let stream: AsyncStream<Item>
    let freePlace: @Sendable () -> Void

    /// A result, and whether it keeps a place of the call until it is taken.
    struct Item: Sendable {
        let index: Int
        let result: AccountResult<Value>
        var hasPlace = false
    }

    /// Takes results.
    public struct Iterator: AsyncIteratorProtocol {
        var stream: AsyncStream<Item>.Iterator
        let freePlace: @Sendable () -> Void

        /// The next result; none after the last.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(CancellationError) -> AccountResult<Value>? {
            try await nextItem(isolation: actor)?.result
        }

        mutating func nextItem(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(CancellationError) -> Item? {
            guard let item = await stream.next(isolation: actor) else {
                if Task.isCancelled { throw CancellationError() }
                return nil
            }
            if item.hasPlace { freePlace() }
            return item
        }
    }

    /// Takes results.
    public func makeAsyncIterator() -> Iterator {
        Iterator(stream: stream.makeAsyncIterator(), freePlace: freePlace)
    }
}
