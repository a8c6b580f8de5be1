internal import Glibc

/// The names of the files of an environment.
enum EnvironmentFiles {
    /// LMDB's data.
    static let data = "data.mdb"
    /// LMDB's reader table and locks; never opened by us while LMDB has it open, because closing
    /// any descriptor of it would drop LMDB's POSIX locks.
    static let lock = "lock.mdb"
    /// Our own lock, by which processes keep each other out.
    static let owner = "owner.lock"

    /// Opens the directory, making it where that is asked for.
    ///
    /// - Returns: the open directory, never one reached through a symbolic link, and whether it was
    ///   made.
    static func openDirectory(
        _ path: String,
        creating: Bool
    ) throws(StorageError) -> (FileDescriptor, isNew: Bool) {
        var information = stat()
        var isNew = false
        if unsafe lstat(path, &information) != 0 {
            guard errno == ENOENT, creating else {
                throw .systemCall("open the ledger", on: path, errno)
            }
            try createDirectory(path)
            isNew = true
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
        return (directory, isNew)
    }

    /// Makes a directory of mode 0700; another process may make it at the same time.
    static func createDirectory(_ path: String) throws(StorageError) {
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
            throw .systemCall("create the directory", on: path, errno)
        }
    }

    /// Gives LMDB's lock file all the space that it will use.
    ///
    /// LMDB makes it without and writes to it through a map, so that a full disk would kill the
    /// process: at opening, or when the 63rd read runs at once. It must not be open by LMDB in
    /// this process.
    ///
    /// - Parameter readers: How many slots a table that is made has.
    static func reserveLock(
        in directory: FileDescriptor, readers: Int
    ) throws(StorageError) {
        let file: FileDescriptor?
        do {
            file = try FileDescriptor(opening: lock, in: directory, O_RDWR | O_CREAT)
        } catch {
            // LMDB says what it needs of a file system that is read-only, or of permissions.
            guard error.code != .diskFull else { throw error }
            return
        }
        guard let file else { return }
        let status = try file.status()
        // Others may have mapped a file that is there, as long as it is.
        let length = status.st_size == 0 ? lockLength(readers: readers) : Int(status.st_size)
        guard status.st_size == 0 || status.st_blocks * 512 < status.st_size else { return }
        // Where the file system cannot reserve, LMDB works as it always did.
        let code = posix_fallocate(file.number, 0, length)
        guard code == ENOSPC || code == EDQUOT else { return }
        throw .systemCall("reserve space in", on: file.path, code)
    }

    /// What LMDB 0.9 makes of it: two cache lines, and one for each reader.
    ///
    /// More readers than any machine runs are not reserved for; LMDB lengthens the file.
    private static func lockLength(readers: Int) -> Int { (min(max(readers, 1), 4096) + 2) * 64 }

    /// Whether there is data that no ledger is open on, or ever was.
    static func isUnclaimed(_ directory: FileDescriptor) throws(StorageError) -> Bool {
        var information = stat()
        if unsafe fstatat(directory.number, owner, &information, AT_SYMLINK_NOFOLLOW) == 0 {
            return false
        }
        return try DataFileHeader.examine(in: directory) == .usable
    }

    /// Removes what a failed opening made in a directory without data, and the directory itself
    /// where that was made too.
    static func removeUnused(in directory: FileDescriptor, path: String, isNew: Bool) {
        // Whoever else is about to make a ledger there holds this lock, or finds that its file is
        // gone and takes that of the next one.
        guard let file = try? FileDescriptor(opening: owner, in: directory, O_RDWR),
            retrying({ flock(file.number, LOCK_EX | LOCK_NB) }) == 0
        else { return }
        var information = stat()
        let hasData =
            unsafe fstatat(directory.number, data, &information, AT_SYMLINK_NOFOLLOW) == 0
            && information.st_size > 0
        guard !hasData else { return }
        for name in [data, lock, owner] { _ = unsafe unlinkat(directory.number, name, 0) }
        if isNew { _ = unsafe rmdir(path) }
    }

    /// Removes the files of an environment, and copies that were not finished, but some.
    ///
    /// Nobody else may be in the directory; other files in it stay.
    static func removeFiles(in directory: FileDescriptor, but kept: Set<String> = []) {
        for name in (try? names(in: directory.path)) ?? [] where !kept.contains(name) {
            guard [data, lock, owner].contains(name) || isUnfinished(name) else {
                continue
            }
            _ = unsafe unlinkat(directory.number, name, 0)
        }
    }

    /// Whether a name is of a copy that was not finished, or marks one.
    static func isUnfinished(_ name: String) -> Bool { name.hasPrefix(".\(data).") }

    /// Whether a directory has nothing in it.
    static func isEmpty(_ path: String) throws(StorageError) -> Bool {
        try names(in: path).isEmpty
    }

    /// The names of all that is in a directory.
    static func names(in path: String) throws(StorageError) -> [String] {
        guard let stream = unsafe opendir(path) else {
            throw .systemCall("list", on: path, errno)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { characters in
                    unsafe String(cString: characters)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes the name of a directory durable, whoever made it.
    static func synchronizeParent(of path: String) throws(StorageError) {
        let parent = DirectoryPath.split(path).parent
        try FileDescriptor(opening: parent, O_RDONLY | O_DIRECTORY).synchronize()
    }
}
