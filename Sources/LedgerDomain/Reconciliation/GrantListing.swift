/// Whether a listing holds every grant of a platform; whoever made it has to say.
public enum ListingCompleteness: Hashable, Sendable, Codable {
    /// Every grant that the platform had at the listing's time is in it.
    case complete(CompletenessEvidence)
    /// Some may be missing: one page of several, one user, a filter, a request that failed.
    case partial

    /// What shows that nothing is missing; none where something may be.
    public var evidence: CompletenessEvidence? {
        if case .complete(let evidence) = self { evidence } else { nil }
    }
}

/// What shows that a listing is complete.
///
/// Absence is a reason to revoke only together with such a value, and a partial listing has none.
public struct CompletenessEvidence: Hashable, Sendable, Codable {
    /// How many pages were read, the last of which said that there are no more; at least 1.
    public let pages: Int
    /// How many grants the platform said there are, where it does.
    public let total: Int?

    /// States that pages were read to the end.
    public init(pages: Int, total: Int? = nil) {
        self.pages = pages
        self.total = total
    }
}

/// What is wrong with a listing, so that nothing can be concluded from it.
@nonexhaustive
public enum ListingError: Error, Hashable, Sendable {
    /// A field of the listing, or of its row with this number, counted from 1, is not possible.
    case invalid(row: Int?, field: String, reason: String)
    /// The listing is called complete, but holds another number of grants than the platform said.
    case totalDiffers(stated: Int, listed: Int)
}

extension ListingError: CustomStringConvertible {
    /// What is wrong, and what to do about it.
    public var description: String {
        switch self {
        case .invalid(let row?, let field, let reason):
            "Row \(row) of the listing is no grant: its \(field) \(reason). Nothing was compared."
        case .invalid(nil, let field, let reason):
            "The listing cannot be used: its \(field) \(reason). Nothing was compared."
        case .totalDiffers(let stated, let listed):
            "The listing is called complete, but the platform said \(stated) grants and \(listed)"
                + " different ones are listed. List them again, or call it partial."
        }
    }
}

/// The grants that a platform lists, and how much the list says.
///
/// The time has to be that *before* the first page was asked for: whatever the ledger has learnt
/// since may be missing in the list and is left alone. The order of the rows does not matter. A
/// grant may be listed more than once, as happens where pages shift while they are read; rows that
/// contradict each other are reported, and nothing is concluded from them.
public struct GrantListing: Sendable {
    /// Who lists.
    public let platform: PlatformID
    /// When it was asked for.
    public let takenAt: Timestamp
    /// Whether it holds every grant.
    public let completeness: ListingCompleteness
    /// What is listed of each grant; nothing where rows contradict each other.
    package let entries: [GrantID: ListedGrant?]

    /// How many different grants are listed.
    public var count: Int { entries.count }

    /// Takes rows as a listing.
    ///
    /// - Parameters:
    ///   - platform: Who lists, 1 to 255 bytes; as it is named where grants are linked.
    ///   - takenAt: A time before the first page was asked for.
    ///   - completeness: Whether the rows are every grant that the platform has.
    ///   - grants: The rows.
    public init(
        of platform: PlatformID, takenAt: Timestamp, _ completeness: ListingCompleteness,
        _ grants: some Sequence<ListedGrant>
    ) throws(ListingError) {
        if let reason = Limits.violation(ofIdentifier: platform.text) {
            throw .invalid(row: nil, field: "platform", reason: reason)
        }
        guard takenAt.isInRange else {
            throw .invalid(row: nil, field: "takenAt", reason: "is not in the years 1 to 9999")
        }
        let entries = try Self.entries(grants)
        if let evidence = completeness.evidence {
            guard evidence.pages > 0 else {
                throw .invalid(row: nil, field: "pages", reason: "is less than 1")
            }
            if let total = evidence.total, total != entries.count {
                throw .totalDiffers(stated: total, listed: entries.count)
            }
        }
        self.platform = platform
        self.takenAt = takenAt
        self.completeness = completeness
        self.entries = entries
    }

    private static func entries(
        _ grants: some Sequence<ListedGrant>
    ) throws(ListingError) -> [GrantID: ListedGrant?] {
        var entries: [GrantID: ListedGrant?] = [:]
        var row = 0
        for grant in grants {
            row += 1
            if let (field, reason) = grant.violation {
                throw .invalid(row: row, field: field, reason: reason)
            }
            let merged: ListedGrant? =
                switch entries[grant.grant] {
                case nil: grant
                case .some(nil): nil
                case .some(let other?): other.merged(with: grant)
                }
            entries.updateValue(merged, forKey: grant.grant)
        }
        return entries
    }
}
