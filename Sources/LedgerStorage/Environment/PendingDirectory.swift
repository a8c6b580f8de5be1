internal import Glibc
internal import Synchronization

/// A directory that gets its name when all that belongs into it is there.
///
/// Until then it is called otherwise, beside its place; whatever ends the work leaves nothing under
/// the name. What a process that was killed has left is removed by the next that comes for the same
/// name, which the lock tells from one that is at work.
package final class PendingDirectory: Sendable {
    /// Where the files are to be put.
    package let path: String
    /// The path that it will have, as an absolute one.
    package let target: String
    private let directory: FileDescriptor
    private let isPublished = Atomic<Bool>(false)

    /// Makes an empty directory beside the place.
    ///
    /// - Parameter target: The path that it will have; nothing is there, or an empty directory.
    package init(for target: String) throws(StorageError) {
        self.target = try DirectoryPath.absolute(target)
        try Self.refuseOccupied(self.target)
        let (parent, name) = DirectoryPath.split(self.target)
        path = "\(parent == "/" ? "" : parent)/.\(name).restoring"
        try EnvironmentFiles.createDirectory(path)
        directory = try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        guard directory.tryLock(LOCK_EX), try isCurrent() else {
            isPublished.store(true, ordering: .relaxed)
            throw StorageError(
                .heldExclusively(by: nil), subject: self.target,
                message: """
                    Another process is restoring into \(self.target). Wait for it to end, or \
                    stop it.
                    """)
        }
        EnvironmentFiles.removeFiles(in: directory)
    }

    /// Gives the directory its name, with the data file and nothing else in it; durable on return.
    package func publish() throws(StorageError) {
        EnvironmentFiles.removeFiles(in: directory, but: EnvironmentFiles.data)
        try directory.synchronize()
        // Over an empty directory this succeeds, and over anything else it fails.
        guard unsafe rename(path, target) == 0 else {
            if errno == ENOTEMPTY || errno == EEXIST { throw Self.occupied(target) }
            throw .systemCall("give its name to", on: target, errno)
        }
        isPublished.store(true, ordering: .relaxed)
        try EnvironmentFiles.synchronizeParent(of: target)
    }

    deinit {
        guard !isPublished.load(ordering: .relaxed) else { return }
        EnvironmentFiles.removeFiles(in: directory)
        _ = unsafe rmdir(path)
        directory.unlock()
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
    }

    private static func occupied(_ target: String) -> StorageError {
        StorageError(
            .pathProblem, subject: target,
            message: "\(target) holds files already, and nothing is replaced. Name another one.",
            systemError: EEXIST)
    }
}
