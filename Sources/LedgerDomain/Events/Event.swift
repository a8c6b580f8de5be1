/// What happened.
@nonexhaustive
public enum Event: Hashable, Sendable {
    /// A user may begin an authorization.
    case stateIssued(StateIssued)
    /// A grant was tied to a credential.
    case grantLinked(GrantLinked)
    /// A grant stopped working.
    case grantExpired(GrantExpired)
    /// A grant was withdrawn for good.
    case grantRevoked(GrantRevoked)
    /// A credential's label was set or cleared.
    case labelChanged(LabelChanged)
    /// A user's choice for a toolkit was stored or cleared.
    case accountSelected(AccountSelected)
}

/// What kind of event it is, without what it says.
///
/// The raw value is the name on the wire of the event's first version; written by hand, and never
/// changed.
@nonexhaustive
public enum EventKind: String, Hashable, Sendable, CaseIterable {
    /// A user may begin an authorization.
    case stateIssued = "state-issued.v1"
    /// A grant was tied to a credential.
    case grantLinked = "grant-linked.v1"
    /// A grant stopped working.
    case grantExpired = "grant-expired.v1"
    /// A grant was withdrawn for good.
    case grantRevoked = "grant-revoked.v1"
    /// A credential's label was set or cleared.
    case labelChanged = "label-changed.v1"
    /// A user's choice for a toolkit was stored or cleared.
    case accountSelected = "account-selected.v1"
}

extension Event {
    /// What kind of event it is.
    public var kind: EventKind {
        switch self {
        case .stateIssued: .stateIssued
        case .grantLinked: .grantLinked
        case .grantExpired: .grantExpired
        case .grantRevoked: .grantRevoked
        case .labelChanged: .labelChanged
        case .accountSelected: .accountSelected
        }
    }

    /// The name on the wire under which the event is written.
    ///
    /// A record may hold an earlier version of the event: `EventRecord.wireName` tells.
    public var wireName: String { kind.rawValue }

    /// The credential that the event is about, where it is about one.
    public var credential: CredentialID? {
        switch self {
        case .stateIssued(let event): event.intent.credential
        case .grantLinked(let event): event.credential
        case .grantExpired(let event): event.credential
        case .grantRevoked(let event): event.credential
        case .labelChanged(let event): event.credential
        case .accountSelected(let event): event.credential
        }
    }
}

/// What an authorization that a state begins is for.
@nonexhaustive
public enum AuthorizationIntent: Hashable, Sendable {
    /// To connect an account.
    case connect
    /// To authorize the same provider account again.
    case reconnect(CredentialID)
    /// To put another provider account in a credential's place.
    case replace(CredentialID)

    /// The credential that is to be reconnected or replaced.
    public var credential: CredentialID? {
        switch self {
        case .connect: nil
        case .reconnect(let credential), .replace(let credential): credential
        }
    }
}

/// A user may begin an authorization.
public struct StateIssued: Hashable, Sendable {
    /// What is to be connected.
    public var toolkit: ToolkitID
    /// SHA-256 of the token.
    public var digest: StateDigest
    /// What the authorization is for.
    public var intent: AuthorizationIntent
    /// When the state ends; it is valid while now is earlier.
    public var expiresAt: Timestamp
    /// Whether a new connection is allowed beside a live one of the same toolkit.
    public var allowMultiple: Bool
    /// The label that a new credential takes; a personal field.
    public var label: String?
    /// The external id that a new credential takes.
    public var externalID: ExternalID?
    /// The member who owns a new credential.
    public var member: MemberID?
}

extension StateIssued {
    /// Describes the event, as a test expects it.
    public init(
        digest: StateDigest, toolkit: ToolkitID, intent: AuthorizationIntent = .connect,
        expiresAt: Timestamp, allowMultiple: Bool = false, label: String? = nil,
        externalID: ExternalID? = nil, member: MemberID? = nil
    ) {
        // All at once, as `EventRecord`; the order tells the two initializers apart.
        self.init(
            toolkit: toolkit, digest: digest, intent: intent, expiresAt: expiresAt,
            allowMultiple: allowMultiple, label: label, externalID: externalID, member: member)
    }
}

/// How a grant came to its credential.
@nonexhaustive
public enum LinkKind: String, Hashable, Sendable, CaseIterable {
    /// A new credential was made.
    case connected
    /// The same provider account was authorized again.
    case reconnected
    /// Another provider account took the credential over.
    case replaced
}

/// What a grant was linked by.
@nonexhaustive
public enum LinkOrigin: Hashable, Sendable {
    /// An authorization, by the digest of its state.
    case state(StateDigest)
    /// An import, by the name of its source.
    case imported(source: String)
    /// A platform's report that the grant was authenticated again, by its name for the notice.
    case reported(notice: NoticeID)
}

/// A grant was tied to a credential.
///
/// Platform, scopes, valid-until, e-mail and name are the values that hold from here on, also
/// where a reconnecting link did not give them.
public struct GrantLinked: Hashable, Sendable {
    /// The grant.
    public var grant: GrantID
    /// The credential that holds the grant from here on.
    public var credential: CredentialID
    /// Who holds the tokens, where told.
    public var platform: PlatformID?
    /// What is connected.
    public var toolkit: ToolkitID
    /// The account at the provider; its e-mail address and name are personal fields.
    public var account: ProviderAccount
    /// How the grant came to the credential.
    public var kind: LinkKind
    /// What the grant was linked by.
    public var origin: LinkOrigin
    /// A new credential's label, none when the credential existed; a personal field.
    public var label: String?
    /// A new credential's external id, none when the credential existed.
    public var externalID: ExternalID?
    /// A new credential's owner, none when the credential existed.
    public var member: MemberID?
    /// What the grant allows, in the order given; at most 64.
    public var scopes: [String]
    /// When the authorization ends by itself, where told; it informs and expires nothing.
    public var validUntil: Timestamp?
    /// The grant that the credential held before, where it is another.
    public var previousGrant: GrantID?
    /// Whether another user's live credential held the same provider account.
    public var sharedAccount: Bool
    /// Whether an expiry as late or later was known already; then no status changes.
    ///
    /// Only a report comes so late; when the user last authenticated is taken from it all the same.
    public var superseded: Bool
}

extension GrantLinked {
    /// Describes the event, as a test expects it.
    public init(
        credential: CredentialID, grant: GrantID, platform: PlatformID? = nil, toolkit: ToolkitID,
        account: ProviderAccount, kind: LinkKind, origin: LinkOrigin, label: String? = nil,
        externalID: ExternalID? = nil, member: MemberID? = nil, scopes: [String] = [],
        validUntil: Timestamp? = nil, previousGrant: GrantID? = nil, sharedAccount: Bool = false,
        superseded: Bool = false
    ) {
        // All at once, as `EventRecord`; the order tells the two initializers apart.
        self.init(
            grant: grant, credential: credential, platform: platform, toolkit: toolkit,
            account: account, kind: kind, origin: origin, label: label, externalID: externalID,
            member: member, scopes: scopes, validUntil: validUntil, previousGrant: previousGrant,
            sharedAccount: sharedAccount, superseded: superseded)
    }
}

/// A grant stopped working.
public struct GrantExpired: Hashable, Sendable {
    /// The credential that holds the grant, or held it last.
    public var credential: CredentialID
    /// The grant.
    public var grant: GrantID
    /// Why, where told.
    public var reason: String?
    /// The platform's name for the notice that told, where there is one.
    public var notice: NoticeID?
    /// Whether a later authorization had already overtaken the notice; then no status changes.
    public var superseded: Bool

    /// Describes the event, as a test expects it.
    public init(
        credential: CredentialID, grant: GrantID, reason: String? = nil, notice: NoticeID? = nil,
        superseded: Bool = false
    ) {
        self.credential = credential
        self.grant = grant
        self.reason = reason
        self.notice = notice
        self.superseded = superseded
    }
}

/// A grant was withdrawn for good.
public struct GrantRevoked: Hashable, Sendable {
    /// The credential that held the grant.
    public var credential: CredentialID
    /// The grant.
    public var grant: GrantID
    /// Why.
    public var reason: RevocationReason

    /// Describes the event, as a test expects it.
    public init(credential: CredentialID, grant: GrantID, reason: RevocationReason) {
        self.credential = credential
        self.grant = grant
        self.reason = reason
    }
}

/// Why a grant was withdrawn: one of the known reasons, or the application's own words.
public typealias RevocationReason = Identifier<GrantRevoked>

extension RevocationReason {
    /// The user disconnected the account; the reason where a command gives none.
    public static let disconnectedByUser: RevocationReason = "disconnectedByUser"
    /// Another provider account took the credential over; the credential lives on.
    public static let replaced: RevocationReason = "replaced"
    /// The provider or the platform withdrew the grant.
    public static let withdrawnAtProvider: RevocationReason = "withdrawnAtProvider"
    /// The grant was already withdrawn when it was imported.
    public static let imported: RevocationReason = "imported"
    /// The user's data was erased.
    public static let erased: RevocationReason = "erased"
}

/// A credential's label was set or cleared.
public struct LabelChanged: Hashable, Sendable {
    /// The credential.
    public var credential: CredentialID
    /// The label, none when it was cleared; a personal field.
    public var label: String?

    /// Describes the event, as a test expects it.
    public init(credential: CredentialID, label: String?) {
        self.credential = credential
        self.label = label
    }
}

/// A user's choice for a toolkit was stored or cleared.
public struct AccountSelected: Hashable, Sendable {
    /// The toolkit chosen for.
    public var toolkit: ToolkitID
    /// The credential chosen, none when the choice was cleared.
    public var credential: CredentialID?

    /// Describes the event, as a test expects it.
    public init(toolkit: ToolkitID, credential: CredentialID?) {
        self.toolkit = toolkit
        self.credential = credential
    }
}
