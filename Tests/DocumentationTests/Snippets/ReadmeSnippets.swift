internal import AccountLedger
internal import Testing

@Suite("The code of the README")
struct ReadmeSnippets {
    @Test("A user connects an account, and the ledger says which one acts and why")
    func connecting() async throws {
        let scratch = try ScratchDirectory()
        let directory = scratch.place("ledger")

        // snippet: readme
        let ledger = try Ledger.open(at: directory)

        // Ana wants to connect Gmail. The state's secret travels through the authorization.
        let begun = try await ledger.issueState(IssueState(user: "ana", toolkit: "gmail")).get()
        let secret = begun.state?.secret ?? ""

        // The callback brings it back, and the code was exchanged for a grant.
        let linked = try await ledger.link(
            state: StateToken(secret), grant: "grant-1",
            account: ProviderAccount(provider: "google", subject: "1093", email: "ana@example.com")
        ).get()

        let selection = try ledger.selection(of: "ana", toolkit: "gmail")
        // selection.credential == linked.credential, because .onlyUsable
        // end snippet

        #expect(selection.credential == linked.credential)
        #expect(selection.because == .onlyUsable)
    }
}
