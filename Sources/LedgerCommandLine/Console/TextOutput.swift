package import LedgerStorage
internal import Synchronization

/// What writing to a stream fails with.
package typealias OutputFailure = StorageError

/// A stream of text that is written a block at a time.
package final class TextOutput: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var hasWritten = false
    }

    private static let blockLength = 64 << 10

    private let name: String
    private let endsWithReader: Bool
    private let sink: @Sendable ([UInt8]) throws(OutputFailure) -> Void
    private let state = Mutex(State())

    /// Writes to a sink; its name is for messages.
    ///
    /// - Parameter endsWithReader: Whether the reader may end before the writer, as `head` does:
    ///   then the work ends too, and nothing is wrong.
    package init(
        _ name: String, endsWithReader: Bool = false,
        sink: @escaping @Sendable ([UInt8]) throws(OutputFailure) -> Void
    ) {
        self.name = name
        self.endsWithReader = endsWithReader
        self.sink = sink
    }

    /// Whether anything was written so far.
    var hasWritten: Bool { state.withLock { $0.hasWritten } }

    /// Writes a text; it reaches the other end at the latest with the next flush.
    func write(_ text: String) throws(CommandFailure) {
        guard !text.isEmpty else { return }
        let isFull = state.withLock { state in
            state.buffer += text.utf8
            state.hasWritten = true
            return state.buffer.count >= Self.blockLength
        }
        if isFull { try flush() }
    }

    /// Writes a text and ends the line.
    func writeLine(_ text: String) throws(CommandFailure) {
        try write(text + "\n")
    }

    /// Returns when everything written so far has left the process.
    func flush() throws(CommandFailure) {
        let bytes = state.withLock { state in
            defer { state.buffer.removeAll(keepingCapacity: true) }
            return state.buffer
        }
        guard !bytes.isEmpty else { return }
        do {
            try sink(bytes)
        } catch {
            if endsWithReader, error.isClosedPipe { throw .readerGone }
            throw CommandFailure(
                .unusable, code: "outputFailed",
                "\(error.message) Part of what was written to \(name) is missing there.")
        }
    }
}
