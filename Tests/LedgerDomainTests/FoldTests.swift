internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Folding records")
struct FoldTests {
    /// A log in which something of everything happened.
    private func prepared(_ policy: Policy = Policy()) throws -> DecisionScenario {
        var scenario = DecisionScenario(policy: policy)
        try scenario.connect("alice", grant: "g1", as: google("a"), label: "Work")
        try scenario.connect("alice", grant: "g2", as: google("b"))
        try scenario.apply(.select(credential(1)))
        try scenario.apply(.expire("g1", notice: "n1").key("k"))
        let state = try scenario.issue(replace: credential(1))
        try scenario.apply(.link(state, grant: "g3", as: google("c")))
        try scenario.apply(.importing("bob", grant: "g4", as: google("d"), status: .revoked))
        try scenario.apply(.relabel(credential(2), "Home"))
        return scenario
    }

    private func error(_ body: () throws -> Void) -> FoldError? {
        do { try body() } catch { return error as? FoldError }
        return nil
    }

    @Test("all of them again gives the same users")
    func again() throws {
        let scenario = try prepared()
        #expect(try scenario.folded(through: scenario.head).users == scenario.state.users)
    }

    @Test("of one user alone gives the same user")
    func alone() throws {
        let scenario = try prepared()
        for (id, user) in scenario.state.users {
            var alone = UserState(id: id)
            for record in scenario.records where record.user == id { try alone.apply(record) }
            #expect(alone == user)
        }
    }

    @Test("does not depend on the policy that decided them")
    func policyIsNotFolded() throws {
        let strict = try prepared()
        let loose = try prepared(
            Policy(
                allowMultiple: true, accountLimit: 9, sharedAccounts: true, duplicateLabels: true,
                requireChoice: true, refuseFallback: true))
        #expect(strict.state.users == loose.state.users)
    }

    @Test("a user as stored, with credentials in any order, is the same user")
    func stored() throws {
        let user = try prepared().state.user("alice")
        let stored = UserState(
            id: user.id, version: user.version, credentials: user.credentials.reversed(),
            choices: user.choices)
        #expect(stored == user)
    }

    @Test("out of order, twice, or with a gap is an error that names the position")
    func outOfOrder() throws {
        let scenario = try prepared()
        var state = LedgerState()
        #expect(error { try state.evolve(scenario.records[1]) }?.position == Position(2))
        try state.evolve(scenario.records[0])
        #expect(error { try state.evolve(scenario.records[0]) }?.reason == .outOfOrder)
        #expect(error { try state.evolve(scenario.records[2]) }?.reason == .outOfOrder)
        try state.evolve(scenario.records[1])
    }

    @Test("of another user, or of an earlier position, is an error for a user's fold")
    func anotherUser() throws {
        let scenario = try prepared()
        var bob = UserState(id: "bob")
        #expect(error { try bob.apply(scenario.records[0]) }?.reason == .outOfOrder)
        var alice = UserState(id: "alice")
        try alice.apply(scenario.records[1])
        #expect(error { try alice.apply(scenario.records[0]) }?.reason == .outOfOrder)
    }

    @Test("of an event about a credential that no event made is an error")
    func unknownCredential() throws {
        let scenario = try prepared()
        for record in scenario.records.dropFirst(4) where record.user == "alice" {
            switch record.event {
            case .stateIssued, .accountSelected: continue
            case .grantLinked, .grantExpired, .grantRevoked, .labelChanged: break
            }
            var alice = UserState(id: "alice")
            #expect(error { try alice.apply(record) }?.reason == .unknownCredential)
        }
    }

    @Test("of a credential made twice is an error")
    func credentialExists() throws {
        var record = try #require(try prepared().records.dropFirst().first)
        var alice = UserState(id: "alice")
        try alice.apply(record)
        record.position = record.position.next
        #expect(error { try alice.apply(record) }?.reason == .credentialExists)
    }

    @Test("of what the rules allow once is an error the second time")
    func once() throws {
        let scenario = try prepared()
        var ways: [FoldError.Reason: (EventRecord) -> EventRecord?] = [:]
        ways[.stateExists] = { record in
            if case .stateIssued = record.event { record } else { nil }
        }
        ways[.stateConsumed] = { record in
            guard case .grantLinked(var event) = record.event, case .state = event.origin else {
                return nil
            }
            event.credential = "another"
            var again = record
            again.event = .grantLinked(event)
            return again
        }
        ways[.credentialExists] = { record in
            guard case .grantLinked(var event) = record.event, event.kind == .connected else {
                return nil
            }
            event.origin = .imported(source: "again")
            var again = record
            again.event = .grantLinked(event)
            return again
        }
        ways[.keyUsed] = { record in
            var again = record
            again.idempotencyKey = "k"
            return again
        }
        for (reason, again) in ways {
            var state = scenario.state
            let candidates = scenario.records.compactMap(again)
            var record = try #require(candidates.first)
            record.position = state.head.next
            let head = state.head
            #expect(error { try state.evolve(record) }?.reason == reason)
            #expect(state.head == head)
        }
    }

    @Test("of anything about a revoked credential is an error")
    func revokedIsFinal() throws {
        var scenario = try prepared()
        let id = credential(1)
        try scenario.apply(.revoke(id))
        for old in scenario.records where old.event.credential == id {
            if case .grantLinked(let event) = old.event, event.kind == .connected { continue }
            if case .accountSelected = old.event { continue }
            if case .stateIssued = old.event { continue }
            var record = old
            record.idempotencyKey = nil
            var alice = scenario.state.user("alice")
            record.position = scenario.state.head.next
            #expect(error { try alice.apply(record) }?.reason == .credentialRevoked)
        }
    }

    @Test("of a state consumed that no event issued is an error, and leaves nothing of the record")
    func unknownState() throws {
        var record = try #require(try prepared().records.dropFirst().first)
        record.position = Position(1)
        record.idempotencyKey = "k"
        var state = LedgerState()
        #expect(error { try state.evolve(record) } == FoldError(Position(1), .unknownState))
        #expect(state.head == .start)
        #expect(state.users.isEmpty)
        #expect(state.firstResult(of: "k") == nil)
        #expect(state.holding(of: "g1") == nil)
    }

    @Test("a record that counts its command's records wrongly does not trap")
    func partCount() throws {
        var record = try #require(try prepared().records.first)
        record.idempotencyKey = "k"
        for count in [0, -1, Int.min] {
            record.part = CommandPart(index: 0, count: count)
            #expect(FirstResult(record).positions == record.position...record.position)
        }
    }

    @Test("events have the wire names of the contract, and tell their credential")
    func wireNames() throws {
        let scenario = try prepared()
        #expect(
            Set(scenario.records.map(\.event.wireName)) == [
                "state-issued.v1", "grant-linked.v1", "grant-expired.v1", "grant-revoked.v1",
                "label-changed.v1", "account-selected.v1",
            ])
        #expect(
            scenario.records.map(\.event.credential) == [
                nil, credential(1), nil, credential(2), credential(1), credential(1),
                credential(1), credential(1), credential(1), credential(3), credential(3),
                credential(2),
            ])
    }
}
