internal import Glibc

/// The lock by which processes keep each other out of an environment.
///
/// It is an flock(2) on a file of its own: shared by processes that tolerate others, exclusive
/// otherwise. LMDB's lock file is not used, because its POSIX locks would be lost with any
/// descriptor of it that is closed. The kernel drops the lock with the process.
final class OwnerLock: Sendable {
    private let file: FileDescriptor
    /// The process whose identifier the file bears, where it bears one.
    private let recorded: pid_t?
    private let process = ProcessIdentity.current

    private init(file: FileDescriptor, recorded: pid_t?) {
        self.file = file
        self.recorded = recorded
    }

    /// Takes the lock, or refuses at once and names the holder where it is known.
    ///
    /// - Returns: nil where the file cannot be made because the file system is read-only, so that
    ///   there is nobody to keep out.
    static func take(
        in directory: FileDescriptor,
        access: EnvironmentOptions.Access,
        exclusive: Bool
    ) throws(StorageError) -> OwnerLock? {
        var found: (FileDescriptor, isWritable: Bool)
        var alone: Bool
        repeat {
            guard let opened = try open(in: directory, access: access) else { return nil }
            found = opened
            // On a read-only mount LMDB cannot register readers, and a writer elsewhere would
            // overwrite the pages they read; only being alone is safe.
            alone = exclusive || !opened.isWritable
            guard opened.0.tryLock(alone ? LOCK_EX : LOCK_SH) else {
                throw held(opened.0, directory.path, wantsExclusive: alone)
            }
            // Who failed to make a ledger may have taken the file away meanwhile.
        } while try !isCurrent(found.0, in: directory)
        let (file, isWritable) = found
        guard isWritable else { return OwnerLock(file: file, recorded: nil) }
        // Also erases what an exclusive holder left that was killed.
        try file.record(holder: exclusive ? ProcessIdentity.current : nil)
        return OwnerLock(file: file, recorded: exclusive ? ProcessIdentity.current : nil)
    }

    deinit {
        // A forked child holds nothing.
        guard process == ProcessIdentity.current else { return }
        // The next holder must not be mistaken for this one.
        if recorded != nil { try? file.record(holder: nil) }
        file.unlock()
    }

    private static func open(
        in directory: FileDescriptor,
        access: EnvironmentOptions.Access
    ) throws(StorageError) -> (FileDescriptor, isWritable: Bool)? {
        do throws(StorageError) {
            let flags = O_RDWR | O_CREAT
            let file = try FileDescriptor(opening: EnvironmentFiles.owner, in: directory, flags)
            guard let file else {
                throw StorageError.systemCall("open the ledger", on: directory.path, ENOENT)
            }
            return (file, true)
        } catch {
            guard access == .readOnly, error.code == .readOnly else { throw error }
        }
        let file = try FileDescriptor(opening: EnvironmentFiles.owner, in: directory, O_RDONLY)
        return file.map { ($0, false) }
    }

    /// Whether a locked file still has its name, so that others meet the lock.
    private static func isCurrent(
        _ file: FileDescriptor, in directory: FileDescriptor
    ) throws(StorageError) -> Bool {
        let ours = try file.status()
        var named = stat()
        let code = unsafe fstatat(
            directory.number, EnvironmentFiles.owner, &named, AT_SYMLINK_NOFOLLOW)
        return code == 0 && named.st_ino == ours.st_ino && named.st_dev == ours.st_dev
    }

    private static func held(
        _ file: FileDescriptor,
        _ path: String,
        wantsExclusive: Bool
    ) -> StorageError {
        // What the file says is only true while somebody holds the lock exclusively.
        let isShared = wantsExclusive && file.tryLock(LOCK_SH)
        let holder = isShared ? nil : file.recordedHolder()
        let who = holder.map { "process \($0)" } ?? "another process"
        let why = isShared ? "has it open, and this opening demands to be alone" : "holds it alone"
        return StorageError(
            .heldExclusively(by: holder),
            subject: path,
            message: "Could not open \(path): \(who) \(why). Wait for it to end, or stop it."
        )
    }
}
