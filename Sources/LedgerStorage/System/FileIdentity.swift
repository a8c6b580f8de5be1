internal import Glibc

/// What tells a file from all others, however its path is written.
package struct FileIdentity: Sendable, Hashable {
    private let device: UInt64
    private let number: UInt64
    /// Whether it is a file with a content that stays, as opposed to a pipe or a terminal.
    package let isRegular: Bool

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }

    /// Which file is at a path.
    package init(path: String) throws(StorageError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw .systemCall("examine", on: path, errno)
        }
        self.init(status)
    }
}
