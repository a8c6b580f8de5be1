internal import AccountLedger
internal import Testing

/// An agent with tools: a session acts as one account per toolkit, as in Composio.
@Suite("Composio: which account a session acts as")
struct ComposioStory {
    private static let user: UserID = "user_123"
    private static let gmail: ToolkitID = "gmail"

    private var story: Story
    private let work: CredentialID
    private let personal: CredentialID

    /// Two accounts, connected one after the other.
    init() async throws {
        var story = try Story()
        work = try await story.connect(
            Self.user, Self.gmail, grant: "ca_work", account: .mailbox("google", "kim@example.com"))
        story.pass(minutes: 60)
        personal = try await story.connect(
            Self.user, Self.gmail, grant: "ca_personal",
            account: .mailbox("google", "kim@example.net"))
        self.story = story
    }

    @Test("The account connected last acts, and the answer says why and what was passed over")
    func defaultAccount() throws {
        let selection = try story.ledger.selection(of: Self.user, toolkit: Self.gmail)

        #expect(selection.result == .credential(personal))
        #expect(selection.because == .mostRecentlyConnected)
        #expect(selection.passedOver.map(\.credential) == [work])
        #expect(selection.passedOver.map(\.why) == [.older])
    }

    @Test("A pin holds for one session; a session without one uses the newest account")
    func pinning() throws {
        let pinned = try story.ledger.selection(
            of: Self.user, toolkit: Self.gmail, pins: [Self.gmail: work])
        let other = try story.ledger.selection(of: Self.user, toolkit: Self.gmail)

        #expect(pinned.credential == work)
        #expect(pinned.because == .pinned)
        #expect(pinned.passedOver.map(\.why) == [.notPinned])
        #expect(other.credential == personal)
    }

    @Test("A new session uses an account that was connected since")
    mutating func newestAccount() async throws {
        let third = try await story.connect(
            Self.user, Self.gmail, grant: "ca_third", account: .mailbox("google", "k@example.org"))

        let selection = try story.ledger.selection(of: Self.user, toolkit: Self.gmail)

        #expect(selection.credential == third)
        #expect(selection.passedOver.map(\.credential) == [work, personal])
    }

    @Test("Reconnecting an older account does not make it the default")
    mutating func reconnecting() async throws {
        let action = IssueState(user: Self.user, toolkit: Self.gmail, reconnect: work)
        _ = try await story.authorize(
            action, grant: "ca_work", account: .mailbox("google", "kim@example.com"))

        let selection = try story.ledger.selection(of: Self.user, toolkit: Self.gmail)

        #expect(selection.credential == personal)
    }

    @Test("When the default expires the next one acts; a pin never falls back")
    mutating func expiry() async throws {
        _ = try await story.execute(.expire(ExpireGrant(grant: "ca_personal"))).get()

        let free = try story.ledger.selection(of: Self.user, toolkit: Self.gmail)
        let pinned = try story.ledger.selection(
            of: Self.user, toolkit: Self.gmail, pins: [Self.gmail: personal])

        #expect(free.credential == work)
        #expect(free.because == .onlyUsable)
        #expect(free.passedOver.map(\.why) == [.expired])
        #expect(pinned.result == .needsReconnect(personal))
        #expect(pinned.because == .pinned)
    }

    @Test("A stored choice outlives the session, until it is cleared")
    mutating func storedChoice() async throws {
        let choice = SelectAccount(user: Self.user, toolkit: Self.gmail, credential: work)
        _ = try await story.execute(.select(choice)).get()
        let chosen = try story.ledger.selection(of: Self.user, toolkit: Self.gmail)
        #expect(chosen.credential == work)
        #expect(chosen.because == .selected)

        let clearing = SelectAccount(user: Self.user, toolkit: Self.gmail, credential: nil)
        _ = try await story.execute(.select(clearing)).get()
        let cleared = try story.ledger.selection(of: Self.user, toolkit: Self.gmail)
        #expect(cleared.because == .mostRecentlyConnected)
    }

    @Test("Another user's account cannot be pinned")
    func foreignPin() throws {
        let error = #expect(throws: LedgerError.self) {
            try story.ledger.selection(of: "mallory", toolkit: Self.gmail, pins: [Self.gmail: work])
        }
        #expect(error?.code == .pinRefused(.unknownCredential))
    }

    @Test("What was active at any earlier time can be asked")
    mutating func lookingBack() async throws {
        let then = story.now
        _ = try await story.execute(.expire(ExpireGrant(grant: "ca_personal"))).get()

        let now = try story.ledger.selection(of: Self.user, toolkit: Self.gmail)
        let before = try story.ledger.selection(
            of: Self.user, toolkit: Self.gmail, asOf: .time(then.adding(microseconds: -1)))

        #expect(now.credential == work)
        #expect(before.credential == personal)
    }
}
