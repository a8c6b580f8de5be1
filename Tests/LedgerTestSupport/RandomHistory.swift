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
    ///
    /// - Parameter withReports: Whether every third is what a platform reports of a live grant.
    package mutating func run(_ steps: Int, withReports: Bool = false) async throws {
        for step in 0..<steps {
            if withReports, step % 3 == 2 { try await report(NoticeID("report \(step)")) }
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

    private mutating func report(_ notice: NoticeID) async throws {
        var grants: [GrantID] = []
        for user in generator.pool.users { grants += try ledger.accounts(of: user).map(\.grant) }
        guard let grant = grants.randomElement(using: &generator.random) else { return }
        var context = CommandContext()
        context.occurredAt = clock.adding(
            seconds: .random(in: -600...0, using: &generator.random))
        let status: ReportGrant.Status = generator.random.happens(50) ? .authenticated : .expired
        let report = ReportGrant(grant: grant, status: status, notice: notice)
        _ = try await ledger.execute(Command(.report(report), context: context), at: clock)
    }

    /// All records, or those after a position.
    package func records(after position: Position = .start) throws -> [EventRecord] {
        try ledger.read { (view) throws(LedgerError) in
            try view.records(after: position, limit: .max)
        }
    }
}
