internal import AccountLedger
internal import Testing

/// A mail application: people connect several mailboxes, and each mailbox is a grant of Nylas.
@Suite("Nylas: several mailboxes of one user")
struct NylasStory {
    private static let ana: UserID = "ana"
    private static let work = ProviderAccount.mailbox("google", "ana@example.com")
    private static let home = ProviderAccount.mailbox("icloud", "ana@example.net")
    private static let team = ProviderAccount.mailbox("microsoft", "team@example.org")

    private var story: Story

    init() throws {
        story = try Story(policy: Policy(allowMultiple: true))
    }

    @Test("Three mailboxes of one user stand side by side, each with its own grant")
    mutating func threeMailboxes() async throws {
        try await connectThree()

        let accounts = try story.ledger.accounts(of: Self.ana)
        #expect(accounts.map(\.grant) == ["grant-work", "grant-home", "grant-team"])
        #expect(accounts.map(\.label) == ["Work", "Personal", "Team"])
        #expect(accounts.map(\.account) == [Self.work, Self.home, Self.team])
        #expect(accounts.map(\.status) == [.valid, .valid, .valid])
    }

    @Test("A grant that one user holds cannot be linked for another")
    mutating func grantOfAnother() async throws {
        try await connectThree()

        let state = try await story.begin(IssueState(user: "ben", toolkit: "mail"))
        let theft = try await story.comeBack(with: state, grant: "grant-work", account: Self.work)

        #expect(theft.refusal == .grantAlreadyLinked(nil), "whose it is stays untold")
        #expect(try story.ledger.accounts(of: "ben").isEmpty)
    }

    @Test("A forged state links nothing")
    mutating func forgedState() async throws {
        _ = try await story.begin(IssueState(user: Self.ana, toolkit: "mail"))
        let head = try story.ledger.head()

        let forged = StateToken("ana")
        let outcome = try await story.comeBack(
            with: forged, grant: "grant-evil", account: Self.home)

        #expect(outcome.refusal == .unknownState)
        #expect(try story.ledger.head() == head, "a refused command leaves no record")
    }

    @Test("A state links once: the same callback again changes nothing, another one is refused")
    mutating func replayedState() async throws {
        let state = try await story.begin(IssueState(user: Self.ana, toolkit: "mail"))
        let first = try await story.comeBack(with: state, grant: "grant-work", account: Self.work)
        let receipt = try first.get()

        let again = try await story.comeBack(with: state, grant: "grant-work", account: Self.work)
        let replay = try await story.comeBack(with: state, grant: "grant-evil", account: Self.home)

        #expect(try again.get().positions == receipt.positions)
        #expect(try again.get().credential == receipt.credential)
        #expect(replay.refusal == .stateAlreadyUsed)
        #expect(try story.ledger.accounts(of: Self.ana).count == 1)
    }

    @Test("A state that was not used within its ten minutes links nothing")
    mutating func expiredState() async throws {
        let end = story.now.adding(seconds: 600)
        let state = try await story.begin(IssueState(user: Self.ana, toolkit: "mail"))
        story.pass(minutes: 9)

        let outcome = try await story.comeBack(with: state, grant: "grant-work", account: Self.work)

        #expect(outcome.refusal == .stateExpired(at: end))
    }

    @Test("One mailbox expires while the others go on working, and comes back by reconnecting")
    mutating func expiryAndReconnection() async throws {
        try await connectThree()
        let notice = ExpireGrant(grant: "grant-work", reason: "password changed", notice: "hook-17")

        let context = CommandContext(actor: .platform("nylas"))
        _ = try await story.execute(.expire(notice), context: context).get()

        let accounts = try story.ledger.accounts(of: Self.ana)
        #expect(accounts.map(\.status) == [.expired, .valid, .valid])
        #expect(accounts.filter(\.isUsable).map(\.grant) == ["grant-home", "grant-team"])
        let expired = try #require(accounts.first)
        #expect(expired.statusReason == "password changed")

        let action = IssueState(user: Self.ana, toolkit: "mail", reconnect: expired.id)
        let receipt = try await story.authorize(action, grant: "grant-work-2", account: Self.work)

        #expect(receipt.kind == .reconnected)
        #expect(receipt.previousGrant == "grant-work")
        let reconnected = try #require(try story.ledger.accounts(of: Self.ana).first)
        #expect(reconnected.id == expired.id)
        #expect(reconnected.label == "Work")
        #expect(reconnected.isUsable)
    }

    @Test("A notice that arrives after the user has reconnected changes no status")
    mutating func lateNotice() async throws {
        try await connectThree()
        let before = story.now
        let work = try #require(try story.ledger.accounts(of: Self.ana).first)
        story.pass(minutes: 60)
        let action = IssueState(user: Self.ana, toolkit: "mail", reconnect: work.id)
        _ = try await story.authorize(action, grant: "grant-work", account: Self.work)

        let late = CommandContext(actor: .platform("nylas"), occurredAt: before)
        let notice = ExpireGrant(grant: "grant-work", notice: "hook-16")
        let receipt = try await story.execute(.expire(notice), context: late).get()

        #expect(receipt.superseded)
        #expect(try story.credential(work.id, of: Self.ana).status == .valid)
    }

    @Test("Disconnecting one mailbox leaves the other two")
    mutating func disconnection() async throws {
        let home = try await connectThree()[1]

        let action = RevokeGrant(.credential(home), user: Self.ana)
        let context = CommandContext(actor: .user(Self.ana))
        _ = try await story.execute(.revoke(action), context: context).get()

        #expect(try story.ledger.accounts(of: Self.ana).map(\.label) == ["Work", "Team"])
        let gone = try story.credential(home, of: Self.ana)
        #expect(gone.status == .revoked)
        #expect(gone.statusReason == RevocationReason.disconnectedByUser.text)
        let last = try #require(try story.ledger.history(of: Self.ana).last)
        #expect(last.event.wireName == "grant-revoked.v1")
        #expect(last.actor == .user(Self.ana))
    }

    @discardableResult
    private mutating func connectThree() async throws -> [CredentialID] {
        [
            try await story.connect(
                Self.ana, "mail", grant: "grant-work", account: Self.work, label: "Work"),
            try await story.connect(
                Self.ana, "mail", grant: "grant-home", account: Self.home, label: "Personal"),
            try await story.connect(
                Self.ana, "mail", grant: "grant-team", account: Self.team, label: "Team"),
        ]
    }
}
