internal import Glibc

/// Files that are written whole or not at all.
package enum DurableFile {
    /// Writes a file of mode 0600 under a temporary name, and moves it into place once durable.
    ///
    /// A reader sees the old content or the new, never a part; when this returns, the new content
    /// survives a loss of power.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(StorageError) {
        try write(bytes, to: path) { (temporary) throws(StorageError) in
            guard unsafe rename(temporary, path) == 0 else {
                throw .systemCall("move a new version to", on: path, errno)
            }
        }
    }

    /// Writes a file of mode 0600 under a name that nothing has yet, and gives it the name once it
    /// is durable.
    ///
    /// Whatever has the name already stays, be it a link that leads nowhere.
    package static func create(_ path: String, with bytes: [UInt8]) throws(StorageError) {
        if isThere(path) { throw exists(path) }
        try write(bytes, to: path) { (temporary) throws(StorageError) in
            // A link replaces nothing, whoever takes the name meanwhile.
            if unsafe link(temporary, path) == 0 {
                _ = unsafe unlink(temporary)
                return
            }
            // A file system without hard links: rename replaces, so look first.
            guard errno == EPERM || errno == EOPNOTSUPP else {
                throw errno == EEXIST ? exists(path) : .systemCall("name", on: path, errno)
            }
            if isThere(path) { throw exists(path) }
            guard unsafe rename(temporary, path) == 0 else {
                throw .systemCall("name", on: path, errno)
            }
        }
    }

    private static func isThere(_ path: String) -> Bool {
        var found = stat()
        return unsafe lstat(path, &found) == 0
    }

    private static func exists(_ path: String) -> StorageError {
        StorageError(
            .pathProblem, subject: path,
            message: "\(path) is there already, and nothing is replaced. Name another file.",
            systemError: EEXIST)
    }

    /// Writes a temporary file beside a path and has it moved there.
    private static func write(
        _ bytes: [UInt8], to path: String, publish: (String) throws(StorageError) -> Void
    ) throws(StorageError) {
        let (parent, _) = DirectoryPath.split(path)
        let directory = try FileDescriptor(opening: parent, O_RDONLY | O_DIRECTORY)
        // Without the name in it, which may be as long as a name can be.
        let temporary = "\(parent)/.new.\(try temporarySuffix())"
        let file = try FileDescriptor(
            opening: temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        do throws(StorageError) {
            try file.write(bytes)
            try file.synchronize()
            try publish(temporary)
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        try directory.synchronize()
    }

    /// Eight hexadecimal digits that no other temporary file has.
    static func temporarySuffix() throws(StorageError) -> String {
        try secureRandomBytes(4).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
