internal import Foundation

/// Says when what was done so far is worth making durable, so that a crash costs little.
struct SaveInterval {
    private static let length = Duration.seconds(10)
    private var last = ContinuousClock.now

    /// Whether the interval is over; begins the next one where it is.
    mutating func isOver() -> Bool {
        let now = ContinuousClock.now
        guard now - last >= Self.length else { return false }
        last = now
        return true
    }
}

/// Holds work back to a number of records a second.
struct RateLimit {
    private let perSecond: Int?
    private let start = ContinuousClock.now
    private var done = 0

    init(_ perSecond: Int?) { self.perSecond = perSecond }

    /// Waits until that many more records are due.
    mutating func wait(after records: Int) {
        guard let perSecond else { return }
        done += records
        let due = start + .seconds(Double(done) / Double(perSecond))
        let rest = ContinuousClock.now.duration(to: due)
        guard rest > .zero else { return }
        Thread.sleep(forTimeInterval: rest / .seconds(1))
    }
}
