internal import AccountLedger
internal import SpeedPeer

/// Selections from a ledger of users with three accounts each, all in memory.
final class LedgerSelections {
    private let ledger: Ledger
    private let users: [UserID]

    /// - Parameter path: A ledger that `fill` has filled with as many users.
    init(at path: String, users: Int) throws {
        ledger = try Ledger.open(at: path)
        var generator = RepeatableGenerator()
        // Shuffled before they are made, so that each lies in memory beside the next one asked for.
        self.users = (0..<users).shuffled(using: &generator).map(Samples.user)
    }

    static func fill(_ path: String, users: Int) async throws {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        for start in stride(from: 0, to: 3 * users, by: 999) {
            let numbers = start..<min(start + 999, 3 * users)
            let result = try await ledger.importGrants(numbers.map(Samples.importGrant))
            try expectApplied(result.outcomes)
        }
    }

    /// Asks for every user's selection, each of a snapshot of its own.
    func selectEach(passes: Int) throws -> Run {
        try measured(passes) {
            var found = 0
            for user in users {
                found += Self.acts(try ledger.selection(of: user, toolkit: Samples.toolkit))
            }
            return found
        }
    }

    /// Asks for every user's selection, all of one snapshot.
    func selectTogether(passes: Int) throws -> Run {
        try measured(passes) {
            try ledger.read { view throws(LedgerError) in
                var found = 0
                for user in users {
                    found += Self.acts(try view.selection(of: user, toolkit: Samples.toolkit))
                }
                return found
            }
        }
    }

    private static func acts(_ selection: Selection) -> Int {
        selection.credential != nil && selection.passedOver.count == 2 ? 1 : 0
    }

    private func measured(_ passes: Int, _ body: () throws -> Int) throws -> Run {
        let start = speed_peer_thread_seconds()
        for _ in 0..<passes {
            guard try body() == users.count else { throw Failure("a selection is not as expected") }
        }
        let seconds = speed_peer_thread_seconds() - start
        return Run(calls: passes * users.count, seconds: seconds, processorSeconds: seconds)
    }
}

/// Lookups of the same rows in C.
final class PeerSelections {
    private let rows: OpaquePointer
    private let users: Int

    /// - Parameter ledger: The ledger that the rows are copied from; it must be closed.
    init(at path: String, from ledger: String, users: Int) throws {
        var opened: OpaquePointer?
        try check(speed_peer_rows_open(path, ledger, &opened), "copy the rows")
        guard let opened else { throw Failure("the rows did not open") }
        rows = opened
        self.users = users
    }

    deinit {
        speed_peer_rows_close(rows)
    }

    /// Looks up every row, in one transaction or each in its own.
    func read(passes: Int, transactionPerRow: Bool) throws -> Run {
        var found: UInt64 = 0
        var seconds = 0.0
        let code = speed_peer_rows_read(
            rows, UInt32(passes), transactionPerRow ? 1 : 0, &found, &seconds)
        try check(code, "read rows")
        guard found == UInt64(passes * users) else { throw Failure("a row is missing") }
        return Run(calls: passes * users, seconds: seconds, processorSeconds: seconds)
    }
}

/// Refuses outcomes of which one is not that something was recorded.
func expectApplied(_ outcomes: [Outcome]) throws {
    for outcome in outcomes {
        guard case .applied = outcome else { throw Failure("nothing was recorded: \(outcome)") }
    }
}

/// Numbers that look random and are the same in every run.
private struct RepeatableGenerator: RandomNumberGenerator {
    private var state: UInt64 = 1

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
