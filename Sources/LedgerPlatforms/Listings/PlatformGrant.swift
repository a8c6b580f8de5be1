/// A grant as a platform's listing shows it.
public struct PlatformGrant: Hashable, Sendable {
    /// How a platform says that a grant stands.
    @nonexhaustive
    public enum Status: String, Hashable, Sendable, CaseIterable, Codable {
        /// It works, as far as the platform knows.
        case valid
        /// It stopped working; its user can authenticate again.
        case expired
        /// Its user has not finished signing in.
        case pending
        /// The platform says something that is not known here.
        case unknown
    }

    /// The platform that lists it.
    public var platform: PlatformID
    /// The grant.
    public var grant: GrantID
    /// How it stands.
    public var status: Status
    /// When it was made, where told.
    public var createdAt: Timestamp?
    /// When it is last known to have worked, where told.
    ///
    /// No listing says when a grant stopped working.
    public var workedAt: Timestamp?
    /// When its user last authenticated, where told.
    public var authenticatedAt: Timestamp?
    /// Where the account lives, where told.
    public var provider: ProviderID?
    /// The account's stable name at the provider, where told.
    public var subject: Identifier<ProviderAccount.Subject>?
    /// The account's e-mail address, where told; personal.
    public var email: String?
    /// The account's display name, where told; personal.
    public var name: String?
    /// The application's user, where the platform has a field for it.
    public var user: UserID?
    /// The application's own name for the credential, where the platform keeps it.
    public var externalID: ExternalID?
    /// What the application itself has put on the grant; may be personal.
    public var attributes: [String: String]

    /// Describes a grant of a listing.
    public init(
        platform: PlatformID, grant: GrantID, status: Status, createdAt: Timestamp? = nil,
        workedAt: Timestamp? = nil, authenticatedAt: Timestamp? = nil,
        provider: ProviderID? = nil,
        subject: Identifier<ProviderAccount.Subject>? = nil, email: String? = nil,
        name: String? = nil, user: UserID? = nil, externalID: ExternalID? = nil,
        attributes: [String: String] = [:]
    ) {
        self.platform = platform
        self.grant = grant
        self.status = status
        self.createdAt = createdAt
        self.workedAt = workedAt
        self.authenticatedAt = authenticatedAt
        self.provider = provider
        self.subject = subject
        self.email = email
        self.name = name
        self.user = user
        self.externalID = externalID
        self.attributes = attributes
    }
}

extension PlatformGrant: CustomStringConvertible {
    /// Platform, grant and status, and nothing personal.
    public var description: String { "\(platform): \(grant) \(status.rawValue)" }
}

/// What a body that lists grants holds.
public struct PlatformListing: Hashable, Sendable {
    /// The most bytes of a listing: 64 MiB.
    public static let maximumLength = 64 << 20

    /// The grants, in the order of the body.
    public var grants: [PlatformGrant]
    /// The entries that are no grants, with their places from 0 and what is wrong with them.
    public var rejected: [RejectedEntry]
    /// Whether the body says that there are more grants than it holds.
    ///
    /// `false` does not say that there are none: some platforms tell it by the number of entries
    /// alone.
    public var saysMore: Bool

    /// An entry that is no grant.
    public struct RejectedEntry: Hashable, Sendable {
        /// The entry's place, from 0.
        public let place: Int
        /// The field concerned, where one is.
        public let field: String
        /// What is wrong with it.
        public let reason: String

        init(place: Int, _ error: PlatformError) {
            self.place = place
            field = error.field
            reason = error.message
        }
    }

    init(_ grants: [PlatformGrant] = [], saysMore: Bool = false) {
        self.grants = grants
        rejected = []
        self.saysMore = saysMore
    }

    /// Reads the entries of a listing; what is wrong with one leaves the others be.
    mutating func read(
        _ entries: [JSONEntry], _ make: (BodyFields) throws(PlatformError) -> PlatformGrant
    ) {
        for (place, entry) in entries.enumerated() {
            do throws(PlatformError) {
                guard let fields = entry.fields else {
                    throw PlatformError(.invalidBody, "The entry is not a JSON object.")
                }
                grants.append(try make(fields))
            } catch {
                rejected.append(RejectedEntry(place: place, error))
            }
        }
    }

    /// An entry of a listing; without fields where it is no object.
    struct JSONEntry {
        let fields: BodyFields?
    }
}
