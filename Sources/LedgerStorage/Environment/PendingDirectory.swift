internal import Glibc
internal import Synchronization

/// A directory that gets its name when all that belongs into it is there.
///
/// Until then it is called otherwise, beside its place; whatever ends the work leaves nothing under
/// the name. What a process that was killed has left is removed by the next that comes for the same
/// name, which the lock tells from one that is at work, and a mark from what others have put there.
package final class PendingDirectory: Sendable {
    /// Where the files are to be put.
    package let path: String
    /// The path that it will have, as an absolute one.
    package let target: String
    private let directory: FileDescriptor
    private let isPublished = Atomic<Bool>(false)

    /// The file that says that all in the directory is ours to remove.
    private static let mark = ".\(EnvironmentFiles.data).restoring"

    /// Makes an empty directory beside the place.
    ///
    /// A directory of its temporary name is taken over where it is ours: of this user, for nobody
    /// else, and empty or with the mark.
    ///
    /// - Parameter target: The path that it will have; nothing is there, or an empty directory.
    package init(for target: String) throws(StorageError) {
        self.target = try DirectoryPath.absolute(target)
        try Self.refuseOccupied(self.target)
        let (parent, name) = DirectoryPath.split(self.target)
        path = "\(parent == "/" ? "" : parent)/.\(name).restoring"
        try EnvironmentFiles.createDirectory(path)
        let opened = try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        try Self.refuseForeign(opened)
        directory = opened
        guard directory.tryLock(LOCK_EX), try isCurrent() else {
            isPublished.store(true, ordering: .relaxed)
            throw StorageError(
                .heldExclusively(by: nil), subject: self.target,
                message: """
                    Another process is restoring into \(self.target). Wait for it to end, or \
                    stop it.
                    """)
        }
        do throws(StorageError) { try takeOver() } catch {
            isPublished.store(true, ordering: .relaxed)
            throw error
        }
    }

    /// Gives the directory its name, with the data file and nothing else in it; durable on return.
    package func publish() throws(StorageError) {
        EnvironmentFiles.removeFiles(in: directory, but: [EnvironmentFiles.data, Self.mark])
        try directory.synchronize()
        _ = unsafe unlinkat(directory.number, Self.mark, 0)
        // Over an empty directory this succeeds, and over anything else it fails.
        guard unsafe rename(path, target) == 0 else {
            let failure = errno
            switch failure {
            case ENOTEMPTY, EEXIST: throw Self.occupied(target)
            case EBUSY: throw Self.mountPoint(target)
            default: throw .systemCall("give its name to", on: target, failure)
            }
        }
        isPublished.store(true, ordering: .relaxed)
        try EnvironmentFiles.synchronizeParent(of: target)
    }

    deinit {
        guard !isPublished.load(ordering: .relaxed) else { return }
        EnvironmentFiles.removeFiles(in: directory, but: [Self.mark])
        _ = unsafe unlinkat(directory.number, Self.mark, 0)
        _ = unsafe rmdir(path)
        directory.unlock()
    }

    /// Removes what a process that was killed has left, and marks the directory.
    ///
    /// The mark is what goes last, and comes first.
    private func takeOver() throws(StorageError) {
        let names = try EnvironmentFiles.names(in: path)
        guard names.isEmpty || names.contains(Self.mark) else { throw Self.foreign(path) }
        EnvironmentFiles.removeFiles(in: directory, but: [Self.mark])
        guard try EnvironmentFiles.names(in: path).allSatisfy({ $0 == Self.mark }) else {
            throw Self.foreign(path)
        }
        _ = try FileDescriptor(opening: Self.mark, in: directory, O_WRONLY | O_CREAT)
        try directory.synchronize()
    }

    private static func refuseForeign(_ directory: FileDescriptor) throws(StorageError) {
        let status = try directory.status()
        guard status.st_uid == geteuid(), status.st_mode & 0o777 == 0o700 else {
            throw foreign(directory.path)
        }
    }

    private static func foreign(_ path: String) -> StorageError {
        StorageError(
            .pathProblem, subject: path,
            message: """
                \(path) was not made by a restore of this user, and is needed for one. See what it \
                is, and move it away.
                """,
            systemError: EEXIST)
    }

    /// Whether the directory that was opened still has its name, and was not published meanwhile.
    private func isCurrent() throws(StorageError) -> Bool {
        let ours = try directory.status()
        var named = stat()
        return unsafe lstat(path, &named) == 0 && named.st_ino == ours.st_ino
    }

    private static func refuseOccupied(_ target: String) throws(StorageError) {
        var found = stat()
        guard unsafe lstat(target, &found) == 0 else {
            guard errno == ENOENT else { throw .systemCall("examine", on: target, errno) }
            return
        }
        if found.st_mode & S_IFMT == S_IFLNK { throw .symbolicLink(target) }
        guard found.st_mode & S_IFMT == S_IFDIR else {
            throw .systemCall("restore into", on: target, ENOTDIR)
        }
        guard try EnvironmentFiles.isEmpty(target) else { throw occupied(target) }
        var above = stat()
        if unsafe stat("\(target)/..", &above) == 0, above.st_dev != found.st_dev {
            throw mountPoint(target)
        }
    }

    private static func mountPoint(_ target: String) -> StorageError {
        StorageError(
            .pathProblem, subject: target,
            message: """
                \(target) is where a file system is mounted, and cannot be replaced. Name a \
                directory below it.
                """,
            systemError: EBUSY)
    }

    private static func occupied(_ target: String) -> StorageError {
        StorageError(
            .pathProblem, subject: target,
            message: "\(target) holds files already, and nothing is replaced. Name another one.",
            systemError: EEXIST)
    }
}
