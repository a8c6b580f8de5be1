/// A grant of which ledger and platform do not say the same.
public struct ReconciliationFinding: Hashable, Sendable, Codable {
    /// In which way they differ; in the order in which findings are reported.
    @nonexhaustive
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The platform lists a grant that no credential holds or ever held.
        case missingHere
        /// The platform lists an unknown grant of an account whose credential holds another one.
        case otherGrant
        /// A live credential holds a grant that a complete listing has not.
        case missingThere
        /// A live credential holds a grant that is listed as revoked.
        case revokedThere
        /// A valid credential holds a grant that is listed as expired.
        case expiredThere
        /// An expired credential holds a grant that is listed as valid.
        case validThere
        /// The platform still lists the grant of a credential that was revoked.
        case revokedHere
        /// The platform still lists a grant that another one has replaced.
        case supersededHere
        /// The listing says that the grant is another user's.
        case otherUser
        /// The listing says that the grant is of another toolkit.
        case otherToolkit
        /// The listing says that the grant is for another account at the provider.
        case otherAccount
        /// The credential that holds the grant belongs to another platform.
        case otherPlatform
        /// Rows of the listing contradict each other about the grant.
        case contradictory
        /// The ledger has learnt of the grant since the listing was asked for: no difference yet.
        case newerHere
    }

    /// What would make the ledger agree.
    public enum Mend: Hashable, Sendable, Codable {
        /// Record that the grant stopped working.
        case expire(occurredAt: Timestamp)
        /// Record that the user has authenticated again, at a time that the listing gives.
        case authenticate(occurredAt: Timestamp)
        /// Withdraw the grant; this needs the evidence that the listing was complete.
        case revoke(CompletenessEvidence)
        /// Record the grant.
        case importGrant(ListedGrant)
    }

    /// In which way they differ.
    public let kind: Kind
    /// The grant.
    public let grant: GrantID
    /// The credential concerned, where the ledger has one.
    public let credential: CredentialID?
    /// The credential's user; without a credential the user that the listing names.
    public let user: UserID?
    /// The user's version when the ledger was looked at.
    public let userVersion: UserVersion?
    /// What is known, what is listed, and what to do where no command does it; without any
    /// personal field.
    public let reason: String
    /// What would make the ledger agree; none where nothing can, or nobody can tell.
    public let mend: Mend?

    package init(
        _ kind: Kind, _ grant: GrantID, credential: CredentialID? = nil, user: UserID? = nil,
        version: UserVersion? = nil, mend: Mend? = nil, _ reason: String
    ) {
        self.kind = kind
        self.grant = grant
        self.credential = credential
        self.user = user
        userVersion = version
        self.mend = mend
        self.reason = reason
    }
}

extension ReconciliationFinding {
    /// Findings stand in the order of their kinds, then of the bytes of user and grant.
    package static func isOrderedBefore(_ left: Self, _ right: Self) -> Bool {
        let (first, second) = (left.kind.place, right.kind.place)
        if first != second { return first < second }
        let (user, other) = (left.user ?? "", right.user ?? "")
        return user == other ? left.grant < right.grant : user < other
    }
}

extension ReconciliationFinding.Kind {
    /// Whether ledger and platform say different things, as far as the listing can tell.
    public var isDifference: Bool { self != .newerHere }

    fileprivate var place: Int { Self.places[self] ?? Self.allCases.count }

    private static let places = Dictionary(
        zip(allCases, 0...), uniquingKeysWith: { first, _ in first })
}
