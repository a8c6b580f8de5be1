internal import AccountLedger
internal import AccountLedgerTesting
internal import Testing

@Suite("The code of Testing")
struct TestingSnippets {
    @Test("A rule is tried out in memory: given, when, then")
    func scenario() throws {
        // snippet: scenario
        let account = ProviderAccount(provider: "google", subject: "1093")
        let state = DecisionScenario.stateToken(1)
        let credential = DecisionScenario.credentialID(1)
        var scenario = try DecisionScenario().given(
            Command(.issueState(IssueState(user: "ana", toolkit: "gmail"))),
            Command(.link(LinkGrant(state: state, grant: "grant-1", account: account))))

        let notice = ExpireGrant(grant: "grant-1", reason: "password changed")
        try scenario.when(Command(.expire(notice)))

        try scenario.then(
            .grantExpired(
                GrantExpired(
                    credential: credential, grant: "grant-1", reason: "password changed")))
        let selection = try scenario.selection(of: "ana", toolkit: "gmail")
        // selection.result == .needsReconnect(credential)
        // end snippet
        #expect(selection.result == .needsReconnect(credential))
    }

    @Test("A service is tried out on a ledger on disk, whose clock the test moves")
    func scratch() async throws {
        // snippet: scratch
        let scratch = try ScratchLedger(policy: Policy(allowMultiple: true))
        let ledger = scratch.ledger

        let begun = try await ledger.issueState(
            IssueState(user: "ana", toolkit: "gmail"), at: scratch.clock
        ).get()
        scratch.advance(by: .seconds(11 * 60))

        let outcome = try await ledger.link(
            state: begun.state ?? StateToken(""), grant: "grant-1",
            account: ProviderAccount(provider: "google", subject: "1093"), at: scratch.clock)
        // .refused(.stateExpired(at:)): a state lives ten minutes
        // end snippet
        #expect(outcome.refusal == .stateExpired(at: DecisionScenario.start.adding(seconds: 600)))

        // snippet: execute
        let commands = ["ana", "ben"].map { user in
            Command(.issueState(IssueState(user: user, toolkit: "gmail")))
        }
        let monday = try #require(Timestamp(rfc3339: "2026-03-02T09:00:00Z"))
        let outcomes = try await scratch.execute(commands, at: monday)
        // both applied; the clock shows Monday from here on
        // end snippet
        #expect(outcomes.compactMap(\.refusal) == [])
        #expect(scratch.clock == monday)
    }

    @Test("A projection is tried out on records, and a test waits for its rows")
    func projection() async throws {
        // snippet: projection-under-test
        /// How many live accounts each user has.
        struct AccountCounts: Projection {
            let users = ProjectionTable<UserID, UInt64>("users")

            let name = "account-counts"
            let version = 1
            var tables: [any ProjectionTableDefinition] { [users] }
            let handles: Set<EventKind> = [.grantLinked, .grantRevoked]
            let ignores: Set<EventKind> = [
                .stateIssued, .grantExpired, .labelChanged, .accountSelected,
            ]

            func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws {
                let count = try rows.value(for: record.user, in: users) ?? 0
                switch record.event {
                case .grantLinked(let event) where event.kind == .connected:
                    try rows.put(count + 1, for: record.user, in: users)
                case .grantRevoked(let event) where event.reason != .replaced:
                    try rows.put(count - 1, for: record.user, in: users)
                default: break
                }
            }
        }
        // end snippet

        // snippet: projection
        func connect(_ user: UserID, _ grant: GrantID, _ subject: String) -> Command {
            let account = ProviderAccount(provider: "google", subject: .init(subject))
            return Command(
                .importGrant(
                    ImportGrant(user: user, toolkit: "gmail", grant: grant, account: account)))
        }

        try DecisionScenario()
            .given(
                connect("ana", "grant-1", "1093"), connect("ben", "grant-2", "2077"),
                connect("ana", "grant-3", "3001"),
                Command(.revoke(RevokeGrant(.grant("grant-1"))))
            )
            .project(AccountCounts())
            .repeated()
            .shuffled()
            .then(AccountCounts().users, has: ["ana": 1, "ben": 1])
        // end snippet

        // snippet: projection-events
        let account = ProviderAccount(provider: "google", subject: "1093")
        let connected = GrantLinked(
            credential: "first", grant: "grant-1", toolkit: "gmail", account: account,
            kind: .connected, origin: .imported(source: "a table"))
        let replaced = GrantRevoked(credential: "first", grant: "grant-1", reason: .replaced)

        let scenario = ProjectionScenario(AccountCounts())
            .given(.grantLinked(connected), .grantRevoked(replaced), of: "ana")
        try scenario.then { view in
            let count = try view.value(for: "ana", in: AccountCounts().users)
            // count == 1: the replacement has taken the grant, not the account
            #expect(count == 1)
        }
        // end snippet

        // snippet: wait
        let scratch = try ScratchLedger(seed: 7)
        let counts = try scratch.ledger.open(AccountCounts())
        let following = Task { try await counts.follow() }

        let outcome = try await scratch.execute(connect("ana", "grant-1", "1093")).get()
        let position = outcome.positions?.upperBound ?? .start

        try await counts.wait(for: position, timeout: .seconds(10))
        let count = try counts.read { view throws(ProjectionError) in
            try view.value(for: "ana", in: counts.projection.users)
        }
        following.cancel()
        // end snippet
        #expect(count == 1)
        let again = try ScratchLedger(seed: 7)
        #expect(
            try await again.execute(connect("ana", "grant-1", "1093")).get().credential
                == outcome.credential)
    }
}
