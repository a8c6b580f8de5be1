internal import Glibc

/// One thread that handles the items of many producers in batches, in the order of submission.
///
/// A batch is whatever has come in while the last one was handled. Before it takes fewer items
/// than last time, the worker lingers: producers that were just answered are about to submit
/// again, and one batch of all of them costs one commit instead of two. It lingers until as many
/// items are there as in the last batch, and at most for half the time that the last batch took
/// and 0.3 ms. After a batch of one it does not linger, so that a lone producer never waits.
///
/// The handler always runs on the same thread, which LMDB's write transactions need.
package final class BatchWorker<Item: Sendable>: Sendable {
    /// What became of an item.
    package enum Submission: Sendable, Hashable {
        /// The handler will be given the item.
        case accepted
        /// Too much is waiting; the item was not taken.
        case full
        /// The worker is closed; the item was not taken.
        case closed
    }

    private let core: BatchWorkerCore<Item>

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: of the thread; the first 15 bytes are shown by the system.
    ///   - capacity: the most items that wait at once.
    ///   - weightLimit: the greatest sum of the weights that wait at once. A single item that is
    ///     heavier is accepted when nothing else waits.
    ///   - batchWeightLimit: the greatest sum of the weights that the handler is given at once; a
    ///     heavier item is handed over alone.
    ///   - handle: is given the items of a batch, at least one, on the worker's thread.
    package convenience init(
        name: String,
        capacity: Int,
        weightLimit: Int,
        batchWeightLimit: Int = .max,
        handle: @escaping @Sendable ([Item]) -> Void
    ) throws(StorageError) {
        let limits = BatchLimits(
            items: max(capacity, 1), weight: weightLimit, batch: max(batchWeightLimit, 1))
        try self.init(name: name, limits: limits, handle: handle)
    }

    /// Starts the thread with limits that tests may choose freely.
    init(
        name: String,
        limits: BatchLimits,
        handle: @escaping @Sendable ([Item]) -> Void
    ) throws(StorageError) {
        core = BatchWorkerCore(limits: limits, handle: handle)
        try core.start(name: name)
    }

    deinit { core.stopAccepting() }

    /// Hands over an item without waiting for it to be handled.
    ///
    /// - Parameters:
    ///   - item: what the handler will be given.
    ///   - weight: what the item counts towards the weight limits.
    package func submit(_ item: Item, weight: Int) -> Submission {
        core.submit(item, weight: max(weight, 0))
    }

    /// How many items wait at this moment, without those being handled.
    package var waiting: Int { core.waiting }

    /// Refuses further items and returns once all that were accepted have been handled.
    ///
    /// Closing again waits as well. The worker's own thread, that is the handler, may ask for the
    /// closing but cannot wait for itself: there it returns at once.
    package func close() { core.close() }
}
