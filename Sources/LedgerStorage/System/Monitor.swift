internal import Glibc

/// A value behind a lock, with a way to wait until it satisfies a condition.
///
/// `Mutex` of the standard library has no condition variable; this adds one. Waiting happens
/// between accesses to the value, never inside one, so that the exclusivity of `inout` holds.
///
/// Sendable: `state` is only touched between `lock()` and `unlock()`; the two pthread objects are
/// made for use by several threads and keep their address until `deinit`.
@safe package final class Monitor<State>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Accesses cannot overlap: the lock, which no thread takes twice, keeps them apart.
    @exclusivity(unchecked)
    private var state: State

    /// Starts with a value.
    package init(_ state: sending State) {
        unsafe self.state = state
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe check(pthread_mutex_init(mutex, nil))
        unsafe check(pthread_cond_init(condition, &attributes))
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs a body with the value locked, then lets waiting threads look again.
    package func change<Result>(_ body: (inout State) -> Result) -> Result {
        lock()
        defer { unlock() }
        let result = unsafe body(&state)
        notify()
        return result
    }

    /// Lets waiting threads look again.
    func notify() { unsafe check(pthread_cond_broadcast(condition)) }

    /// Runs a body with the value locked; threads that wait are not told of changes.
    package func quietly<Result>(_ body: (inout State) -> Result) -> Result {
        lock()
        defer { unlock() }
        return unsafe body(&state)
    }

    /// Waits until the value satisfies a condition, then runs a body under the same lock.
    package func when<Result>(
        _ ready: (inout State) -> Bool,
        _ body: (inout State) -> Result
    ) -> Result {
        lock()
        defer { unlock() }
        while unsafe !ready(&state) { unsafe check(pthread_cond_wait(condition, mutex)) }
        let result = unsafe body(&state)
        notify()
        return result
    }

    /// Waits until the value satisfies a condition or a time has passed, whichever comes first.
    ///
    /// - Parameter deadline: nanoseconds of the monotonic clock.
    func wait(until deadline: Int64, for ready: (inout State) -> Bool) {
        lock()
        defer { unlock() }
        var time = timespec()
        time.tv_sec = Int(deadline / 1_000_000_000)
        time.tv_nsec = Int(deadline % 1_000_000_000)
        while unsafe !ready(&state) {
            if unsafe pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT { return }
        }
    }

    /// Waits until the value satisfies a condition or some time has passed, whichever comes first.
    package func wait(for time: Duration, _ ready: (inout State) -> Bool) {
        let (seconds, fraction) = time.components
        let nanoseconds = seconds * 1_000_000_000 + fraction / 1_000_000_000
        wait(until: SystemClock.monotonic() + nanoseconds, for: ready)
    }

    private func lock() { unsafe check(pthread_mutex_lock(mutex)) }
    private func unlock() { unsafe check(pthread_mutex_unlock(mutex)) }

    /// These calls fail only when the objects are misused, which this type makes impossible.
    private func check(_ result: Int32) {
        precondition(result == 0, "a pthread lock was misused")
    }
}
