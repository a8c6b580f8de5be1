internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite("Reconciling random ledgers with random listings")
struct ReconciliationPropertyTests {
    private static let everything = Set(ReconciliationFinding.Kind.allCases)

    @Test(
        "Mending ends where nothing is left to mend, and nothing is mended twice",
        arguments: Effort.seeds("LEDGER_RECONCILIATIONS", else: 20))
    func mending(seed: UInt64) async throws {
        var world = try await World(seed: seed)
        for _ in 0..<4 {
            let listing = try world.listing()
            var rounds = 0
            while try await mend(listing, in: world, seed) {
                rounds += 1
                // An account that one round frees can be taken in by the next, and that is all.
                try #require(rounds < 4, "seed \(seed)")
            }
        }
    }

    /// Mends once; answers whether there was something to mend.
    private func mend(
        _ listing: GrantListing, in world: World, _ seed: UInt64
    ) async throws -> Bool {
        let ledger = world.ledger
        let report = try ledger.reconcile(listing, countingCredentialsWithoutPlatform: true)
        let before = try world.credentials()
        let recordedAt = try world.recordingTimes()
        let outcomes = try await apply(report, ledger, world.now)
        let after = try world.credentials()
        for (id, credential) in before where after[id] != credential {
            // Nothing changes but what was reported, and nothing that is newer than the listing.
            let finding = report.findings.first { $0.credential == id && $0.mend != nil }
            #expect(finding?.grant == credential.grant, "seed \(seed)")
            #expect(credential.lastAuthenticatedAt < listing.takenAt, "seed \(seed)")
            let recorded = try #require(recordedAt[credential.version])
            #expect(recorded < listing.takenAt, "seed \(seed)")
        }
        let head = try ledger.head()
        let again = try await apply(report, ledger, world.now)
        #expect(try ledger.head() == head, "seed \(seed)")
        #expect(again.count == outcomes.count)
        return outcomes.contains { outcome in
            if case .applied = outcome.outcome { true } else { false }
        }
    }

    private func apply(
        _ report: ReconciliationReport, _ ledger: Ledger, _ now: Timestamp
    ) async throws -> [MendedFinding] {
        try await ledger.apply(
            report, mending: Self.everything, revokingAlthoughTheListingIsSuspicious: true,
            at: now)
    }

    @Test(
        "The order of the rows does not matter, nor how often one is listed",
        arguments: Effort.seeds("LEDGER_RECONCILIATIONS", else: 20))
    func order(seed: UInt64) async throws {
        var world = try await World(seed: seed)
        let rows = world.rows()
        let listing = try world.listing(of: rows)
        let other = try GrantListing(
            of: listing.platform, takenAt: listing.takenAt, listing.completeness,
            (rows + rows.shuffled(using: &world.random).prefix(5)).shuffled(using: &world.random))
        let reports = try [listing, other].map {
            try world.ledger.reconcile($0, countingCredentialsWithoutPlatform: true)
        }
        #expect(reports[0] == reports[1], "seed \(seed)")
    }

    @Test(
        "A partial listing revokes nothing; a complete one what a look at every account finds",
        arguments: Effort.seeds("LEDGER_RECONCILIATIONS", else: 20))
    func completeness(seed: UInt64) async throws {
        var world = try await World(seed: seed)
        let rows = world.rows()
        let takenAt = world.moment()
        let partial = try GrantListing(of: "nylas", takenAt: takenAt, .partial, rows)
        let complete = try GrantListing(
            of: "nylas", takenAt: takenAt, .complete(CompletenessEvidence(pages: 1)), rows)

        let some = try world.ledger.reconcile(partial, countingCredentialsWithoutPlatform: true)
        let all = try world.ledger.reconcile(complete, countingCredentialsWithoutPlatform: true)

        let listed = Set(rows.map(\.grant))
        let explained = Set(all.findings.filter { $0.kind == .otherGrant }.map(\.credential))
        let recordedAt = try world.recordingTimes()
        let expected = try world.credentials().values.filter { credential in
            credential.isLive && !listed.contains(credential.grant)
                && credential.lastAuthenticatedAt < takenAt && !explained.contains(credential.id)
                && recordedAt[credential.version].map { $0 < takenAt } == true
        }
        let missing = all.findings.filter { $0.kind == .missingThere }
        #expect(
            Set(missing.compactMap(\.credential)) == Set(expected.map(\.id)), "seed \(seed)")

        let head = try world.ledger.head()
        _ = try await apply(some, world.ledger, world.now)
        let records = try world.ledger.read { (view) throws(LedgerError) in
            try view.records(after: head, limit: .max)
        }
        #expect(!some.findings.contains { $0.kind == .missingThere }, "seed \(seed)")
        #expect(!records.contains { $0.event.isRevocation }, "seed \(seed)")
    }
}

extension Event {
    fileprivate var isRevocation: Bool {
        if case .grantRevoked = self { true } else { false }
    }
}

/// A ledger with a random history, and random listings for it.
private struct World {
    let directory: TemporaryDirectory
    let ledger: Ledger
    var random: SeededGenerator
    /// A time after all records.
    let now: Timestamp
    private let first: Timestamp
    private let pool = IdentifierPool()

    init(seed: UInt64) async throws {
        directory = try TemporaryDirectory(in: .memory)
        var history = try RandomHistory(seed: seed, at: directory.appending("ledger"))
        try await history.run(150)
        ledger = history.ledger
        random = SeededGenerator(seed: seed ^ 0x5EED)
        let records = try history.records()
        first = records.first?.recordedAt ?? Timestamp(microsecondsSinceEpoch: 0)
        now = (records.last?.recordedAt ?? first).adding(seconds: 60)
    }

    /// Every credential that was ever made.
    func credentials() throws -> [CredentialID: Credential] {
        let users = try ledger.read { (view) throws(LedgerError) in try view.users(limit: 99) }
        let all = try users.flatMap { try ledger.accounts(of: $0, includingRevoked: true) }
        return Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
    }

    /// When each record was made.
    func recordingTimes() throws -> [Position: Timestamp] {
        let records = try ledger.read { (view) throws(LedgerError) in
            try view.records(after: .start, limit: .max)
        }
        return Dictionary(uniqueKeysWithValues: records.map { ($0.position, $0.recordedAt) })
    }

    /// A moment in the history, or after it.
    mutating func moment() -> Timestamp {
        let length = now.microsecondsSinceEpoch - first.microsecondsSinceEpoch
        return first.adding(microseconds: .random(in: 0...length, using: &random))
    }

    mutating func listing() throws -> GrantListing { try listing(of: rows()) }

    mutating func listing(of rows: [ListedGrant]) throws -> GrantListing {
        let isComplete = random.happens(70)
        return try GrantListing(
            of: "nylas", takenAt: moment(),
            isComplete ? .complete(CompletenessEvidence(pages: 1)) : .partial, rows)
    }

    /// Some of the grants there are, a few that nobody knows, and a few that are listed twice.
    mutating func rows() -> [ListedGrant] {
        let unknown = (0..<4).map { GrantID("unknown \($0)") }
        var rows: [ListedGrant] = []
        for grant in pool.grants + unknown where random.happens(70) { rows.append(row(grant)) }
        for grant in rows.map(\.grant) where random.happens(10) { rows.append(row(grant)) }
        return rows.shuffled(using: &random)
    }

    private mutating func row(_ grant: GrantID) -> ListedGrant {
        var row = ListedGrant(
            grant, random.pick([.valid, .valid, .expired, .revoked, nil], else: nil))
        if random.happens(60) { row.user = pool.users.randomElement(using: &random) }
        if random.happens(60) { row.toolkit = pool.toolkits.randomElement(using: &random) }
        if random.happens(60) {
            row.provider = pool.providers.randomElement(using: &random)
            row.subject = pool.subjects.randomElement(using: &random)
        }
        if random.happens(30) { row.statusChangedAt = moment() }
        if random.happens(30) { row.authenticatedAt = moment() }
        return row
    }
}
