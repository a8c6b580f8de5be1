internal import Synchronization

/// Tells on standard error how far long work is.
///
/// A terminal gets one line that is written over, at most four times a second and not before the
/// first second is over; anything else gets a line every ten seconds.
struct Progress: ~Copyable {
    private static let terminalInterval = Duration.milliseconds(250)
    private static let quietTime = Duration.seconds(1)
    private static let lineInterval = Duration.seconds(10)

    private let console: Console
    private let isSilent: Bool
    private let start = ContinuousClock.now
    private var last: ContinuousClock.Instant

    /// Begins now.
    ///
    /// - Parameter isAnswering: Whether the work writes its answer meanwhile: on a terminal the two
    ///   would be mixed up, so nothing is told there.
    init(on console: Console, whileAnswering isAnswering: Bool = false) {
        self.console = console
        isSilent = isAnswering && console.isOutputTerminal
        last = start
    }

    /// Says how far the work is, where it is time to.
    mutating func update(_ text: @autoclosure () -> String) {
        let now = ContinuousClock.now
        let interval = console.isErrorTerminal ? Self.terminalInterval : Self.lineInterval
        guard !isSilent, now - last >= interval, now - start >= Self.quietTime else { return }
        last = now
        if console.isErrorTerminal {
            console.statusLine.show(text(), on: console.errors)
        } else {
            console.tell(text())
        }
    }

    /// Leaves the terminal's line empty for what comes next.
    func clear() {
        console.statusLine.clear(on: console.errors)
    }

    /// A share of a whole, for people: `1200 of 5000 records read (24 %)`.
    static func share(_ done: UInt64, of total: UInt64, _ noun: String) -> String {
        guard total > 0 else { return "\(done) \(noun)" }
        let (quotient, remainder) = (done / total, done % total)
        let percent = quotient * 100 + remainder * 100 / total
        return "\(done) of \(total) \(noun) (\(percent) %)"
    }
}

/// The last line of a terminal, which is written over as work goes on.
final class StatusLine: Sendable {
    private let width = Mutex(0)

    /// Shows a text in place of the one before.
    func show(_ text: String, on output: TextOutput) {
        let before = width.withLock { width in
            defer { width = text.displayWidth }
            return width
        }
        let rest = String(repeating: " ", count: max(0, before - text.displayWidth))
        try? output.write("\r" + text + rest)
        try? output.flush()
    }

    /// Empties the line, and returns to its begin.
    func clear(on output: TextOutput) {
        guard width.withLock({ $0 > 0 }) else { return }
        show("", on: output)
        try? output.write("\r")
        try? output.flush()
    }
}
