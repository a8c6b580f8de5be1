internal import Logging
internal import Synchronization

/// Keeps every line that is logged, with its metadata.
final class LogBook: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    /// How many lines contain a text.
    func count(of text: String) -> Int {
        lines.withLock { $0.count { $0.contains(text) } }
    }

    func logger() -> Logger {
        var logger = Logger(label: "test") { _ in Handler(book: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            book.lines.withLock {
                $0.append("\(event.level) \(event.message) \(event.metadata ?? [:]) \(metadata)")
            }
        }
    }
}
