internal import AccountLedger
internal import Foundation
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// Comparing with what a platform lists is for ledgers in use, however large.
@Suite struct ReconciliationGuaranteeTests {
    @Test("Ten thousand users with three accounts each are compared in short reads, and mended")
    func manyUsers() async throws {
        let users = Effort.number("LEDGER_RECONCILED_USERS", else: 10_000)
        let directory = try TemporaryDirectory()
        let ledger = try Ledger.open(at: directory.appending("ledger"))
        defer { ledger.close() }
        let begin = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
        let grants = (0..<users * 3).map { number in
            ImportGrant(
                user: UserID("user \(number / 3)"), toolkit: "mail", grant: GrantID("g \(number)"),
                account: ProviderAccount(provider: "google", subject: Identifier("s \(number)")),
                connectedAt: begin, platform: "nylas")
        }
        for start in stride(from: 0, to: grants.count, by: 4000) {
            _ = try await ledger.importGrants(Array(grants.dropFirst(start).prefix(4000)))
        }
        // Every tenth has expired there, and every hundredth is gone.
        let rows = grants.enumerated().compactMap { number, grant -> ListedGrant? in
            if number % 100 == 0 { return nil }
            return ListedGrant(grant.grant, number % 10 == 1 ? .expired : .valid)
        }
        let listing = try GrantListing(
            of: "nylas", takenAt: Timestamp(Date()),
            .complete(CompletenessEvidence(pages: 300, total: rows.count)), rows)

        let oldest = try await reconcileWhileWriting(listing, ledger)
        let report = try ledger.reconcile(listing)
        let kinds: Set<ReconciliationFinding.Kind> = [.missingThere, .expiredThere]
        let mended = try await ledger.apply(report, mending: kinds)

        #expect(oldest == 0, "no reader outlives its page")
        #expect(report.findings.count { $0.kind == .missingThere } == (grants.count + 99) / 100)
        #expect(report.findings.count { $0.kind == .expiredThere } == grants.count / 10)
        #expect(mended.allSatisfy { $0.outcome.refusal == nil })
        #expect(try ledger.reconcile(listing).findings.isEmpty)
    }

    /// Compares while each page is followed by a command; answers by how many commits a reader was
    /// behind at most between the pages.
    private func reconcileWhileWriting(
        _ listing: GrantListing, _ ledger: Ledger
    ) async throws -> Int {
        var work = Reconciliation(listing, countsWithoutPlatform: false)
        var oldest = 0
        while try work.step(ledger) {
            _ = try await ledger.issueState(IssueState(user: "other", toolkit: "chat"))
            oldest = max(oldest, try ledger.statistics().oldestReaderLag)
        }
        return oldest
    }
}
