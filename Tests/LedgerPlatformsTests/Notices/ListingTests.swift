internal import AccountLedger
internal import AccountLedgerTesting
internal import LedgerPlatforms
internal import Testing

@Suite("Listings of grants")
struct ListingTests {
    private let mapping = NoticeMapping(
        creations: .imported, takesProviderForToolkit: true, userAttributes: ["user"])

    @Test("of Nylas give each grant with status and times, and say which entries are none")
    func nylas() throws {
        let listing = try Nylas.grants(unverified: Bodies.nylasGrants)
        #expect(listing.saysMore)
        #expect(listing.grants.map(\.grant) == ["n-1", "n-2", "n-3"])
        #expect(listing.grants.map(\.status) == [.valid, .expired, .unknown])
        #expect(listing.rejected.map(\.place) == [3] && listing.rejected[0].field == "id")
        let first = listing.grants[0]
        #expect(first.createdAt == second(1_700_000_000))
        #expect(first.workedAt == second(1_700_001_000))
        #expect(first.authenticatedAt == first.workedAt)
        #expect(first.email == "mara@example.com" && first.subject == nil)
        let taken = try Nylas.grants(unverified: Bodies.nylasGrants, takesProviderUserID: true)
        #expect(taken.grants[0].subject == "108")
        #expect(!"\(first)".contains("mara") && !"\(listing)".contains("never read"))
    }

    @Test("of Nylas may be an array or one grant, and are nothing else")
    func nylasForms() throws {
        let one = #"{"id":"n-1","grant_status":"valid"}"#
        #expect(try Nylas.grants(unverified: Array(one.utf8)).grants.count == 1)
        #expect(try Nylas.grants(unverified: Array("[\(one),\(one)]".utf8)).grants.count == 2)
        #expect(try Nylas.grants(unverified: Array(#"{"data":\#(one)}"#.utf8)).grants.count == 1)
        #expect(try Nylas.grants(unverified: Array("[]".utf8)).grants.isEmpty)
        for text in ["{}", #"{"data":7}"#, "7"] {
            #expect(throws: PlatformError.self) { try Nylas.grants(unverified: Array(text.utf8)) }
        }
    }

    @Test("of Paragon give each credential of each integration, and never the token")
    func paragon() throws {
        let listing = try Paragon.credentials(unverified: Bodies.paragon)
        #expect(listing.grants.map(\.grant) == ["p-1", "p-2", "p-3", "p-4", "p-5"])
        #expect(listing.grants.map(\.status) == [.valid, .expired, .pending, .unknown, .valid])
        #expect(listing.rejected.map(\.place) == [4, 5])
        let first = listing.grants[0]
        #expect(first.user == "ann" && first.provider == "gmail" && first.subject == "1223")
        #expect(first.externalID == "crm-1")
        #expect(first.createdAt == Timestamp(rfc3339: "2026-01-01T10:00:00Z"))
        #expect(first.workedAt == Timestamp(rfc3339: "2026-01-04T10:00:00Z"))
        #expect(listing.grants[4].provider == "salesforce")
        #expect(!"\(listing)".contains("not-read"))
        let other = Paragon.Statuses(meanings: ["SOMETHING": .expired])
        let read = try Paragon.credentials(unverified: Bodies.paragon, statuses: other)
        #expect(read.grants.map(\.status) == [.unknown, .unknown, .unknown, .expired, .unknown])
    }

    @Test("are compared with a ledger, and are partial where there is more or an entry is none")
    func pages() throws {
        func listing(_ pages: [PlatformListing]) throws -> GrantListing {
            try GrantListing(
                pages: pages, of: "nylas", takenAt: second(1_800_000_000),
                .complete(CompletenessEvidence(pages: pages.count)), mapping: mapping)
        }
        let page = try Nylas.grants(unverified: Bodies.nylasGrants)
        #expect(try listing([page]).completeness == .partial)
        #expect(try listing([]).completeness == .partial)
        let last = try Nylas.grants(
            unverified: Array(#"[{"id":"n-9","grant_status":"valid","provider":"google"}]"#.utf8))
        #expect(try listing([page, last]).completeness == .partial, "an entry is no grant")
        let whole = try listing([last, last])
        #expect(whole.completeness == .complete(CompletenessEvidence(pages: 2)))
        #expect(whole.count == 1)
        #expect(try listing([page]).count == 3, "one of unknown status is a grant")
    }

    @Test("tell of a grant what the mapping adds, and an address contradicts no stable name")
    func mapped() throws {
        let grant = PlatformGrant(
            platform: "nylas", grant: "g", status: .expired, provider: "google",
            email: "mara@example.com", attributes: ["user": "mara"])
        var listing = try Nylas.grants(unverified: Array("[]".utf8))
        listing.grants = [grant]
        let scratch = try ScratchLedger()
        let listed = try GrantListing(
            pages: [listing], of: "nylas", takenAt: second(1_800_000_000), .partial,
            mapping: mapping)
        let report = try scratch.ledger.reconcile(listed)
        guard case .importGrant(let row)? = report.findings.first?.mend else {
            Issue.record("\(report)")
            return
        }
        #expect(row.user == "mara" && row.toolkit == "google" && row.status == .expired)
        #expect(row.subject == nil && row.email == "mara@example.com")
    }

    @Test("become imports, with what they know of the time, and pending ones become nothing")
    func commands() throws {
        let listing = try Paragon.credentials(unverified: Bodies.paragon)
        let results = listing.grants.map { $0.commands(mapping: mapping) }
        #expect(results.map(\.commands.count) == [1, 1, 0, 0, 1], "a refresh is none")
        let counting = try Paragon.credentials(unverified: Bodies.paragon, countsRefreshes: true)
        #expect(
            counting.grants.map { $0.commands(mapping: mapping).commands.count }
                == [2, 1, 0, 0, 1])
        for place in [2, 3] {
            guard case .ignored(let notice) = results[place] else {
                Issue.record("\(results[place])")
                continue
            }
            #expect(notice.grant == listing.grants[place].grant)
            #expect(notice.reason == (place == 2 ? .pending : .otherType))
        }
        guard case .importGrant(let action)? = results[0].commands.first?.action else {
            Issue.record("no import")
            return
        }
        #expect(action.user == "ann" && action.toolkit == "gmail" && action.platform == "paragon")
        #expect(action.account == ProviderAccount(provider: "gmail", subject: "1223"))
        #expect(action.externalID == "crm-1" && action.source == "paragon-listing")
        guard case .importGrant(let invalid)? = results[1].commands.first?.action else { return }
        #expect(invalid.status == .expired)
    }

    @Test("without a user, a toolkit or an account name what is missing")
    func unattributed() throws {
        let listing = try Nylas.grants(unverified: Bodies.nylasGrants)
        #expect(listing.grants[0].commands(mapping: mapping).missing.isEmpty)
        #expect(listing.grants[1].commands(mapping: mapping).missing == [.user])
        let strict = NoticeMapping(creations: .imported, subjects: [.told])
        #expect(
            listing.grants[1].commands(mapping: strict).missing == [.user, .toolkit, .subject])
    }

    @Test("may be long, and are refused where they are longer than they may be")
    func length() throws {
        let entry = #"{"id":"n","grant_status":"valid"},"#
        let many = "[" + String(repeating: entry, count: 40_000) + entry.dropLast() + "]"
        #expect(many.utf8.count > WebhookDelivery.maximumBodyLength)
        #expect(try Nylas.grants(unverified: Array(many.utf8)).grants.count == 40_001)
        let long = Array(repeating: UInt8(0x20), count: PlatformListing.maximumLength + 1)
        #expect(code { _ = try Nylas.grants(unverified: long) } == .bodyTooLong)
    }
}
