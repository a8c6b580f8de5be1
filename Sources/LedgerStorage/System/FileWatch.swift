internal import CLedgerLMDB
internal import Glibc

/// A thread that is told when a file is written to, by whichever process.
///
/// The kernel tells (inotify), so that nothing is looked at while nothing happens. It tells of
/// calls that write, which is how LMDB writes its data file, and not of stores through a map. Where
/// the kernel cannot tell, because the limits of inotify or of open files are reached, the thread
/// is left with its pauses.
package final class FileWatch: Sendable {
    /// What ended a pause.
    package enum Sign: Sendable, Hashable {
        /// The file was written to, once or several times.
        case written
        /// Somebody called.
        case called
        /// The pause is over.
        case elapsed
    }

    /// Whether the thread is told of writes; else only calls and the end of a pause wake it.
    package let hearsWrites: Bool
    private let changes: FileDescriptor?
    private let calls: FileDescriptor?

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - path: The file; writes to the file that has this name now are told.
    ///   - name: Of the thread; the first 15 bytes are shown by the system.
    ///   - listens: Whether to ask the kernel; a test leaves it out.
    ///   - body: Runs on the thread, first with `called`; answers how long to pause at most, or
    ///     none to end the thread.
    package init(
        of path: String, thread name: String, listens: Bool = true,
        _ body: @escaping @Sendable (Sign, FileWatch) -> Duration?
    ) throws(StorageError) {
        let found = listens ? Self.listen(to: path) : nil
        changes = found
        hearsWrites = found != nil
        let number = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        calls = number < 0 ? nil : FileDescriptor(adopting: number, path: "an eventfd")
        // The thread keeps the watch for as long as it runs.
        let thread = ThreadTask(name: name) { [self] in
            var pause = body(.called, self)
            while let longest = pause { pause = body(wait(upTo: longest), self) }
        }
        _ = try thread.start()
    }

    /// Ends the pause of the thread, or its next one.
    package func call() {
        guard let calls else { return }
        try? calls.write([1, 0, 0, 0, 0, 0, 0, 0])
    }

    private static func listen(to path: String) -> FileDescriptor? {
        let number = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard number >= 0 else { return nil }
        let descriptor = FileDescriptor(adopting: number, path: path)
        guard unsafe inotify_add_watch(number, path, UInt32(IN_MODIFY)) >= 0 else { return nil }
        return descriptor
    }

    /// Without the eventfd a call cannot be heard: no pause is longer than this.
    private static let longestDeafPause = Duration.milliseconds(50)

    private func wait(upTo pause: Duration) -> Sign {
        let longest = calls == nil ? min(pause, Self.longestDeafPause) : pause
        // Rounded up, so that a pause is not over a little too early.
        let milliseconds = Int32(clamping: Int64(max(longest, .zero) / .milliseconds(1) + 0.999))
        var descriptors = [calls, changes].map { descriptor in
            pollfd(fd: descriptor?.number ?? -1, events: Int16(POLLIN), revents: 0)
        }
        let count = unsafe descriptors.withUnsafeMutableBufferPointer { buffer in
            unsafe poll(buffer.baseAddress, nfds_t(buffer.count), milliseconds)
        }
        guard count > 0 else { return .elapsed }
        let isCalled = descriptors[0].revents != 0
        if isCalled, let calls { Self.drain(calls) }
        guard descriptors[1].revents != 0, let changes else { return .called }
        Self.drain(changes)
        return .written
    }

    /// Takes everything that can be read; what it says is known already.
    private static func drain(_ descriptor: FileDescriptor) {
        unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            while unsafe Glibc.read(descriptor.number, buffer.baseAddress, buffer.count) == 4096 {}
        }
    }
}
