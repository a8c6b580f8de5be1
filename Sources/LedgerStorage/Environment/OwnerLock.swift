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
            guard tryLock(opened.0, alone ? LOCK_EX : LOCK_SH) else {
                throw held(opened.0, directory.path, wantsExclusive: alone)
            }
            // Who failed to make a ledger may have taken the file away meanwhile.
        } while try !isCurrent(found.0, in: directory)
        let (file, isWritable) = found
        guard isWritable else { return OwnerLock(file: file, recorded: nil) }
        // Also erases what an exclusive holder left that was killed.
        try record(exclusive ? ProcessIdentity.current : nil, in: file)
        return OwnerLock(file: file, recorded: exclusive ? ProcessIdentity.current : nil)
    }

    deinit {
        // A forked child holds nothing.
        guard process == ProcessIdentity.current else { return }
        // The next holder must not be mistaken for this one.
        if recorded != nil { _ = ftruncate(file.number, 0) }
        // A process that is just being started has a copy of the descriptor until its program runs;
        // closing ours alone would leave the lock with it for that long.
        _ = flock(file.number, LOCK_UN)
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

    private static func tryLock(_ file: FileDescriptor, _ kind: Int32) -> Bool {
        retrying { flock(file.number, kind | LOCK_NB) } == 0
    }

    private static func record(_ process: pid_t?, in file: FileDescriptor) throws(StorageError) {
        let length = try file.status().st_size
        guard process != nil || length > 0 else { return }
        guard ftruncate(file.number, 0) == 0 else {
            throw .systemCall("write the process identifier to", on: file.path, errno)
        }
        if let process { try file.write(Array("\(process)\n".utf8)) }
    }

    private static func held(
        _ file: FileDescriptor,
        _ path: String,
        wantsExclusive: Bool
    ) -> StorageError {
        // What the file says is only true while somebody holds the lock exclusively.
        let isShared = wantsExclusive && tryLock(file, LOCK_SH)
        let holder = isShared ? nil : recordedHolder(file)
        let who = holder.map { "process \($0)" } ?? "another process"
        let why = isShared ? "has it open, and this opening demands to be alone" : "holds it alone"
        return StorageError(
            .heldExclusively(by: holder),
            subject: path,
            message: "Could not open \(path): \(who) \(why). Wait for it to end, or stop it."
        )
    }

    private static func recordedHolder(_ file: FileDescriptor) -> Int32? {
        guard let bytes = try? file.read(upTo: 16, at: 0) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
