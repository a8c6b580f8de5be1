internal import AccountLedger
internal import Foundation
internal import Testing

@Suite("The code of Sessions")
struct SessionsSnippets {
    private let scratch: ScratchDirectory
    private let ledger: Ledger
    private let work: CredentialID

    /// A ledger in which a user has connected an account for work.
    init() async throws {
        scratch = try ScratchDirectory()
        ledger = try Ledger.open(at: scratch.place("ledger"))
        let grants = [
            ImportGrant(
                user: "user_123", toolkit: "gmail", grant: "ca_work",
                account: ProviderAccount(provider: "google", subject: "1093")),
            ImportGrant(
                user: "acme", toolkit: "gmail", grant: "ca_mia",
                account: ProviderAccount(provider: "google", subject: "7"), member: "mia"),
            ImportGrant(
                user: "acme", toolkit: "gmail", grant: "ca_ben",
                account: ProviderAccount(provider: "google", subject: "8"), member: "ben"),
        ]
        let outcomes = try await ledger.importGrants(grants).outcomes
        work = try #require(try outcomes.first?.get().credential)
    }

    @Test("A session lists its toolkits")
    func listing() throws {
        var lines: [String] = []

        // snippet: session
        let session = try ledger.session(user: "user_123")

        for toolkit in try session.toolkits(["slack"]) {
            lines.append("\(toolkit.toolkit): \(toolkit.credential?.text ?? "-")")
        }
        // gmail: the account that was connected last; slack: -
        // end snippet
        #expect(lines == ["gmail: \(work)", "slack: -"])
    }

    @Test("A pin does not move")
    func pinning() async throws {
        // snippet: session-pin
        let pinned = try ledger.session(user: "user_123", pins: ["gmail": work])
        let selection = try pinned.selection(of: "gmail")
        // selection.credential == work, because .pinned
        // end snippet
        #expect(selection.credential == work)
        #expect(selection.because == .pinned)
    }

    @Test("A session connects a further account, which acts at once")
    func connecting() async throws {
        let session = try ledger.session(user: "user_123")
        let text = "https://auth.example.com/connect?client_id=abc"
        let endpoint = try #require(URL(string: text))

        // snippet: authorize
        let authorization = try await session.authorize(toolkit: "gmail", allowMultiple: true).get()
        let address = authorization.redirect(to: endpoint)
        // https://auth.example.com/connect?client_id=abc&state=...

        // In the callback, which brings the state back:
        let linked = try await session.link(
            state: StateToken(authorization.state.secret), grant: "ca_personal",
            account: ProviderAccount(provider: "google", subject: "1094")
        ).get()
        // session.selection(of: "gmail").credential == linked.credential
        // end snippet
        #expect(try session.selection(of: "gmail").credential == linked.credential)
        #expect(address?.absoluteString.hasPrefix(text + "&state=") == true)
    }

    @Test("A callback looks at its state before anything else")
    func callback() async throws {
        let session = try ledger.session(user: "user_123")
        let begun = try await session.authorize(toolkit: "gmail", allowMultiple: true).get()
        let bens = try await ledger.session(user: "ben").authorize(toolkit: "gmail").get()
        var answers: [String] = []
        for state in [begun.state, bens.state] {
            let answer: String

            // snippet: session-callback
            switch try session.pendingAuthorization(of: state, toolkit: "gmail") {
            case .success:
                answer = "Exchange the code, and link the grant in this session."
            case .failure(let refusal):
                answer = "Not possible: \(refusal.name)."
            }
            // end snippet
            answers.append(answer)
        }
        #expect(answers.map { $0.prefix(3) } == ["Exc", "Not"])
        #expect(answers[1] == "Not possible: unknownState.")
    }

    @Test("An authorization waits until its account is connected")
    func waiting() async throws {
        let session = try ledger.session(user: "user_123")
        let authorization = try await session.authorize(toolkit: "gmail", allowMultiple: true).get()
        let ledger = ledger
        let callback = Task {
            try await ledger.link(
                state: authorization.state, grant: "ca_later",
                account: ProviderAccount(provider: "google", subject: "2203"))
        }

        // snippet: session-wait
        let connection = try await authorization.connection(timeout: .seconds(60))
        // connection.credential acts for gmail now
        // end snippet
        _ = try await callback.value.get()
        #expect(try session.selection(of: "gmail").credential == connection.credential.id)
    }

    @Test("A session goes on from what was written down")
    func restoring() throws {
        let session = try ledger.session(user: "user_123", pins: ["gmail": work])

        // snippet: session-json
        let stored = try JSONEncoder().encode(session.settings)

        let settings = try JSONDecoder().decode(SessionSettings.self, from: stored)
        let restored = try ledger.session(restoring: settings)
        // end snippet
        #expect(restored.settings == session.settings)
    }

    @Test("A session of a member sees the member's accounts")
    func members() throws {
        // snippet: session-member
        let mias = try ledger.session(user: "acme", member: "mia")
        let accounts = try mias.accounts()
        // Mia's, and no others of Acme's
        // end snippet
        #expect(accounts.map(\.member) == ["mia"])
    }
}
