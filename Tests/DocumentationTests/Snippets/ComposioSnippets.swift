internal import AccountLedger
internal import Testing

@Suite("The code of One account per toolkit with Composio")
struct ComposioSnippets {
    private let scratch: ScratchDirectory
    private let ledger: Ledger

    init() throws {
        scratch = try ScratchDirectory()
        ledger = try Ledger.open(at: scratch.place("ledger"))
    }

    private func connectTwo() async throws -> (work: CredentialID, personal: CredentialID) {
        (
            try await ledger.connect(
                "user_123", "gmail", grant: "ca_work", "google", "kim@example.com",
                label: "work", platform: "composio"),
            try await ledger.connect(
                "user_123", "gmail", grant: "ca_personal", "google", "kim@example.net",
                label: "personal", platform: "composio")
        )
    }

    @Test("The account that was connected last acts, and the answer says why")
    func defaultAccount() async throws {
        let (work, personal) = try await connectTwo()
        // snippet: composio-default
        let gmail = try ledger.selection(of: "user_123", toolkit: "gmail")
        // gmail.credential == personal, because .mostRecentlyConnected;
        // gmail.passedOver names work, because it is .older
        // end snippet
        #expect(gmail.credential == personal)
        #expect(gmail.because == .mostRecentlyConnected)
        #expect(gmail.passedOver.map(\.credential) == [work])
    }

    @Test("Each authorization makes an account, which acts at once")
    func connecting() async throws {
        try await ledger.connect(
            "user_123", "gmail", grant: "ca_work", "google", "kim@example.com",
            platform: "composio")
        // snippet: composio-authorize
        let begun = try await ledger.issueState(
            IssueState(
                user: "user_123", toolkit: "gmail", allowMultiple: true, label: "personal")
        ).get()
        let state = begun.state ?? StateToken("")
        // state.secret goes along on the way to the provider and back
        // end snippet
        #expect(begun.credential == nil)

        // snippet: composio-callback
        let linked = try await ledger.link(
            state: state, grant: "ca_personal",
            account: ProviderAccount(
                provider: "google", subject: "kim@example.net", email: "kim@example.net"),
            platform: "composio"
        ).get()
        let gmail = try ledger.selection(of: "user_123", toolkit: "gmail")
        // gmail.credential == linked.credential: it acts from now on
        // end snippet
        #expect(gmail.credential == linked.credential)
    }

    @Test("A session is pinned to an account, and another session to another")
    func pinning() async throws {
        let (work, personal) = try await connectTwo()
        // snippet: composio-pin
        let pins: [ToolkitID: CredentialID] = ["gmail": work]
        let gmail = try ledger.selection(of: "user_123", toolkit: "gmail", pins: pins)
        // gmail.credential == work, because .pinned
        // end snippet
        #expect(gmail.credential == work)
        #expect(gmail.because == .pinned)
        let other = try ledger.selection(
            of: "user_123", toolkit: "gmail", pins: ["gmail": personal])
        #expect(other.credential == personal)
    }

    @Test("A choice is stored for the user")
    func selecting() async throws {
        let (work, _) = try await connectTwo()
        // snippet: composio-select
        _ = try await ledger.select(work, for: "gmail", of: "user_123").get()
        let gmail = try ledger.selection(of: "user_123", toolkit: "gmail")
        // gmail.credential == work, because .selected
        // end snippet
        #expect(gmail.credential == work)
        #expect(gmail.because == .selected)
    }

    @Test("All accounts are listed, and the one of each toolkit that acts")
    func listing() async throws {
        let (work, personal) = try await connectTwo()
        // snippet: composio-list
        let accounts = try ledger.accounts(of: "user_123")
        // all of them, in the order of first connection, with label, status and grant
        // end snippet
        #expect(accounts.map(\.id) == [work, personal])
    }

    @Test("Of each toolkit the account that acts is told")
    func active() async throws {
        _ = try await connectTwo()
        var active: [String] = []
        // snippet: composio-toolkits
        let accounts = try ledger.accounts(of: "user_123")
        for selection in try ledger.selections(of: "user_123") {
            guard let account = accounts.first(where: { $0.id == selection.credential }) else {
                continue
            }
            active.append("\(selection.toolkit): \(account.grant)")
        }
        // active == ["gmail: ca_personal"]
        // end snippet
        #expect(active == ["gmail: ca_personal"])
    }

    @Test("Who waits for a connection is told when it is there")
    func waiting() async throws {
        let asked = IssueState(user: "user_123", toolkit: "gmail")
        let state = try #require(try await ledger.issueState(asked).get().state)
        let issued = try ledger.head()
        let callback = Task { [ledger] in
            try await ledger.link(
                state: state, grant: "ca_work",
                account: ProviderAccount(provider: "google", subject: "kim@example.com"))
        }
        // snippet: composio-wait
        var connected: CredentialID?
        for try await item in ledger.changes(after: issued, of: .user("user_123")) {
            guard case .change(let change) = item, case .connected = change.kind else { continue }
            connected = change.credential
            break
        }
        // end snippet
        #expect(connected == (try await callback.value.get().credential))
    }
}
