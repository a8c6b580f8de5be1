internal import AccountLedger
internal import Testing

@Suite("The code of Several accounts of an integration with Paragon")
struct ParagonSnippets {
    private let scratch: ScratchDirectory
    private let ledger: Ledger

    init() throws {
        scratch = try ScratchDirectory()
        ledger = try Ledger.open(at: scratch.place("ledger"))
    }

    private func connectOffice() async throws -> CredentialID {
        try await ledger.connect(
            "acme", "googleCalendar", grant: "a5e995c2", "google", "office@example.com",
            label: "Office", externalID: "calendar-17", platform: "paragon")
    }

    private func connectKim() async throws -> CredentialID {
        try await ledger.connect(
            "acme", "googleCalendar", grant: "de06dea8", "google", "kim@example.net",
            platform: "paragon")
    }

    @Test("A second account has to be asked for")
    func connecting() async throws {
        let office = try await connectOffice()
        // snippet: paragon-multiple
        let plain = try await ledger.issueState(
            IssueState(user: "acme", toolkit: "googleCalendar"))
        // plain.refusal == .alreadyConnected(office), the credential that there is

        let begun = try await ledger.issueState(
            IssueState(user: "acme", toolkit: "googleCalendar", allowMultiple: true)
        ).get()
        // Run the installation in the browser. It answers with a credential of Paragon's:
        let linked = try await ledger.link(
            state: begun.state ?? StateToken(""), grant: "de06dea8",
            account: ProviderAccount(
                provider: "google", subject: "1223115691", email: "kim@example.net"),
            platform: "paragon"
        ).get()
        // linked.credential is the ledger's own, which outlives Paragon's
        // end snippet
        #expect(plain.refusal == .alreadyConnected(office))
        #expect(linked.kind == .connected)

        // snippet: paragon-list
        let calendars = try ledger.accounts(of: "acme")
            .filter { $0.toolkit == "googleCalendar" }
        // in the order of first connection; .grant is the id that Paragon's API takes
        // end snippet
        #expect(calendars.map(\.grant) == ["a5e995c2", "de06dea8"])
        #expect(calendars.map(\.externalID) == ["calendar-17", nil])
    }

    @Test("What an application keeps for an account refers to the credential")
    func managing() async throws {
        let office = try await connectOffice()
        // snippet: paragon-settings
        var settings: [CredentialID: [String: String]] = [:]
        settings[office] = ["calendar": "primary", "notify": "yes"]
        _ = try await ledger.relabel(office, to: "Head office", of: "acme").get()
        // end snippet
        #expect(settings.count == 1)
        #expect(try ledger.accounts(of: "acme").map(\.label) == ["Head office"])
    }

    @Test("An account is replaced, and what refers to it stays")
    func replacing() async throws {
        let office = try await connectOffice()
        // snippet: paragon-replace
        let begun = try await ledger.issueState(
            IssueState(user: "acme", toolkit: "googleCalendar", replace: office)
        ).get()
        let replaced = try await ledger.link(
            state: begun.state ?? StateToken(""), grant: "0d2cca60",
            account: ProviderAccount(provider: "google", subject: "desk@example.com")
        ).get()
        // replaced.credential == office: id, label, external id, member and place are kept,
        // and the grant before is revoked in the same commit
        // end snippet
        #expect(replaced.kind == .replaced)
        #expect(replaced.credential == office)
        let account = try #require(try ledger.accounts(of: "acme").first)
        #expect(account.label == "Office")
        #expect(account.externalID == "calendar-17")
        #expect(account.account.subject == "desk@example.com")
    }

    @Test("One account is removed")
    func removing() async throws {
        _ = try await connectOffice()
        let kim = try await connectKim()
        // snippet: paragon-remove
        let removed = try await ledger.revoke(.credential(kim), of: "acme").get()
        // afterwards, or before: DELETE the integration with X-Paragon-Credential: de06dea8
        // end snippet
        #expect(removed.credential == kim)
        #expect(try ledger.accounts(of: "acme").map(\.grant) == ["a5e995c2"])
    }

    @Test("Each request is for one account")
    func targeting() async throws {
        let office = try await connectOffice()
        let kim = try await connectKim()
        // snippet: paragon-target
        let chosen = try ledger.selection(
            of: "acme", toolkit: "googleCalendar", pins: ["googleCalendar": office])
        let account = try ledger.accounts(of: "acme").first { $0.id == chosen.credential }
        let headers = account.map { ["X-Paragon-Credential": $0.grant.text] }
        // end snippet
        #expect(headers == ["X-Paragon-Credential": "a5e995c2"])
        let newest = try ledger.selection(of: "acme", toolkit: "googleCalendar")
        #expect(newest.credential == kim)
    }

    @Test("A follower is told what changes for a user")
    func subscribing() async throws {
        _ = try await connectOffice()
        _ = try await ledger.expire(ExpireGrant(grant: "a5e995c2"))
        var told: [String] = []
        // snippet: paragon-subscribe
        var place = ChangePlace.beginning
        for try await item in ledger.changes(after: place, of: .user("acme")) {
            if case .change(let change) = item { told.append("\(change.toolkit) \(change.kind)") }
            place = item.place
            if case .caughtUp = item { break }  // or go on, and wait for the next change
        }
        // keep `place`, and go on from there after a restart
        // end snippet
        #expect(told.contains("googleCalendar connected"))
        #expect(told.contains("googleCalendar expired"))
        #expect(place.position > .start)
    }

    @Test("A member sees own accounts only")
    func narrowing() async throws {
        try await ledger.connect(
            "acme", "googleCalendar", grant: "grant-kim", "google", "kim@example.net",
            member: "kim", platform: "paragon")
        let office = try await connectOffice()
        // snippet: paragon-narrowed
        let kims = ledger.narrowed(to: Narrowing(user: "acme", member: "kim"))
        let visible = try kims.accounts(of: "acme")
        let outcome = try await kims.revoke(.credential(office))
        // outcome.refusal == .unknownCredential: for Kim there is no such account
        // end snippet
        #expect(visible.map(\.grant) == ["grant-kim"])
        #expect(outcome.refusal == .unknownCredential)
    }
}
