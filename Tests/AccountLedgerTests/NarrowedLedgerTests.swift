internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// An organisation whose members Ben and Mia have two accounts each, and one is nobody's.
private struct Organisation {
    let scratch: ScratchLedger
    var ledger: Ledger { scratch.ledger }
    let bens: [CredentialID]
    let mias: [CredentialID]
    var mia: NarrowedLedger { ledger.narrowed(to: Narrowing(user: "acme", member: "mia")) }

    init() async throws {
        scratch = try ScratchLedger()
        let ledger = scratch.ledger
        func connect(_ grant: GrantID, _ toolkit: ToolkitID, _ member: MemberID?) async throws
            -> CredentialID
        {
            let action = ImportGrant(
                user: "acme", toolkit: toolkit, grant: grant, account: .google(grant.text),
                label: grant.text, member: member)
            let outcome = try await ledger.execute(Command(.importGrant(action)))
            return try #require(try outcome.get().credential)
        }
        bens = [try await connect("b1", "gmail", "ben"), try await connect("b2", "drive", "ben")]
        mias = [try await connect("m1", "gmail", "mia"), try await connect("m2", "drive", "mia")]
        _ = try await connect("n1", "gmail", nil)
        try await ledger.connect("other", grant: "o1")
    }
}

@Suite("A narrowed ledger") struct NarrowedLedgerTests {
    @Test("shows the accounts, selections, records and holders inside, and no others")
    func reads() async throws {
        let acme = try await Organisation()
        let mia = acme.mia
        #expect(try mia.accounts(of: "acme").map(\.id) == acme.mias)
        #expect(try mia.accounts(of: "acme", asOf: .position(Position(2))).isEmpty)
        #expect(try mia.accounts(of: "other").isEmpty)
        let selection = try mia.selection(of: "acme", toolkit: "gmail")
        #expect(selection.result == .credential(acme.mias[0]))
        #expect(selection.because == .onlyUsable)
        #expect(selection.passedOver.isEmpty)
        #expect(try mia.selections(of: "acme").map(\.toolkit) == ["drive", "gmail"])
        #expect(try mia.history(of: "acme").map(\.event.credential) == acme.mias)
        #expect(try mia.version(of: "acme") == UserVersion(4))
        #expect(try mia.version(of: "other") == UserVersion(0))
        #expect(try mia.holder(of: "m1")?.credential == acme.mias[0])
        #expect(try mia.holder(of: "b1") == nil)
        #expect(try mia.holder(of: "b1", asOf: .position(Position(2))) == nil)
        try mia.read { (view) throws(LedgerError) in
            let seen = view.narrowing
            let users = try view.users(limit: 9)
            let records = try view.records(after: .start, limit: 9)
            let (hidden, own) = (
                try view.owner(of: acme.bens[0]), try view.owner(of: acme.mias[0])
            )
            #expect(seen == mia.narrowing)
            #expect(users == ["acme"])
            #expect(records.map(\.position.number) == [3, 4])
            #expect(hidden == nil)
            #expect(own == "acme")
        }
    }

    @Test("refuses a pin of a hidden credential as one of a credential that does not exist")
    func pins() async throws {
        let acme = try await Organisation()
        for pin in [acme.bens[0], "cred_none"] {
            let found = await code {
                _ = try acme.mia.selection(of: "acme", toolkit: "gmail", pins: ["gmail": pin])
            }
            #expect(found == .pinRefused(.unknownCredential))
        }
    }

    @Test("takes a hidden choice for none, and shows one that it loses as cleared")
    func choices() async throws {
        let acme = try await Organisation()
        _ = try await acme.mia.select(acme.mias[0], for: "gmail", of: "acme").get()
        // A record that is seen lies between the choice and its end.
        _ = try await acme.mia.relabel(acme.mias[0], to: "Mine").get()
        let context = CommandContext(actor: .member("ben"), correlationID: "ben's request")
        _ = try await acme.ledger.select(
            acme.bens[0], for: "gmail", of: "acme", context: context
        ).get()
        #expect(try acme.mia.selection(of: "acme", toolkit: "gmail").because == .onlyUsable)
        let last = try #require(try acme.mia.history(of: "acme").last)
        #expect(last.event == .accountSelected(AccountSelected(toolkit: "gmail", credential: nil)))
        #expect(last.actor == .application)
        #expect(last.correlationID == nil)
        #expect(try acme.mia.version(of: "acme") == UserVersion(last.position))
        _ = try await acme.ledger.clearSelection(for: "gmail", of: "acme").get()
        #expect(try acme.mia.history(of: "acme").last == last)
        let outcome = try await acme.mia.clearSelection(for: "gmail", of: "acme")
        #expect(try outcome.get().positions == nil)
    }

    @Test("carries every command out inside, and knows nothing outside")
    func commands() async throws {
        let acme = try await Organisation()
        let (mia, hidden, own) = (acme.mia, acme.bens[0], acme.mias[0])
        #expect(try await mia.relabel(hidden, to: "x").refusal == .unknownCredential)
        #expect(try await mia.revoke(.credential(hidden)).refusal == .unknownCredential)
        #expect(try await mia.revoke(.grant("b1")).refusal == .unknownGrant)
        #expect(try await mia.expire(ExpireGrant(grant: "b1")).refusal == .unknownGrant)
        // The hour of 2023 in which nothing of this was connected yet.
        let then = CommandContext(
            occurredAt: Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000))
        for (grant, refusal) in [("b1", .unknownGrant), ("m1", nil)] as [(GrantID, Refusal?)] {
            let action = ReportGrant(grant: grant, status: .expired, notice: "n")
            #expect(try await mia.report(action, context: then).refusal == refusal)
        }
        #expect(
            try await mia.select(hidden, for: "gmail", of: "acme").refusal == .unknownCredential)
        let reconnect = IssueState(user: "acme", toolkit: "gmail", reconnect: hidden)
        #expect(try await mia.issueState(reconnect).refusal == .unknownCredential)

        #expect(try await mia.relabel(own, to: "b1").refusal == nil)
        #expect(try await mia.expire(ExpireGrant(grant: "m1")).refusal == nil)
        let issue = IssueState(user: "acme", toolkit: "gmail", reconnect: own)
        let state = try #require(try await mia.issueState(issue).get().state)
        let linked = try await mia.link(state: state, grant: "m3", account: .google("m1")).get()
        #expect(linked.credential == own)
        #expect(try await mia.revoke(.grant("m3")).refusal == nil)
        let imported = try await mia.importGrants([
            ImportGrant(user: "acme", toolkit: "gmail", grant: "m4", account: .google("m4"))
        ])
        let made = try #require(try imported.outcomes.first?.get().credential)
        #expect(try mia.accounts(of: "acme").first { $0.id == made }?.member == "mia")
        let outcomes = try await mia.execute([
            Command(.relabel(Relabel(credential: hidden, label: "x"))),
            Command(.relabel(Relabel(credential: made, label: "x"))),
        ])
        #expect(outcomes.map { $0.refusal?.name } == ["unknownCredential", nil])
    }

    @Test("is narrowed further by a command's own narrowing, and never widened")
    func further() async throws {
        let acme = try await Organisation()
        let none = acme.mia.narrowed(to: Narrowing(member: "ben"))
        #expect(try none.accounts(of: "acme").isEmpty)
        let context = CommandContext(narrowing: Narrowing(member: "ben"))
        for id in [acme.bens[0], acme.mias[0]] {
            let outcome = try await acme.mia.relabel(id, to: "x", context: context)
            #expect(outcome.refusal == .unknownCredential)
        }
    }

    @Test("compares a repeated command as it was given, without the narrowing")
    func fingerprint() async throws {
        let acme = try await Organisation()
        let context = CommandContext(idempotencyKey: "k")
        let issue = IssueState(user: "acme", toolkit: "calendar")
        let first = try await acme.mia.issueState(issue, context: context).get()
        for again in [
            try await acme.mia.issueState(issue, context: context),
            try await acme.ledger.issueState(issue, context: context),
        ] {
            #expect(try again.get().positions == first.positions)
        }
        let bens = acme.ledger.narrowed(to: Narrowing(user: "acme", member: "ben"))
        let other = try await bens.issueState(issue, context: context)
        #expect(other.refusal == .idempotencyKeyReused(field: "command"))
    }
}
