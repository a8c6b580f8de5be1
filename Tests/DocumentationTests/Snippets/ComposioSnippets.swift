internal import AccountLedger
internal import Foundation
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
        let session = try ledger.session(user: "user_123")
        let gmail = try session.selection(of: "gmail")
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
        let session = try ledger.session(user: "user_123")
        let begun = try await session.authorize(
            toolkit: "gmail", label: "personal", allowMultiple: true
        ).get()
        // begun.state.secret goes along on the way to the provider and back
        // end snippet
        #expect(begun.toolkit == "gmail")

        // snippet: composio-callback
        let linked = try await session.link(
            state: begun.state, grant: "ca_personal",
            account: ProviderAccount(
                provider: "google", subject: "kim@example.net", email: "kim@example.net"),
            platform: "composio"
        ).get()
        let gmail = try session.selection(of: "gmail")
        // gmail.credential == linked.credential: the session acts as it from now on
        // end snippet
        #expect(gmail.credential == linked.credential)
    }

    @Test("A session is pinned to an account, and another session to another")
    func pinning() async throws {
        let (work, personal) = try await connectTwo()
        // snippet: composio-pin
        let session = try ledger.session(user: "user_123", pins: ["gmail": work])
        let other = try ledger.session(user: "user_123", pins: ["gmail": personal])
        // end snippet
        #expect(try session.selection(of: "gmail").credential == work)
        #expect(try other.selection(of: "gmail").credential == personal)

        // snippet: composio-restore
        let bytes = try JSONEncoder().encode(session.settings)
        let later = try ledger.session(
            restoring: try JSONDecoder().decode(SessionSettings.self, from: bytes))
        // end snippet
        #expect(later.settings == session.settings)
    }

    @Test("A choice is stored for the user")
    func selecting() async throws {
        let (work, _) = try await connectTwo()
        // snippet: composio-select
        let session = try ledger.session(user: "user_123")
        _ = try await session.select(work, for: "gmail").get()
        let gmail = try session.selection(of: "gmail")
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
        var active: [String] = []
        // snippet: composio-toolkits
        let session = try ledger.session(user: "user_123")
        for toolkit in try session.toolkits(["slack"]) {
            guard let account = toolkit.account else { continue }
            active.append("\(toolkit.toolkit): \(account.grant)")
        }
        // active == ["gmail: ca_personal"]
        // end snippet
        #expect(active == ["gmail: ca_personal"])
    }

    @Test("Who waits for a connection is told when it is there")
    func waiting() async throws {
        let session = try ledger.session(user: "user_123")
        let begun = try await session.authorize(toolkit: "gmail").get()
        let callback = Task {
            try await session.link(
                state: begun.state, grant: "ca_work",
                account: ProviderAccount(provider: "google", subject: "kim@example.com"))
        }
        // snippet: composio-wait
        let connection = try await begun.connection(timeout: .seconds(60))
        // connection.credential, as soon as the link is on the disk, by whichever process
        // end snippet
        #expect(connection.credential.id == (try await callback.value.get().credential))
    }
}
