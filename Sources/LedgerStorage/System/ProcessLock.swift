internal import Glibc

/// A lock that one holder has, over all processes of the machine, until it is released.
///
/// It is an flock(2) on a file of its own, which stays; the kernel drops the lock with the process.
package final class ProcessLock: Sendable {
    private let file: FileDescriptor
    private let process = ProcessIdentity.current

    private init(_ file: FileDescriptor) { self.file = file }

    /// Takes the lock, or refuses at once as `heldExclusively` and names the holder.
    ///
    /// - Parameters:
    ///   - path: The file, of mode 0600, which is made where it is absent.
    ///   - work: What only one may do at a time, for the message: `rebuilds the views of DIR`.
    package static func take(
        _ path: String, for work: String? = nil
    ) throws(StorageError) -> ProcessLock {
        let file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW)
        guard file.tryLock(LOCK_EX) else {
            let holder = file.recordedHolder()
            let who = holder.map { "Process \($0)" } ?? "Another process"
            let why = work ?? "holds the lock \(path)"
            throw StorageError(
                .heldExclusively(by: holder), subject: path,
                message: "\(who) \(why). Wait for it to end, or stop it.")
        }
        let lock = ProcessLock(file)
        try file.record(holder: ProcessIdentity.current)
        return lock
    }

    deinit {
        // A forked child holds nothing.
        guard process == ProcessIdentity.current else { return }
        try? file.record(holder: nil)
        file.unlock()
    }
}
