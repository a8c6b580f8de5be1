internal import Glibc

/// The names of the files of an environment.
enum EnvironmentFiles {
    /// LMDB's data.
    static let data = "data.mdb"
    /// LMDB's reader table and locks; never opened by us, because closing any descriptor of it
    /// would drop LMDB's POSIX locks.
    static let lock = "lock.mdb"
    /// Our own lock, by which processes keep each other out.
    static let owner = "owner.lock"

    /// Opens the directory, making it where that is asked for.
    ///
    /// - Returns: the open directory, never one reached through a symbolic link.
    static func openDirectory(
        _ path: String,
        creating: Bool
    ) throws(StorageError) -> FileDescriptor {
        var information = stat()
        if unsafe lstat(path, &information) != 0 {
            guard errno == ENOENT, creating else {
                throw .systemCall("open the ledger", on: path, errno)
            }
            try createDirectory(path)
        } else if information.st_mode & S_IFMT == S_IFLNK {
            throw .symbolicLink(path)
        }
        let directory = try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        // The other two files are opened by us, and refused then.
        if unsafe fstatat(directory.number, lock, &information, AT_SYMLINK_NOFOLLOW) == 0,
            information.st_mode & S_IFMT == S_IFLNK
        {
            throw .symbolicLink("\(path)/\(lock)")
        }
        return directory
    }

    /// Makes a directory of mode 0700; another process may make it at the same time.
    private static func createDirectory(_ path: String) throws(StorageError) {
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
            throw .systemCall("create the directory", on: path, errno)
        }
    }

    /// Makes the name of a directory durable, whoever made it.
    static func synchronizeParent(of path: String) throws(StorageError) {
        let parent = DirectoryPath.split(path).parent
        try FileDescriptor(opening: parent, O_RDONLY | O_DIRECTORY).synchronize()
    }
}
