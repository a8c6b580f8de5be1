internal import Foundation
internal import Synchronization

/// A stream of text that is written a block at a time.
package final class TextOutput: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var hasWritten = false
    }

    private static let blockLength = 64 << 10

    private let name: String
    private let sink: @Sendable ([UInt8]) throws -> Void
    private let state = Mutex(State())

    /// Writes to a sink; its name is for messages.
    package init(_ name: String, sink: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
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
            throw CommandFailure(
                .unusable, code: "outputFailed",
                "Writing to \(name) failed (\(error.localizedDescription)). Part of the answer is"
                    + " missing there; free space or choose another place, and repeat the call.")
        }
    }
}
