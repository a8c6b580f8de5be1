internal import CLedgerLMDB
internal import Glibc

/// Work for a thread of its own.
///
/// The threads of Swift's concurrency runtime must not block; a thread that waits for commits
/// therefore comes from the operating system.
final class ThreadTask: Sendable {
    private let name: String
    private let work: @Sendable () -> Void

    init(name: String, work: @escaping @Sendable () -> Void) {
        self.name = name
        self.work = work
    }

    /// Starts a detached thread that ends with the work.
    func start() throws(StorageError) -> pthread_t {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let context = unsafe Unmanaged.passRetained(self)
        let code = unsafe pthread_create(
            &thread, &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                let task = unsafe Unmanaged<ThreadTask>.fromOpaque(context).takeRetainedValue()
                unsafe pthread_setname_np(pthread_self(), task.name)
                task.work()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            unsafe context.release()
            throw .systemCall("start the thread", on: name, code)
        }
        return thread
    }
}
