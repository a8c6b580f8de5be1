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
}
