/// What a platform tells of one grant, in the same words whichever platform it is.
public struct GrantNotice: Hashable, Sendable {
    /// What became of a grant.
    public enum Change: String, Hashable, Sendable, CaseIterable, Codable {
        /// It was made.
        case created
        /// Its user authenticated again, or the platform found it working again.
        case authenticated
        /// It stopped working; its user can authenticate again.
        case expired
        /// It is gone for good.
        case deleted
    }

    /// The platform that tells.
    public var platform: PlatformID
    /// What became of the grant.
    public var change: Change
    /// The grant.
    public var grant: GrantID
    /// When it happened, where the platform tells.
    public var occurredAt: Timestamp?
    /// What tells this notice from all others of the platform, where something does.
    public var notice: NoticeID?
    /// The platform's own id of the notice, where it has one; kept as the cause of what follows.
    public var cause: CausationID?
    /// Why the grant stopped working, in at most 255 bytes.
    public var reason: String?
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
    /// What the application itself has put on the grant: metadata, tags; may be personal.
    public var attributes: [String: String]

    /// Describes a notice.
    public init(
        platform: PlatformID, change: Change, grant: GrantID, occurredAt: Timestamp? = nil,
        notice: NoticeID? = nil, cause: CausationID? = nil, reason: String? = nil,
        provider: ProviderID? = nil, subject: Identifier<ProviderAccount.Subject>? = nil,
        email: String? = nil, name: String? = nil, user: UserID? = nil,
        attributes: [String: String] = [:]
    ) {
        self.platform = platform
        self.change = change
        self.grant = grant
        self.occurredAt = occurredAt
        self.notice = notice
        self.cause = cause
        self.reason = reason
        self.provider = provider
        self.subject = subject
        self.email = email
        self.name = name
        self.user = user
        self.attributes = attributes
    }
}

extension GrantNotice: CustomStringConvertible {
    /// Platform, change and grant, and nothing personal.
    public var description: String { "\(platform): \(grant) \(change.rawValue)" }
}

/// What a body turned out to be.
public enum NoticeReading: Hashable, Sendable {
    /// A notice of a grant.
    case notice(GrantNotice)
    /// Something else, which changes no grant.
    case ignored(IgnoredNotice)
}

/// A body that changes no grant, and why.
public struct IgnoredNotice: Hashable, Sendable {
    /// Why a body changes no grant.
    @nonexhaustive
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// It is of a type that has nothing to do with grants, or that is not known here.
        case otherType
        /// Something about the grant changed that is not its authorization.
        case ordinaryUpdate
        /// Someone began to sign in and did not go on; there was never a grant that worked.
        case abandonedSignIn
        /// Someone tried to sign in and failed; there was never a grant that worked.
        case failedSignIn
        /// Someone tried to authorize a grant again and failed; the grant is as it was.
        case failedReauthorization
        /// The settings say that such a notice is not taken as a change.
        case notCounted
        /// It is of an environment of the platform that is not the one to be read.
        case otherEnvironment
        /// A grant was made, and the application links it itself when the user comes back.
        case linkedByCallback
        /// A grant is not finished yet.
        case pending
    }

    /// Why.
    public let reason: Reason
    /// The grant, where there is one.
    public let grant: GrantID?

    init(_ reason: Reason, _ grant: GrantID? = nil) {
        self.reason = reason
        self.grant = grant
    }
}
