internal import AccountLedger
internal import LedgerPlatforms
internal import Testing

@Suite("The code of LedgerPlatforms")
struct PlatformsSnippets {
    private let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)

    @Test("An endpoint answers what is signed, and refuses what is not")
    func endpoint() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))

        // snippet: endpoint
        let secret = try SigningSecret("the webhook secret")
        let signature = try Nylas.Signature(secrets: [secret])
        let mapping = NoticeMapping(creations: .linkedByCallback)

        func answer(to delivery: WebhookDelivery, at now: Timestamp) async throws -> Int {
            do {
                let body = try signature.verify(delivery)
                guard case .notice(let notice) = try Nylas.notice(body),
                    case .commands(let commands) = notice.commands(
                        mapping: mapping, receivedAt: now)
                else { return 200 }
                let outcomes = try await ledger.execute(commands)
                return NoticeAnswer(outcomes).dependsOnOthers ? 503 : 200
            } catch let error as PlatformError {
                return error.code == .signatureMismatch ? 401 : 400
            }
        }
        // end snippet

        let token = try await ledger.issueState(IssueState(user: "ana", toolkit: "gmail")).get()
        let account = ProviderAccount(provider: "google", subject: "1")
        _ = try await ledger.link(
            state: token.state ?? StateToken(""), grant: "g-1", account: account
        ).get()
        let body = Array(
            #"{"type":"grant.expired","time":32503680000,"data":{"object":{"grant_id":"g-1"}}}"#
                .utf8)
        let forged = WebhookDelivery(
            headers: ["x-nylas-signature": String(repeating: "0", count: 64)], body: body)
        #expect(try await answer(to: forged, at: now) == 401)
        #expect(try await answer(to: WebhookDelivery(headers: [:], body: body), at: now) == 400)
        for (grant, status) in [("g-1", 200), ("g-9", 503)] {
            let text =
                #"{"type":"grant.expired","time":1,"data":{"object":{"grant_id":"\#(grant)"}}}"#
            let code = grant == "g-1" ? Self.codes.known : Self.codes.unknown
            let delivery = WebhookDelivery(
                headers: ["X-Nylas-Signature": code], body: Array(text.utf8))
            #expect(try await answer(to: delivery, at: now) == status, "\(grant)")
        }
    }

    /// HMAC-SHA256 of the two bodies above, made with Python.
    private static let codes = (
        known: "43ad46d18f9c6e6c1a06d338d4a73ede952e84e43463aad0abb0e4b67e263ad7",
        unknown: "cfcd5a5a5be51507bbe4984fc7b0c16bb8b79a80661f73434eef7b1ceb4475dd"
    )

    @Test("The challenge of Nylas is found")
    func challenge() {
        // snippet: challenge
        let challenge = Nylas.challenge(in: "/hooks/nylas?challenge=bc609b38")
        // challenge == "bc609b38": the body of the answer, as text/plain
        // end snippet
        #expect(challenge == "bc609b38")
    }

    @Test("A creation becomes an import")
    func creation() {
        // snippet: creation
        let imports = NoticeMapping(
            creations: .imported, toolkits: ["google": "gmail"], userAttributes: ["user_id"])
        let created = GrantNotice(
            platform: "nylas", change: .created, grant: "grant-7", provider: "google",
            email: "ana@example.com", attributes: ["user_id": "ana"])
        let result = created.commands(mapping: imports, receivedAt: now)
        // result is .commands with one import, of the user ana and the toolkit gmail
        // end snippet
        guard case .commands(let commands) = result,
            case .importGrant(let action)? = commands.first?.action
        else {
            Issue.record("\(result)")
            return
        }
        #expect(action.user == "ana" && action.toolkit == "gmail" && commands.count == 1)
    }

    @Test("A listing is compared with the ledger")
    func listing() throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))
        let imports = NoticeMapping(
            creations: .imported, toolkits: ["google": "gmail"], userAttributes: ["user_id"])
        let asked = now
        let answer = Array(#"{"data":[{"id":"g-1","grant_status":"valid"}]}"#.utf8)
        // snippet: listing
        let pages = [try Nylas.grants(unverified: answer)]
        let listing = try GrantListing(
            pages: pages, of: "nylas", takenAt: asked,
            .complete(CompletenessEvidence(pages: pages.count)), mapping: imports)
        let report = try ledger.reconcile(listing)
        // report.findings: what differs, and the commands that mend it
        // end snippet
        #expect(report.findings.map(\.kind) == [.missingHere])
    }

    @Test("A template reads another platform")
    func template() throws {
        let sample =
            #"{"id":"e","event":"integrated_account:authentication_error","#
            + #""created_at":"2026-11-21T06:33:03Z","payload":{"id":"acc-1"}}"#
        // snippet: template
        let template = try NoticeTemplate(
            platform: "truto", type: ["/event"],
            meanings: [
                "integrated_account:authentication_error": .expired,
                "integrated_account:reactivated": .authenticated,
            ],
            grant: "/payload/id", time: "/created_at", id: "/id")
        let reading = try template.notice(unverified: Array(sample.utf8))
        // reading is .notice of an expiry of the grant acc-1
        // end snippet
        guard case .notice(let notice) = reading else {
            Issue.record("\(reading)")
            return
        }
        #expect(notice.change == .expired && notice.grant == "acc-1")
    }
}
