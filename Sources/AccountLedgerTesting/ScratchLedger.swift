public import AccountLedger
internal import Foundation
public import LedgerDomain
internal import Synchronization

/// A ledger on disk for one test, with a clock that only the test moves.
///
/// It is a real ledger: the same files, transactions and rules as in a service, in a temporary
/// directory of its own. Records bear the time on the clock, or one microsecond after the last
/// record where the clock is not later.
///
/// Ledger and directory end with this value. Keep it as long as the ledger is used: of
/// `try ScratchLedger().ledger` nothing is left but a ledger that is closed.
public final class ScratchLedger: Sendable {
    /// The ledger, for questions, and for commands that bring `clock` as their time.
    public let ledger: Ledger
    private let time: Mutex<Timestamp>

    /// Makes an empty ledger.
    ///
    /// - Parameters:
    ///   - policy: What the ledger allows.
    ///   - clock: The time on the clock.
    ///   - seed: What the names and tokens that the ledger makes follow from, besides the place in
    ///     the log: the same commands at the same times give the same ones. Random ones where left
    ///     out.
    public init(
        policy: Policy = Policy(), clock: Timestamp = DecisionScenario.start, seed: UInt64? = nil
    ) throws(LedgerError) {
        var options = LedgerOptions(access: .create)
        options.policy = policy
        options.usesSimulatedClock = true
        // Tests run side by side, and a process has room for 127 maps of the default size.
        options.mapSize = 1 << 30
        if let seed {
            options.repeatableBytes = { RepeatableNumbers.bytes($0, for: $1, seed) }
        }
        ledger = try Ledger.open(at: ScratchPlace.newPath(), options: options)
        time = Mutex(clock)
    }

    deinit {
        ledger.close()
        try? FileManager.default.removeItem(atPath: ledger.path)
    }
}

extension ScratchLedger {
    /// The time on the clock; it may be set back, as the clock of a machine may.
    public var clock: Timestamp {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }

    /// Moves the clock on, or back where the duration is negative.
    public func advance(by duration: Duration) {
        time.withLock { $0 = $0.adding(duration) }
    }

    /// Carries out a command, and returns when its outcome is durable.
    ///
    /// - Parameters:
    ///   - command: What is to be done, and who asks.
    ///   - time: What the clock shows from then on. Left as it is if not given.
    public func execute(
        _ command: Command, at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await ledger.execute(command, at: turn(to: time))
    }

    /// Carries out commands in order, each for itself: a refused one leaves the others be.
    ///
    /// - Parameters:
    ///   - commands: What is to be done, in this order.
    ///   - time: What the clock shows from then on. Left as it is if not given.
    /// - Returns: The outcomes in the order of the commands.
    public func execute(
        _ commands: [Command], at time: Timestamp? = nil
    ) async throws(LedgerError) -> [Outcome] {
        try await ledger.execute(
            commands, at: Array(repeating: turn(to: time), count: commands.count))
    }

    private func turn(to time: Timestamp?) -> Timestamp {
        self.time.withLock { now in
            now = time ?? now
            return now
        }
    }
}
