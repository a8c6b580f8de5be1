internal import Glibc

/// Small files that are replaced whole or not at all.
package enum DurableFile {
    /// Writes a file of mode 0600 under a temporary name, and moves it into place once durable.
    ///
    /// A reader sees the old content or the new, never a part; when this returns, the new content
    /// survives a loss of power.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(StorageError) {
        let (parent, name) = DirectoryPath.split(path)
        let directory = try FileDescriptor(opening: parent, O_RDONLY | O_DIRECTORY)
        let temporary = "\(parent)/.\(name).\(try temporarySuffix())"
        let file = try FileDescriptor(
            opening: temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        do throws(StorageError) {
            try file.write(bytes)
            try file.synchronize()
            guard unsafe rename(temporary, path) == 0 else {
                throw .systemCall("move a new version to", on: path, errno)
            }
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
