internal import Glibc

/// An open file descriptor that is closed when its owner goes away.
///
/// Every descriptor is opened with `O_CLOEXEC`, so that no child process inherits it.
final class FileDescriptor: Sendable {
    /// The number of the descriptor, for system calls.
    let number: Int32
    /// What it was opened on, for messages.
    let path: String
    private let closesAtEnd: Bool

    /// Takes over a descriptor that is already open.
    init(adopting number: Int32, path: String, closesAtEnd: Bool = true) {
        self.number = number
        self.path = path
        self.closesAtEnd = closesAtEnd
    }

    /// Opens a file or directory.
    convenience init(
        opening path: String,
        _ flags: Int32,
        mode: mode_t = 0o600
    ) throws(StorageError) {
        let result = retrying { unsafe open(path, flags | O_CLOEXEC, mode) }
        guard result >= 0 else { throw .systemCall("open", on: path, errno) }
        self.init(adopting: result, path: path)
    }

    /// Opens a file inside a directory that is itself open, or answers nil where it is absent.
    convenience init?(
        opening name: String,
        in directory: FileDescriptor,
        _ flags: Int32,
        mode: mode_t = 0o600
    ) throws(StorageError) {
        let result = retrying {
            unsafe openat(directory.number, name, flags | O_CLOEXEC | O_NOFOLLOW, mode)
        }
        let path = "\(directory.path)/\(name)"
        if result < 0, errno == ENOENT { return nil }
        if result < 0, errno == ELOOP { throw .symbolicLink(path) }
        guard result >= 0 else { throw .systemCall("open", on: path, errno) }
        self.init(adopting: result, path: path)
    }

    deinit {
        if closesAtEnd { _ = close(number) }
    }

    /// The length, owner, mode and identity of the file.
    func status() throws(StorageError) -> stat {
        var result = stat()
        guard unsafe fstat(number, &result) == 0 else {
            throw .systemCall("examine", on: path, errno)
        }
        return result
    }

    /// Returns once everything written to the file, or entered into the directory, is durable.
    func synchronize() throws(StorageError) {
        guard retrying({ fsync(number) }) == 0 else {
            throw .systemCall("synchronize", on: path, errno)
        }
    }

    /// Reads once: at most `count` bytes, fewer where fewer are there, none at the end.
    ///
    /// Where whoever opened the descriptor set it not to wait, this waits all the same.
    func read(upTo count: Int, at offset: Int? = nil) throws(StorageError) -> [UInt8] {
        while true {
            if let bytes = try readOnce(count, offset) { return bytes }
            try waitUntilReady(for: POLLIN)
        }
    }

    /// Reads once; none where nothing is there yet and the descriptor does not wait.
    private func readOnce(_ count: Int, _ offset: Int?) throws(StorageError) -> [UInt8]? {
        var result = 0
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, length in
            result = retrying {
                if let offset {
                    unsafe pread(number, buffer.baseAddress, buffer.count, offset)
                } else {
                    unsafe Glibc.read(number, buffer.baseAddress, buffer.count)
                }
            }
            failure = errno
            length = max(result, 0)
        }
        if result < 0, failure == EAGAIN { return nil }
        guard result >= 0 else { throw .systemCall("read", on: path, failure) }
        return bytes
    }

    /// Writes all the bytes, in as many system calls as it takes, and waits as reading does.
    func write(_ bytes: [UInt8]) throws(StorageError) {
        var written = 0
        while written < bytes.count {
            let rest = bytes.span.extracting(written...)
            let result = unsafe rest.withUnsafeBytes { buffer in
                retrying { unsafe Glibc.write(number, buffer.baseAddress, buffer.count) }
            }
            let failure = result < 0 ? errno : EIO
            if result < 0, failure == EAGAIN {
                try waitUntilReady(for: POLLOUT)
                continue
            }
            guard result > 0 else { throw .systemCall("write to", on: path, failure) }
            written += result
        }
    }

    /// Waits until the next call would not have to.
    private func waitUntilReady(for event: Int32) throws(StorageError) {
        var descriptor = pollfd(fd: number, events: Int16(event), revents: 0)
        guard retrying({ unsafe poll(&descriptor, 1, -1) }) >= 0 else {
            throw .systemCall("wait for", on: path, errno)
        }
    }
}

/// Repeats a system call for as long as a signal interrupts it.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

extension StorageError {
    /// Describes a symbolic link where a real file or directory is demanded.
    static func symbolicLink(_ path: String) -> StorageError {
        StorageError(
            .pathProblem,
            subject: path,
            message: """
                \(path) is a symbolic link. Name the real path: two names for one file would \
                defeat the check that a process opens it only once.
                """
        )
    }
}
