internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite struct CommandTests {
    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }

    init() throws { scratch = try ScratchLedger() }

    @Test("A state's token is given once, in base64url, and its receipt says how long it lives")
    func token() async throws {
        let context = CommandContext(idempotencyKey: "key")
        let action = IssueState(user: "ann", toolkit: "gmail", lifetimeSeconds: 60)
        let first = try await ledger.issueState(action, context: context).get()
        let token = try #require(first.state)
        #expect(token.secret.utf8.count == 43)
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(Set(token.secret).isSubset(of: alphabet))
        let records = try ledger.allRecords()
        #expect(first.positions == Position(1)...Position(1))
        #expect(first.userVersion == UserVersion(1))
        #expect(first.expiresAt == records[0].recordedAt.adding(seconds: 60))
        let second = try await ledger.issueState(action, context: context)
        guard case .unchanged(let receipt) = second else {
            Issue.record("\(second)")
            return
        }
        #expect(receipt.state == nil)
        #expect(receipt.positions == first.positions)
        let other = try await ledger.issueState(action).get()
        #expect(other.state != token)
    }

    @Test(
        "A link's receipt names all that came of it, and the same callback is answered with it"
    )
    func link() async throws {
        let token = try await ledger.issueToken("ann")
        let account = ProviderAccount.google("1", email: "ann@example.org", name: "Ann")
        let first = try await ledger.link(
            state: token, grant: "g1", account: account, toolkit: "gmail", platform: "nylas",
            scopes: ["mail.read"], label: "Work")
        let receipt = try first.get()
        #expect(receipt.positions == Position(2)...Position(2))
        #expect(receipt.userVersion == UserVersion(2))
        #expect(receipt.kind == .connected)
        #expect(receipt.previousGrant == nil)
        let credential = try #require(try ledger.accounts(of: "ann").first)
        #expect(credential.id == receipt.credential)
        #expect(credential.account == account)
        #expect(credential.platform == "nylas")
        #expect(credential.scopes == ["mail.read"])
        #expect(credential.label == "Work")
        let again = try await ledger.link(
            state: token, grant: "g1", account: account, toolkit: "gmail", platform: "nylas",
            scopes: ["mail.read"], label: "Work")
        guard case .unchanged(let repeated) = again else {
            Issue.record("\(again)")
            return
        }
        #expect(repeated == receipt)
        let other = try await ledger.link(state: token, grant: "g2", account: account)
        #expect(other == .refused(.stateAlreadyUsed))
        #expect(try ledger.head() == Position(2))
    }

    @Test("Expiring, revoking, relabelling and selecting answer with their positions")
    func others() async throws {
        let id = try #require(try await ledger.connect("ann", grant: "g1").credential)
        let labelled = try await ledger.relabel(id, to: "Home").get()
        #expect(labelled.positions == Position(3)...Position(3))
        let same = try await ledger.relabel(id, to: "Home")
        #expect(same.positions == nil)
        #expect(try same.get().userVersion == UserVersion(3))
        let selected = try await ledger.select(id, for: "gmail", of: "ann").get()
        #expect(selected.positions == Position(4)...Position(4))
        #expect(try ledger.selection(of: "ann", toolkit: "gmail").because == .selected)
        let cleared = try await ledger.clearSelection(for: "gmail", of: "ann").get()
        #expect(cleared.positions == Position(5)...Position(5))
        #expect(try ledger.selection(of: "ann", toolkit: "gmail").because == .onlyUsable)
        let expired = try await ledger.expire(ExpireGrant(grant: "g1", reason: "quota")).get()
        #expect(expired.credential == id)
        #expect(!expired.superseded)
        let unusable = try await ledger.select(id, for: "gmail", of: "ann")
        #expect(unusable == .refused(.notUsable(id, status: .expired)))
        let revoked = try await ledger.revoke(.grant("g1"), reason: .withdrawnAtProvider).get()
        #expect(revoked.positions == Position(7)...Position(7))
        let again = try await ledger.revoke(.credential(id), of: "ann")
        #expect(again.positions == Position(7)...Position(7))
        #expect(try ledger.accounts(of: "ann").isEmpty)
        let all = try ledger.accounts(of: "ann", includingRevoked: true)
        #expect(all.map(\.statusReason) == ["withdrawnAtProvider"])
        #expect(try ledger.history(of: "ann").count == 7)
    }

    @Test("Commands given together are carried out in order, each for itself")
    func together() async throws {
        let id = try #require(try await ledger.connect("ann", grant: "g1").credential)
        let outcomes = try await ledger.execute([
            Command(.relabel(Relabel(credential: id, label: "A"))),
            Command(.relabel(Relabel(credential: "cred_none", label: "B"))),
            Command(.relabel(Relabel(credential: id, label: "C"))),
            Command(.relabel(Relabel(credential: id, label: String(repeating: "x", count: 201)))),
        ])
        #expect(
            outcomes.map(\.positions) == [
                Position(3)...Position(3), nil, Position(4)...Position(4), nil,
            ])
        #expect(outcomes[1].refusal == .unknownCredential)
        #expect(outcomes[3].refusal?.name == "invalid")
        #expect(try ledger.accounts(of: "ann").map(\.label) == ["C"])
        #expect(try await ledger.execute([]).isEmpty)
    }

    @Test("A task that is cancelled still learns what became of its command")
    func cancelled() async throws {
        let ledger = ledger
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await ledger.issueState(IssueState(user: "ann", toolkit: "gmail"))
        }
        task.cancel()
        #expect(try await task.value.positions == Position(1)...Position(1))
    }
}

extension Outcome {
    /// The positions of an outcome that has some.
    var positions: ClosedRange<Position>? { try? get().positions }
}
