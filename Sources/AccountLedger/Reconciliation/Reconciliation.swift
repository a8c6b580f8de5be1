package import LedgerDomain

/// A comparison of a listing with a ledger that goes on a page at a time.
///
/// Each page is a read of its own, so that no reader is pinned, however many users there are. A
/// command that comes between two pages is either newer than the listing, which the comparison
/// sees, or moves its user's version, by which a mend is refused.
package struct Reconciliation: Sendable {
    /// How many grants, or users, are looked at in one read.
    package static let pageLength = 256

    private let listing: GrantListing
    private let comparison: GrantComparison
    private let countsWithoutPlatform: Bool
    /// The grants that are still to be looked at, the next one last.
    private var grants: [GrantID]
    /// The last user of the page before, once the listed grants have been looked at.
    private var lastUser: UserID?
    private var isAtEnd = false
    private var findings: [ReconciliationFinding] = []
    /// Credentials whose account is listed with a grant that is not known.
    private var regranted: Set<CredentialID> = []
    private var same = 0
    private var known = 0
    /// How many grants and users have been looked at.
    package private(set) var seen = 0

    /// Begins.
    ///
    /// - Parameters:
    ///   - listing: What the platform lists.
    ///   - countsWithoutPlatform: Whether credentials that no platform is known of are its own.
    package init(_ listing: GrantListing, countsWithoutPlatform: Bool) {
        self.listing = listing
        self.countsWithoutPlatform = countsWithoutPlatform
        comparison = GrantComparison(listing)
        grants = listing.entries.keys.sorted(by: >)
    }

    /// What was found so far.
    package var report: ReconciliationReport {
        ReconciliationReport(
            of: listing, known: comparison.evidence == nil ? nil : known, same: same, findings)
    }

    /// Looks at the next page; false when there was none.
    package mutating func step(_ ledger: Ledger) throws(LedgerError) -> Bool {
        guard !isAtEnd else { return false }
        if !grants.isEmpty {
            try compareListed(ledger)
        } else if let evidence = comparison.evidence {
            try findMissing(ledger, evidence)
        } else {
            isAtEnd = true
        }
        return !isAtEnd
    }

    private mutating func compareListed(_ ledger: Ledger) throws(LedgerError) {
        let page = grants.suffix(Self.pageLength)
        try ledger.read { (view) throws(LedgerError) in
            for grant in page.reversed() {
                guard let entry = listing.entries[grant] else { continue }
                take(grant, entry, try view.standing(of: grant, entry))
            }
        }
        grants.removeLast(page.count)
        seen += page.count
    }

    private mutating func take(
        _ grant: GrantID, _ listed: ListedGrant?, _ standing: GrantStanding
    ) {
        guard let listed else {
            return findings.append(comparison.contradiction(grant, standing))
        }
        let found = comparison.findings(listed, standing)
        if found.isEmpty { same += 1 }
        for finding in found where finding.kind == .otherGrant {
            if let credential = finding.credential { regranted.insert(credential) }
        }
        findings += found
    }

    /// Looks for live credentials of the platform that a complete listing has not.
    private mutating func findMissing(
        _ ledger: Ledger, _ evidence: CompletenessEvidence
    ) throws(LedgerError) {
        let users = try ledger.read { (view) throws(LedgerError) in
            let users = try view.users(after: lastUser, limit: Self.pageLength)
            for user in users {
                let accounts = try view.accounts(of: user).filter(isOfPlatform)
                guard !accounts.isEmpty else { continue }
                let version = try view.version(of: user)
                for account in accounts {
                    guard listing.entries[account.grant] == nil else {
                        known += 1
                        continue
                    }
                    let recordedAt = try view.recordingTime(of: account)
                    take(account, version, recordedAt, evidence)
                }
            }
            return users
        }
        seen += users.count
        lastUser = users.last
        isAtEnd = users.isEmpty
    }

    /// Takes in a live credential of the platform that is not listed.
    private mutating func take(
        _ credential: Credential, _ version: UserVersion, _ recordedAt: Timestamp,
        _ evidence: CompletenessEvidence
    ) {
        let finding = comparison.missing(
            credential, version, recordedAt: recordedAt, evidence)
        if finding.kind != .newerHere { known += 1 }
        guard !regranted.contains(credential.id) else { return }
        findings.append(finding)
    }

    private func isOfPlatform(_ credential: Credential) -> Bool {
        guard let platform = credential.platform else {
            return countsWithoutPlatform || listing.entries[credential.grant] != nil
        }
        return platform == listing.platform
    }
}
