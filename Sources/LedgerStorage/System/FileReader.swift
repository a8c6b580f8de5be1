internal import Glibc

/// A reader of a file, a pipe or the standard input, chunk by chunk.
package struct FileReader: ~Copyable {
    private let descriptor: FileDescriptor

    /// Opens the file at a path.
    package init(path: String) throws(StorageError) {
        descriptor = try FileDescriptor(opening: path, O_RDONLY)
    }

    private init(descriptor: FileDescriptor) {
        self.descriptor = descriptor
    }

    /// A reader of the standard input, which stays open when the reader goes away.
    package static func standardInput() -> FileReader {
        FileReader(
            descriptor: FileDescriptor(
                adopting: STDIN_FILENO, path: "standard input", closesAtEnd: false))
    }

    /// Which file it is.
    package func identity() throws(StorageError) -> FileIdentity {
        FileIdentity(try descriptor.status())
    }

    /// Waits until some bytes are there and returns them; returns none only at the end.
    ///
    /// A line typed into a pipe is returned as soon as it arrives; the reader never waits for
    /// a full chunk.
    ///
    /// - Parameter count: the most bytes to return, at least 1.
    package func read(upTo count: Int) throws(StorageError) -> [UInt8] {
        try descriptor.read(upTo: max(count, 1))
    }
}
