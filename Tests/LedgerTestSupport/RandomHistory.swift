package import AccountLedger
package import LedgerDomain

/// A ledger that is given the random commands of a seed.
package struct RandomHistory {
    package let ledger: Ledger
    private var generator: CommandGenerator
    /// Half an hour before midnight, so that a longer history is of two days.
    private var clock = Timestamp(microsecondsSinceEpoch: 1_700_004_600_000_000)

    /// Makes an empty ledger with a simulated clock.
    package init(
        seed: UInt64, at path: String, _ change: (inout LedgerOptions) -> Void = { _ in }
    ) throws {
        var options = LedgerOptions(access: .createNew)
        options.policy = Policy(
            allowMultiple: true, sharedAccounts: !seed.isMultiple(of: 3),
            requireChoice: seed.isMultiple(of: 2), refuseFallback: seed.isMultiple(of: 5))
        options.usesSimulatedClock = true
        options.mapSize = 1 << 30
        change(&options)
        ledger = try Ledger.open(at: path, options: options)
        generator = CommandGenerator(seed: seed)
    }

    /// Gives the ledger so many more commands.
    package mutating func run(_ steps: Int) async throws {
        for _ in 0..<steps {
            clock = clock.adding(
                microseconds: .random(in: -5_000_000...40_000_000, using: &generator.random))
            let command = generator.next(now: clock) { [ledger] user in
                (try? ledger.version(of: user)) ?? UserVersion(0)
            }
            let head = try ledger.head()
            _ = try await ledger.execute(command, at: clock)
            generator.pool.learn(from: try records(after: head))
        }
    }

    /// All records, or those after a position.
    package func records(after position: Position = .start) throws -> [EventRecord] {
        try ledger.read { (view) throws(LedgerError) in
            try view.records(after: position, limit: .max)
        }
    }
}
