internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

@Suite("Reconciling with what a platform lists")
struct ReconciliationTests {
    private static let everything = Set(ReconciliationFinding.Kind.allCases)
    private static let begin = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)

    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }

    init() throws {
        scratch = try ScratchLedger { options in
            options.usesSimulatedClock = true
            options.policy = Policy(allowMultiple: true)
        }
    }

    private func hour(_ number: Int64) -> Timestamp { Self.begin.adding(seconds: 3600 * number) }

    /// Connects an account of ann's at an hour.
    @discardableResult
    private func connect(
        _ grant: GrantID, at number: Int64, as subject: Identifier<ProviderAccount.Subject>? = nil,
        platform: PlatformID? = "nylas", reconnect: CredentialID? = nil,
        replace: CredentialID? = nil
    ) async throws -> CredentialID {
        let asked = IssueState(
            user: "ann", toolkit: "mail", reconnect: reconnect, replace: replace)
        let state = try await ledger.issueState(asked, at: hour(number)).get().state
        let account = ProviderAccount(
            provider: "google", subject: subject ?? Identifier(grant.text))
        let outcome = try await ledger.link(
            state: try #require(state), grant: grant, account: account, platform: platform,
            at: hour(number).adding(seconds: 1))
        return try #require(try outcome.get().credential)
    }

    private func listing(
        at number: Int64, _ grants: [ListedGrant], isComplete: Bool = true
    ) throws -> GrantListing {
        try GrantListing(
            of: "nylas", takenAt: hour(number),
            isComplete ? .complete(CompletenessEvidence(pages: 1)) : .partial, grants)
    }

    /// The kinds and grants that are found.
    private func kinds(_ report: ReconciliationReport) -> [String] {
        report.findings.map { "\($0.kind.rawValue) \($0.grant)" }
    }

    private func apply(
        _ report: ReconciliationReport, at number: Int64 = 99
    ) async throws -> [MendedFinding] {
        try await ledger.apply(report, mending: Self.everything, at: hour(number))
    }

    @Test("What is the same is counted, and nothing else is said of it")
    func same() async throws {
        try await connect("g-1", at: 1)
        try await connect("g-2", at: 2)
        _ = try await ledger.expire(ExpireGrant(grant: "g-2"), at: hour(3))

        let report = try ledger.reconcile(
            listing(at: 5, [ListedGrant("g-2", .expired), ListedGrant("g-1", .valid)]))

        #expect(report.findings.isEmpty)
        #expect(!report.differs)
        #expect(report.same == 2)
        #expect(report.listed == 2)
        #expect(report.known == 2)
    }

    @Test("An expiry that was missed is recorded as of when it happened, by the platform")
    func expired() async throws {
        let credential = try await connect("g-1", at: 1)
        let told = ListedGrant("g-1", .expired, statusChangedAt: hour(4))
        let report = try ledger.reconcile(listing(at: 5, [told]))

        let mended = try await apply(report)

        #expect(kinds(report) == ["expiredThere g-1"])
        #expect(report.findings.first?.credential == credential)
        #expect(mended.allSatisfy { $0.outcome.refusal == nil })
        let account = try #require(try ledger.accounts(of: "ann").first)
        #expect(account.status == .expired)
        #expect(account.statusChangedAt == hour(4))
        let record = try #require(try ledger.history(of: "ann").last)
        #expect(record.actor == .platform("nylas"))
        #expect(try ledger.reconcile(listing(at: 5, [told])).findings.isEmpty)
    }

    @Test("A grant that a complete listing has not is revoked; a partial one says nothing of it")
    func missingThere() async throws {
        try await connect("g-1", at: 1)
        try await connect("g-2", at: 2)
        let rows = [ListedGrant("g-1", .valid)]

        let partial = try ledger.reconcile(listing(at: 5, rows, isComplete: false))
        #expect(partial.findings.isEmpty)
        #expect(partial.known == nil)

        let report = try ledger.reconcile(listing(at: 5, rows))
        #expect(kinds(report) == ["missingThere g-2"])
        _ = try await apply(report)
        let gone = try ledger.accounts(of: "ann", includingRevoked: true)[1]
        #expect(gone.status == .revoked)
        #expect(gone.statusReason == RevocationReason.withdrawnAtProvider.text)
        #expect(gone.statusChangedAt == hour(5))
    }

    @Test("A grant that is listed as revoked is revoked by a complete listing only")
    func revokedThere() async throws {
        try await connect("g-1", at: 1)
        try await connect("g-2", at: 1)
        let rows = [ListedGrant("g-1", .revoked), ListedGrant("g-2", .valid)]

        let partial = try ledger.reconcile(listing(at: 5, rows, isComplete: false))
        #expect(kinds(partial) == ["revokedThere g-1"])
        #expect(try await apply(partial).isEmpty)
        #expect(try ledger.accounts(of: "ann").count == 2)

        #expect(try await apply(ledger.reconcile(listing(at: 5, rows))).count == 1)
        #expect(try ledger.accounts(of: "ann").map(\.grant) == ["g-2"])
    }

    @Test("A grant that is not known is recorded if the listing says whose it is")
    func missingHere() async throws {
        let told = ListedGrant(
            "g-9", .expired, user: "bob", toolkit: "mail", member: "m", provider: "google",
            email: "bob@example.com", externalID: "x-9", connectedAt: hour(1))
        let bare = ListedGrant("g-8", .valid, provider: "google")
        let report = try ledger.reconcile(
            listing(at: 5, [told, bare, ListedGrant("g-7", .revoked)]))

        #expect(kinds(report) == ["missingHere g-8", "missingHere g-9"])
        #expect(report.findings.map { $0.mend == nil } == [true, false])
        #expect(report.findings.first?.reason.contains("user, toolkit, account.subject") == true)
        #expect(report.same == 1)
        _ = try await apply(report)
        let account = try #require(try ledger.accounts(of: "bob").first)
        #expect(account.grant == "g-9")
        #expect(account.platform == "nylas")
        #expect(account.account.subject == "bob@example.com")
        #expect(account.status == .expired)
        #expect(account.firstConnectedAt == hour(1))
        #expect(account.externalID == "x-9")
        #expect(account.member == "m")
        #expect(try kinds(ledger.reconcile(listing(at: 5, [told, bare]))) == ["missingHere g-8"])
    }

    @Test("A grant whose status is not told is there, and nothing else is concluded")
    func withoutStatus() async throws {
        try await connect("g-1", at: 1)
        _ = try await ledger.expire(ExpireGrant(grant: "g-1"), at: hour(2))
        try await connect("g-2", at: 1)
        let unknown = ListedGrant(
            "g-9", nil, user: "bob", toolkit: "mail", provider: "google", subject: "9")

        let report = try ledger.reconcile(
            listing(at: 5, [ListedGrant("g-1", nil), ListedGrant("g-2", nil), unknown]))

        #expect(kinds(report) == ["missingHere g-9"])
        #expect(report.mendable().isEmpty)
        #expect(report.same == 2)
    }

    @Test("A listing does not undo what the ledger has learnt since it was asked for")
    func newer() async throws {
        let early = try await connect("g-1", at: 1)
        try await connect("g-2", at: 1, as: "s2")
        _ = try await ledger.expire(ExpireGrant(grant: "g-2"), at: hour(6))
        try await connect("g-3", at: 6)
        try await connect("g-4", at: 1)
        try await connect("g-5", at: 1, as: "s5")
        _ = try await ledger.revoke(.grant("g-4"), at: hour(7))
        try await connect("g-1", at: 8, reconnect: early)

        let report = try ledger.reconcile(
            listing(
                at: 5,
                [
                    ListedGrant("g-1", .expired), ListedGrant("g-2", .valid),
                    ListedGrant("g-4", .valid), ListedGrant("g-5", .valid),
                ]))

        #expect(
            kinds(report) == ["newerHere g-1", "newerHere g-2", "newerHere g-3", "newerHere g-4"])
        #expect(!report.differs)
        #expect(report.mendable().isEmpty)
        #expect(report.known == 3, "g-3 need not be listed")
    }

    @Test("What was recorded since the listing was asked for is newer, whenever it happened")
    func recordedSince() async throws {
        try await connect("g-0", at: 1)
        try await connect("g-2", at: 1)
        let late = ImportGrant(
            user: "ann", toolkit: "mail", grant: "g-1",
            account: ProviderAccount(provider: "google", subject: "1"), connectedAt: hour(2),
            platform: "nylas")
        _ = try await ledger.execute(Command(.importGrant(late)), at: hour(6)).get()
        let expiry = CommandContext(occurredAt: hour(2))
        _ = try await ledger.expire(ExpireGrant(grant: "g-2"), context: expiry, at: hour(6))
        let rows = [
            ListedGrant("g-0", .valid), ListedGrant("g-2", .valid, authenticatedAt: hour(3)),
        ]

        let missing = try ledger.reconcile(listing(at: 5, rows))
        #expect(kinds(missing) == ["newerHere g-1", "newerHere g-2"])
        #expect(missing.known == 2)
        #expect(missing.mendable().isEmpty)
        let expired = try ledger.reconcile(
            listing(at: 5, rows + [ListedGrant("g-1", .expired, statusChangedAt: hour(3))]))
        #expect(kinds(expired) == ["newerHere g-1", "newerHere g-2"])
        #expect(try kinds(ledger.reconcile(listing(at: 7, rows))).first == "missingThere g-1")
    }

    @Test("A listing from the future is refused, by the ledger's clock")
    func future() async throws {
        try await connect("g-1", at: 1)
        let report = try ledger.reconcile(listing(at: 5, [ListedGrant("g-1", .expired)]))
        #expect(await code { _ = try await apply(report, at: 4) } == .futureListing)
        #expect(try ledger.accounts(of: "ann").allSatisfy(\.isUsable))
        _ = try await apply(report, at: 5)

        let real = try ScratchLedger()
        let now = Timestamp(Date())
        let listings = try [now.adding(seconds: -60), now.adding(seconds: 60)].map {
            try GrantListing(of: "nylas", takenAt: $0, .partial, [])
        }
        let past = try real.ledger.reconcile(listings[0])
        #expect(past.findings.isEmpty)
        #expect(throws: LedgerError.self) { try real.ledger.reconcile(listings[1]) }
    }

    @Test("Valid there and expired here is mended by an authentication since, else by the user")
    func validThere() async throws {
        try await connect("g-1", at: 1)
        _ = try await ledger.expire(ExpireGrant(grant: "g-1"), at: hour(3))
        for time in [nil, hour(2), hour(3), hour(6)] {
            let told = ListedGrant("g-1", .valid, authenticatedAt: time)
            let report = try ledger.reconcile(listing(at: 5, [told]))
            #expect(kinds(report) == ["validThere g-1"])
            #expect(report.mendable().isEmpty)
        }

        let told = ListedGrant("g-1", .valid, authenticatedAt: hour(4))
        let mended = try await apply(ledger.reconcile(listing(at: 5, [told])))

        #expect(mended.map(\.finding.kind) == [.validThere])
        let account = try #require(try ledger.accounts(of: "ann").first)
        #expect(account.status == .valid)
        #expect(account.lastAuthenticatedAt == hour(4))
        #expect(account.firstConnectedAt == hour(1).adding(seconds: 1))
        #expect(try ledger.reconcile(listing(at: 5, [told])).findings.isEmpty)
    }

    @Test("A grant that was revoked or replaced here is not taken in again")
    func past() async throws {
        try await connect("g-1", at: 1)
        _ = try await ledger.revoke(.grant("g-1"), at: hour(2))
        let other = try await connect("g-2", at: 1)
        try await connect("g-3", at: 2, as: "else", replace: other)
        let rows = ["g-1", "g-2", "g-3"].map { ListedGrant(GrantID($0), .valid) }

        let report = try ledger.reconcile(listing(at: 5, rows))

        #expect(kinds(report) == ["revokedHere g-1", "supersededHere g-2"])
        #expect(report.mendable().isEmpty)
    }

    @Test("Another user, toolkit, account or platform is reported, and nothing is moved")
    func others() async throws {
        try await connect("g-1", at: 1)
        try await connect("g-2", at: 1, platform: "paragon")
        let told = ListedGrant(
            "g-1", .valid, user: "bob", toolkit: "chat", provider: "google", subject: "else")

        let report = try ledger.reconcile(listing(at: 5, [told, ListedGrant("g-2", .expired)]))

        #expect(
            kinds(report) == [
                "otherUser g-1", "otherToolkit g-1", "otherAccount g-1", "otherPlatform g-2",
            ])
        #expect(report.mendable().isEmpty)
        #expect(report.findings.allSatisfy { $0.user == "ann" })
    }

    @Test("An address stands for the subject of an account that was imported by its address")
    func address() async throws {
        try await connect("g-1", at: 1, as: "ann@example.com")
        let told = ListedGrant(
            "g-1", .valid, provider: "google", subject: "1093", email: "ann@example.com")
        #expect(try ledger.reconcile(listing(at: 5, [told])).findings.isEmpty)
    }

    @Test("A new grant of an account that is connected is a reconnection that was missed")
    func otherGrant() async throws {
        let credential = try await connect("g-1", at: 1, as: "s1")
        let told = ListedGrant(
            "g-2", .valid, user: "ann", toolkit: "mail", provider: "google", subject: "s1")

        let report = try ledger.reconcile(listing(at: 5, [told]))

        #expect(kinds(report) == ["otherGrant g-2"], "and g-1 is not revoked for being missing")
        #expect(report.findings.first?.credential == credential)
        #expect(report.mendable().isEmpty)
    }

    @Test("Without a subject the address tells that an account is connected by another grant")
    func otherGrantByAddress() async throws {
        let known = ImportGrant(
            user: "ann", toolkit: "mail", grant: "g-1",
            account: ProviderAccount(
                provider: "google", subject: "1093", email: "Ann@example.com"),
            connectedAt: hour(1), platform: "nylas")
        _ = try await ledger.execute(Command(.importGrant(known)), at: hour(1)).get()
        var told = ListedGrant(
            "g-2", .valid, user: "ann", toolkit: "mail", provider: "google",
            email: "ann@example.com")

        let report = try ledger.reconcile(listing(at: 5, [told]))
        #expect(kinds(report) == ["otherGrant g-2"], "and g-1 is not missing")
        told.subject = "2077"
        #expect(
            try kinds(ledger.reconcile(listing(at: 5, [told]))) == [
                "missingHere g-2", "missingThere g-1",
            ])
    }

    @Test("Rows that say the same count once, and those that contradict each other for nothing")
    func duplicates() async throws {
        try await connect("g-1", at: 1)
        try await connect("g-2", at: 1)
        let rows = [
            ListedGrant("g-1", .expired), ListedGrant("g-2", .valid),
            ListedGrant("g-1", .valid), ListedGrant("g-2", .valid, user: "ann"),
            ListedGrant("g-1", .expired),
        ]

        let report = try ledger.reconcile(listing(at: 5, rows))

        #expect(kinds(report) == ["contradictory g-1"])
        #expect(report.listed == 2)
        #expect(report.same == 1)
        #expect(report.mendable().isEmpty)
    }

    @Test("Credentials that no platform is known of are missing only where they are counted")
    func withoutPlatform() async throws {
        try await connect("g-1", at: 1, platform: nil)
        try await connect("g-2", at: 1, platform: nil)
        let rows = try listing(at: 5, [ListedGrant("g-1", .expired)])

        #expect(try kinds(ledger.reconcile(rows)) == ["expiredThere g-1"])
        let counted = try ledger.reconcile(rows, countingCredentialsWithoutPlatform: true)
        #expect(kinds(counted) == ["missingThere g-2", "expiredThere g-1"])
    }

    @Test("A listing that would take too much away is refused before anything is done")
    func suspicious() async throws {
        for number in 1...10 { try await connect(GrantID("g-\(number)"), at: 1) }
        let rows = (1...10).map { ListedGrant(GrantID("g-\($0)"), .valid) }
        let head = try ledger.head()

        let two = try ledger.reconcile(listing(at: 5, Array(rows.prefix(8))))
        #expect(two.suspicion == nil)
        let three = try ledger.reconcile(listing(at: 5, Array(rows.prefix(7))))
        #expect(three.suspicion == .farFewer(known: 10, withdrawn: 3))
        let none = try ledger.reconcile(listing(at: 5, []))
        #expect(none.suspicion == .empty(known: 10))

        for report in [three, none] {
            #expect(await code { _ = try await apply(report) } == .suspiciousListing)
            #expect(
                try await ledger.apply(report, mending: [.expiredThere], at: hour(9)).isEmpty)
        }
        #expect(try ledger.head() == head)
        let mended = try await ledger.apply(
            three, mending: [.missingThere], revokingAlthoughTheListingIsSuspicious: true,
            at: hour(9))
        #expect(mended.count == 3)
        #expect(try ledger.accounts(of: "ann").count == 7)
    }

    @Test("A fifth of the known is too much, and all of the known at any number")
    func suspiciousShare() async throws {
        for number in 1...15 { try await connect(GrantID("g-\(number)"), at: 1) }
        let rows = (1...15).map { ListedGrant(GrantID("g-\($0)"), .valid) }
        let fifth = try ledger.reconcile(listing(at: 5, Array(rows.dropFirst(3))))
        #expect(fifth.suspicion == .farFewer(known: 15, withdrawn: 3))
        let fewer = try ledger.reconcile(listing(at: 5, Array(rows.dropFirst(2))))
        #expect(fewer.suspicion == nil)

        for number in 3...15 {
            _ = try await ledger.revoke(.grant(GrantID("g-\(number)")), at: hour(2))
        }
        let all = try ledger.reconcile(
            listing(at: 5, [ListedGrant("g-1", .revoked), ListedGrant("g-3", .valid)]))
        #expect(all.suspicion == .farFewer(known: 2, withdrawn: 2))
        #expect(await code { _ = try await apply(all) } == .suspiciousListing)
    }

    @Test("What is called complete has as many grants as the platform said")
    func total() throws {
        let rows = [ListedGrant("g-1", .valid), ListedGrant("g-1", .valid)]
        #expect(throws: ListingError.totalDiffers(stated: 2, listed: 1)) {
            try GrantListing(
                of: "nylas", takenAt: hour(1),
                .complete(CompletenessEvidence(pages: 2, total: 2)), rows)
        }
        #expect(throws: ListingError.self) {
            try GrantListing(
                of: "nylas", takenAt: hour(1), .complete(CompletenessEvidence(pages: 0)), rows)
        }
        #expect(
            throws: ListingError.invalid(
                row: 2, field: "account.email", reason: "contains a NUL character")
        ) {
            try GrantListing(
                of: "nylas", takenAt: hour(1), .partial,
                [rows[0], ListedGrant("g-2", .valid, email: "a\0")])
        }
    }

    @Test("A user who changed since the report is left alone, with all of the user's findings")
    func moved() async throws {
        let first = try await connect("g-1", at: 1)
        try await connect("g-2", at: 1)
        let rows = ["g-1", "g-2"].map { ListedGrant(GrantID($0), .expired) }
        let report = try ledger.reconcile(listing(at: 5, rows))
        let receipt = try await ledger.relabel(first, to: "Work", at: hour(6)).get()

        let mended = try await apply(report)

        let refusal = Refusal.versionConflict(current: receipt.userVersion)
        #expect(mended.map(\.outcome) == [.refused(refusal), .refused(refusal)])
        #expect(try ledger.accounts(of: "ann").allSatisfy(\.isUsable))
        // The label was recorded after the first listing was asked for.
        let again = try await apply(ledger.reconcile(listing(at: 7, rows)))
        #expect(again.allSatisfy { $0.outcome.refusal == nil })
        #expect(!(try ledger.accounts(of: "ann").contains(where: \.isUsable)))
    }

    @Test("A report that was kept as JSON can be applied later, and again without effect")
    func kept() async throws {
        for number in 1...3 { try await connect(GrantID("g-\(number)"), at: 1) }
        let report = try ledger.reconcile(
            listing(
                at: 5,
                [
                    ListedGrant("g-1", .expired), ListedGrant("g-2", .expired),
                    ListedGrant(
                        "g-9", .valid, user: "bob", toolkit: "mail", provider: "google",
                        subject: "9"),
                ]))
        let bytes = try JSONEncoder().encode(report)
        let read = try JSONDecoder().decode(ReconciliationReport.self, from: bytes)
        #expect(read == report)

        let first = try await apply(read)
        let head = try ledger.head()
        let second = try await apply(report, at: 100)

        #expect(first.count == 4)
        #expect(try ledger.head() == head)
        #expect(first.compactMap { try? $0.outcome.get().positions?.lowerBound }.count == 4)
        for (one, other) in zip(first, second) {
            #expect(try one.outcome.get().positions == other.outcome.get().positions)
            if case .unchanged = other.outcome {} else { Issue.record("applied twice") }
        }
    }
}
