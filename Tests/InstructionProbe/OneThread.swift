internal import Dispatch
internal import Synchronization

/// Runs one task, and whatever it waits for, on the thread that asks for it.
///
/// Valgrind cannot follow the threads that libdispatch starts for the usual executor, and what that
/// one does differs from run to run.
final class OneThread: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        arrivals.signal()
    }

    /// Runs a body and returns when it has ended.
    func run(_ body: @escaping @Sendable () async -> Void) {
        let hasEnded = Atomic(false)
        Task(executorPreference: self) {
            await body()
            hasEnded.store(true, ordering: .releasing)
        }
        while !hasEnded.load(ordering: .acquiring) {
            arrivals.wait()
            let job = jobs.withLock { $0.removeFirst() }
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
