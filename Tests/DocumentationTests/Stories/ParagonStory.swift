internal import AccountLedger
internal import Testing

/// A product with integrations: one account each, unless a second one is asked for, as in Paragon.
@Suite("Paragon: several accounts of one integration")
struct ParagonStory {
    private static let acme: UserID = "acme"
    private static let calendar: ToolkitID = "googleCalendar"
    private static let office = ProviderAccount.mailbox("google", "office@example.com")
    private static let personal = ProviderAccount.mailbox("google", "kim@example.net")
    private static let successor = ProviderAccount.mailbox("google", "desk@example.com")

    private var story: Story

    init() throws {
        story = try Story()
    }

    @Test("A second account is refused unless it is allowed, and the refusal names the first")
    mutating func secondAccount() async throws {
        let first = try await connectOffice()

        let asked = IssueState(user: Self.acme, toolkit: Self.calendar)
        #expect(try await story.execute(.issueState(asked)).refusal == .alreadyConnected(first))

        let allowed = IssueState(user: Self.acme, toolkit: Self.calendar, allowMultiple: true)
        let receipt = try await story.authorize(allowed, grant: "grant-2", account: Self.personal)
        #expect(receipt.kind == .connected)
        #expect(try story.ledger.accounts(of: Self.acme).count == 2)
    }

    @Test("What is allowed is asked again when the authorization comes back")
    mutating func askedAgain() async throws {
        let asked = IssueState(user: Self.acme, toolkit: Self.calendar)
        let slow = try await story.begin(asked)
        let quick = try await story.begin(asked)
        let first = try await story.comeBack(with: quick, grant: "grant-1", account: Self.office)

        let second = try await story.comeBack(with: slow, grant: "grant-2", account: Self.personal)

        let credential = try #require(try first.get().credential)
        #expect(second.refusal == .alreadyConnected(credential))
    }

    @Test("The list shows every account with its status, in the order of connection")
    mutating func listing() async throws {
        let office = try await connectOffice()
        let personal = try await connectPersonal()
        _ = try await story.execute(.expire(ExpireGrant(grant: "grant-2"))).get()

        let accounts = try story.ledger.accounts(of: Self.acme)

        #expect(accounts.map(\.id) == [office, personal])
        #expect(accounts.map(\.status) == [.valid, .expired])
        #expect(accounts.map(\.externalID) == ["calendar-17", nil])
        #expect(accounts.allSatisfy { $0.toolkit == Self.calendar })
    }

    @Test("Replacing an account keeps id, label, external id and place, and revokes the old grant")
    mutating func replacing() async throws {
        let office = try await connectOffice()
        let personal = try await connectPersonal()
        let before = try story.credential(office, of: Self.acme)

        let action = IssueState(user: Self.acme, toolkit: Self.calendar, replace: office)
        let receipt = try await story.authorize(action, grant: "grant-3", account: Self.successor)

        #expect(receipt.kind == .replaced)
        #expect(receipt.credential == office)
        let after = try story.credential(office, of: Self.acme)
        #expect(after.account == Self.successor)
        #expect(after.grant == "grant-3")
        #expect(after.label == before.label)
        #expect(after.externalID == before.externalID)
        #expect(after.firstConnectedAt == before.firstConnectedAt)
        #expect(try story.ledger.accounts(of: Self.acme).map(\.id) == [office, personal])
        let names = try story.ledger.history(of: Self.acme).suffix(2).map(\.event.wireName)
        #expect(names == ["grant-linked.v1", "grant-revoked.v1"], "in one commit, in this order")
        let linked = try #require(receipt.positions)
        #expect(linked.upperBound == linked.lowerBound.next)
    }

    @Test("Reconnecting refuses another account, so that nobody replaces one by accident")
    mutating func mismatch() async throws {
        let office = try await connectOffice()

        let action = IssueState(user: Self.acme, toolkit: Self.calendar, reconnect: office)
        let state = try await story.begin(action)
        let outcome = try await story.comeBack(
            with: state, grant: "grant-3", account: Self.successor)

        #expect(outcome.refusal == .accountMismatch(office))
    }

    @Test("Removing one account leaves the other, and removing it again changes nothing")
    mutating func removing() async throws {
        let office = try await connectOffice()
        let personal = try await connectPersonal()

        let removal = Command.Action.revoke(RevokeGrant(.credential(personal)))
        let first = try await story.execute(removal).get()
        let second = try await story.execute(removal)

        #expect(try story.ledger.accounts(of: Self.acme).map(\.id) == [office])
        #expect(try second.get().positions == first.positions)
        if case .unchanged = second {} else { Issue.record("removed twice: \(second)") }
    }

    private mutating func connectOffice() async throws -> CredentialID {
        try await story.connect(
            Self.acme, Self.calendar, grant: "grant-1", account: Self.office, label: "Office",
            externalID: "calendar-17")
    }

    private mutating func connectPersonal() async throws -> CredentialID {
        try await story.connect(
            Self.acme, Self.calendar, grant: "grant-2", account: Self.personal, label: "Kim")
    }
}
