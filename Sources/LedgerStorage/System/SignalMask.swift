internal import Glibc

/// The signals that a thread does not take.
package enum SignalMask {
    /// Runs a body on this thread with no signal blocked.
    ///
    /// A process begins with the mask of the thread that starts it, and the threads that tasks run
    /// on block nearly everything: such a process could not be asked to end.
    package static func lifted<R>(_ body: () throws -> R) rethrows -> R {
        var none = sigset_t()
        var before = sigset_t()
        _ = unsafe sigemptyset(&none)
        _ = unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }
}
