public import LedgerDomain
internal import LedgerStorage

/// Where a reactor begins that was never opened on the ledger.
///
/// One that was goes on where it is, whatever is given here.
public enum ReactorStart: Hashable, Sendable {
    /// With the first record: all of history has its effects now.
    case beginning
    /// With the first record that is appended after the reactor was opened.
    case now
    /// With the record that follows on a position.
    case after(Position)
}

/// How a reactor delivers.
public struct ReactorOptions: Sendable {
    /// How often a failed delivery is tried again, and when.
    public var retries = RetryPolicy()
    /// How many delivered records share a commit of the checkpoint, at least 1; 1.
    ///
    /// It is also how many are delivered again, at most, after the process was killed.
    public var recordsPerCheckpoint = 1
    /// How long to wait before looking for records again once all are delivered; 50 ms.
    public var interval: Duration = .milliseconds(50)
    /// What time it is; tests have their own.
    package var time = ReactorTime()

    /// The defaults.
    public init() {}

    package func check() throws(ReactorError) {
        guard recordsPerCheckpoint >= 1, retries.attempts >= 1, interval > .zero,
            retries.first >= .zero, retries.longest >= retries.first
        else {
            throw ReactorError(
                .invalidOption,
                "An option of the reactor is out of its range. Give at least one attempt and one"
                    + " record for each checkpoint, an interval above zero, and pauses that grow.")
        }
    }
}

/// How often a failed delivery is tried again, and when.
///
/// The pause doubles after each attempt, from the first to the longest one. Each pause is made
/// shorter by chance, down to its half, so that those who failed together do not come back
/// together.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a record is tried before it is parked, at least 1; 8.
    public var attempts: Int
    /// The pause after the first attempt; 1 second.
    public var first: Duration
    /// The longest pause; 5 minutes.
    public var longest: Duration

    /// Describes how often, and when.
    public init(
        attempts: Int = 8, first: Duration = .seconds(1), longest: Duration = .seconds(300)
    ) {
        self.attempts = attempts
        self.first = first
        self.longest = longest
    }

    /// The pause after so many failed attempts.
    ///
    /// - Parameter chance: Between 0 and 1; how much of the half that is up to chance to wait.
    func pause(after failures: Int, chance: Double) -> Duration {
        var pause = min(first, longest)
        for _ in 1..<max(failures, 1) where pause < longest { pause = min(pause * 2, longest) }
        return pause / 2 + pause / 2 * chance
    }
}

/// The clock, the waiting and the chance of a reactor.
package struct ReactorTime: Sendable {
    package var now: @Sendable () -> Timestamp = {
        Timestamp(microsecondsSinceEpoch: SystemClock.now())
    }
    package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    package var chance: @Sendable () -> Double = { Double.random(in: 0...1) }

    package init() {}
}
