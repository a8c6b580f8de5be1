internal import Glibc

/// A writer to a file, a pipe or a stream of the process, in the order of its calls.
package struct FileWriter: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Opens what is at a path, or makes a file of mode 0600; nothing is emptied or replaced.
    ///
    /// A link is followed, and a pipe waits for its reader.
    package init(path: String) throws(StorageError) {
        descriptor = try FileDescriptor(opening: path, O_WRONLY | O_CREAT)
    }

    private init(_ number: Int32, _ name: String) {
        descriptor = FileDescriptor(adopting: number, path: name, closesAtEnd: false)
    }

    /// A writer to the standard output, which stays open when the writer goes away.
    package static func standardOutput() -> FileWriter {
        FileWriter(STDOUT_FILENO, "standard output")
    }

    /// A writer to the standard error, which stays open when the writer goes away.
    package static func standardError() -> FileWriter {
        FileWriter(STDERR_FILENO, "standard error")
    }

    /// A writer to the standard input, in whose place a parent process handed over a stream that is
    /// written to.
    package static func inheritedAsStandardInput() -> FileWriter {
        FileWriter(STDIN_FILENO, "the stream of the parent process")
    }

    /// Which file it is.
    package func identity() throws(StorageError) -> FileIdentity {
        FileIdentity(try descriptor.status())
    }

    /// Empties a regular file; leaves anything else as it is.
    package func empty() throws(StorageError) {
        guard try identity().isRegular else { return }
        guard retrying({ ftruncate(descriptor.number, 0) }) == 0 else {
            throw .systemCall("empty", on: descriptor.path, errno)
        }
    }

    /// Writes all the bytes; waits where the other end is slow.
    package func write(_ bytes: [UInt8]) throws(StorageError) {
        try descriptor.write(bytes)
    }
}
