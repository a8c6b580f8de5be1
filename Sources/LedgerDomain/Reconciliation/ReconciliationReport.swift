/// How ledger and platform differ: what a reconciliation found.
///
/// The same ledger and the same listing give the same report, whatever the order of the rows. It
/// can be kept as JSON and applied later: what has changed in between is not overwritten.
public struct ReconciliationReport: Hashable, Sendable, Codable {
    /// The platform.
    public let platform: PlatformID
    /// When the listing was asked for.
    public let takenAt: Timestamp
    /// Whether the listing holds every grant.
    public let completeness: ListingCompleteness
    /// How many different grants are listed.
    public let listed: Int
    /// How many live credentials a complete listing should have; none for a partial one.
    public let known: Int?
    /// How many listed grants are as the ledger has them.
    public let same: Int
    /// What is not, in the order of kind, user and grant.
    public let findings: [ReconciliationFinding]

    package init(
        of listing: GrantListing, known: Int?, same: Int, _ findings: [ReconciliationFinding]
    ) {
        platform = listing.platform
        takenAt = listing.takenAt
        completeness = listing.completeness
        listed = listing.count
        self.known = known
        self.same = same
        self.findings = findings.sorted(by: ReconciliationFinding.isOrderedBefore)
    }

    /// Whether ledger and platform say different things, as far as the listing can tell.
    public var differs: Bool { findings.contains { $0.kind.isDifference } }

    /// The findings of some kinds for which there is a command, in their order.
    public func mendable(
        _ kinds: Set<ReconciliationFinding.Kind> = Set(ReconciliationFinding.Kind.allCases)
    ) -> [ReconciliationFinding] {
        findings.filter { $0.mend != nil && kinds.contains($0.kind) }
    }
}

/// Why a listing that is called complete is not believed.
public enum ListingSuspicion: Hashable, Sendable {
    /// It is empty, and the ledger knows so many live credentials of the platform.
    case empty(known: Int)
    /// It would take so many of the known away.
    case farFewer(known: Int, withdrawn: Int)
}

extension ReconciliationReport {
    /// From so many withdrawn grants on, their share counts.
    public static let leastSuspicious = 3
    /// One in so many of the known withdrawn at once is suspicious.
    public static let suspiciousShare = 5

    /// Why the listing should not be believed without another look: it is empty, or all of the
    /// known would be withdrawn, or at least three grants and a fifth of the known.
    public var suspicion: ListingSuspicion? {
        guard let known, known > 0 else { return nil }
        if listed == 0 { return .empty(known: known) }
        let withdrawn = findings.count { finding in
            if case .revoke = finding.mend { true } else { false }
        }
        let isMany =
            withdrawn >= Self.leastSuspicious && withdrawn * Self.suspiciousShare >= known
        guard isMany || withdrawn >= known else { return nil }
        return .farFewer(known: known, withdrawn: withdrawn)
    }
}
