internal import Glibc
internal import Synchronization

/// What a batch worker and its thread share.
///
/// The thread holds this and not the worker, so that a worker nobody holds can end.
final class BatchWorkerCore<Item: Sendable>: Sendable {
    private let queue = Monitor(BatchQueue<Item>())
    private let limits: BatchLimits
    private let handle: @Sendable ([Item]) -> Void
    private let thread = Mutex<pthread_t?>(nil)
    private let process = ProcessIdentity.current

    init(limits: BatchLimits, handle: @escaping @Sendable ([Item]) -> Void) {
        self.limits = limits
        self.handle = handle
    }

    func start(name: String) throws(StorageError) {
        let task = ThreadTask(name: String(name.utf8.prefix(15)) ?? "") { [self] in run() }
        let created = try task.start()
        thread.withLock { $0 = created }
    }

    var waiting: Int { queue.quietly { $0.count } }

    func submit(_ item: Item, weight: Int) -> BatchWorker<Item>.Submission {
        guard isOwnProcess else { return .closed }
        let answer = queue.quietly { $0.append(item, weight: weight, limits: limits) }
        switch answer {
        case .accepted(let wakes):
            if wakes { queue.notify() }
            return .accepted
        case .full: return .full
        case .closed: return .closed
        }
    }

    /// A forked child has no worker thread, and perhaps a lock that nobody will give back.
    private var isOwnProcess: Bool { process == ProcessIdentity.current }

    func stopAccepting() {
        if isOwnProcess { queue.change { $0.close() } }
    }

    func close() {
        guard isOwnProcess else { return }
        stopAccepting()
        let isOwnThread = thread.withLock { thread in
            thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
        }
        if isOwnThread { return }
        queue.when({ $0.hasEnded }) { _ in }
    }

    private func run() {
        var lastCount = 1
        var lastDuration: Int64 = 0
        while true {
            // One item wakes the worker, or the end of it all.
            let isOver = queue.when({ $0.count > 0 || $0.isClosed }) { queue in
                queue.wanted = min(lastCount, limits.batch)
                return queue.count == 0
            }
            if isOver { break }
            linger(until: lastCount, atMost: limits.linger(lastDuration))
            let batch = queue.quietly { queue in
                queue.wanted = 1
                return queue.takeBatch(limits: limits)
            }
            let start = SystemClock.monotonic()
            handle(batch)
            lastDuration = SystemClock.monotonic() - start
            lastCount = batch.count
        }
        queue.change { $0.hasEnded = true }
    }

    private func linger(until count: Int, atMost duration: Int64) {
        guard count > 1, duration > 0 else { return }
        queue.wait(until: SystemClock.monotonic() + duration) { queue in
            queue.count >= min(count, limits.batch, limits.items)
                || queue.weight >= limits.batch || queue.isClosed
        }
    }
}
