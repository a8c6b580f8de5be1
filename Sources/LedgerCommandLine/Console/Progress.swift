internal import Synchronization

/// Tells on standard error how far long work is.
///
/// A terminal gets one line that is written over, at most four times a second and not before the first
/// second is over; anything else gets a line every ten seconds.
struct Progress: ~Copyable {
    private static let terminalInterval = Duration.milliseconds(250)
    private static let quietTime = Duration.seconds(1)
    private static let lineInterval = Duration.seconds(10)

    private let console: Console
    private let start = ContinuousClock.now
    private var last: ContinuousClock.Instant
    private var shownLength = 0

    init(on console: Console) {
        self.console = console
        last = start
    }

    /// Says how far the work is, where it is time to.
    mutating func update(_ text: @autoclosure () -> String) {
        let now = ContinuousClock.now
        let interval = console.isErrorTerminal ? Self.terminalInterval : Self.lineInterval
        guard now - last >= interval, now - start >= Self.quietTime else { return }
        last = now
        guard console.isErrorTerminal else { return console.tell(text()) }
        let line = text()
        show(line)
        shownLength = line.count
    }

    /// Leaves the terminal's line empty for what comes next.
    mutating func clear() {
        guard shownLength > 0 else { return }
        show("")
        try? console.errors.write("\r")
        try? console.errors.flush()
        shownLength = 0
    }

    private func show(_ line: String) {
        let rest = String(repeating: " ", count: max(0, shownLength - line.count))
        try? console.errors.write("\r" + line + rest)
        try? console.errors.flush()
    }

    /// A share of a whole, for people: `1200 of 5000 (24 %)`.
    static func share(_ done: UInt64, of total: UInt64, _ noun: String) -> String {
        guard total > 0 else { return "\(done) \(noun)" }
        return "\(done) of \(total) \(noun) (\(done * 100 / total) %)"
    }
}
