internal import AccountLedger
internal import Foundation
internal import Testing

@Suite("The code of Reconciling")
struct ReconcilingSnippets {
    @Test("What a platform lists is compared with what is known, and mended where chosen")
    func reconciling() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))
        let known = ["ana", "ben"].enumerated().map { number, user in
            ImportGrant(
                user: UserID(user), toolkit: "gmail", grant: GrantID("grant-\(number + 1)"),
                account: ProviderAccount(provider: "google", subject: Identifier(user)),
                platform: "nylas")
        }
        _ = try await ledger.importGrants(known)

        // snippet: reconcile
        let takenAt = Timestamp(Date())
        // Ask the platform for its grants, page after page to the end.
        let listing = try GrantListing(
            of: "nylas", takenAt: takenAt, .complete(CompletenessEvidence(pages: 1, total: 2)),
            [
                ListedGrant("grant-1", .expired, user: "ana"),
                ListedGrant(
                    "grant-9", .valid, user: "eve", toolkit: "gmail", provider: "google",
                    email: "eve@example.com"),
            ])

        let report = try ledger.reconcile(listing)
        let lines = report.findings.map { "\($0.kind) \($0.grant): \($0.reason)" }
        // "missingHere grant-9: valid there, unknown here", and more of the kind

        let mended = try await ledger.apply(report, mending: [.missingHere, .expiredThere])
        // end snippet
        #expect(lines.first == "missingHere grant-9: valid there, unknown here")
        #expect(report.findings.map(\.kind) == [.missingHere, .missingThere, .expiredThere])
        #expect(mended.allSatisfy { $0.outcome.refusal == nil })
        #expect(try ledger.accounts(of: "eve").map(\.grant) == ["grant-9"])
        #expect(try ledger.accounts(of: "ana").map(\.status) == [.expired])
        #expect(try ledger.accounts(of: "ben").map(\.status) == [.valid])
        #expect(try ledger.reconcile(listing).findings.map(\.kind) == [.missingThere])
    }
}
