internal import CLedgerLMDB
internal import Glibc

/// The process that started this one.
package enum ParentProcess {
    /// Has the system kill this process as soon as its parent has ended, whatever ends that.
    ///
    /// The parent has to start it, and wait for it, on one thread: the end of that thread counts.
    ///
    /// - Parameter parent: The parent's identifier, as the parent knows it.
    /// - Returns: Whether the parent was still there, and this process ends with it.
    package static func endsThisProcess(_ parent: Int32) -> Bool {
        guard account_ledger_signal_on_parent_end(SIGKILL) == 0 else { return false }
        // One that ended before the call sends nothing.
        return getppid() == parent
    }
}
