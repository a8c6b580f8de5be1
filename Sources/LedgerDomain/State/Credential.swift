/// Whether a credential can act.
public enum CredentialStatus: String, Hashable, Sendable, CaseIterable {
    /// It can act.
    case valid
    /// Its grant stopped working; it can be reconnected.
    case expired
    /// Its grant was withdrawn for good.
    case revoked
}

/// The ledger's stable entry for one connected account.
///
/// It keeps its id, label, external id, owner and place in the order while grants come and go.
public struct Credential: Hashable, Sendable {
    /// The user whose account it is.
    public var user: UserID
    /// The stable id.
    public var id: CredentialID
    /// What is connected.
    public var toolkit: ToolkitID
    /// The grant held now, or last.
    public var grant: GrantID
    /// Who holds the tokens, where told.
    public var platform: PlatformID?
    /// The account at the provider.
    public var account: ProviderAccount
    /// The label; unique among the live credentials of a user and toolkit unless policy allows.
    public var label: String?
    /// The application's own name for it.
    public var externalID: ExternalID?
    /// The person inside the user who owns it.
    public var member: MemberID?
    /// Whether it can act.
    public var status: CredentialStatus
    /// Why it cannot, where told.
    public var statusReason: String?
    /// When it was first connected; reconnecting does not change it.
    public var firstConnectedAt: Timestamp
    /// When its user last authenticated; never moves back.
    public var lastAuthenticatedAt: Timestamp
    /// When the status last changed.
    public var statusChangedAt: Timestamp
    /// When the authorization ends by itself, where told; it informs and expires nothing.
    public var validUntil: Timestamp?
    /// What the grant allows.
    public var scopes: [String]
    /// The position of the event that made it.
    public var createdAt: Position
    /// The position of its last event.
    public var version: Position
}

extension Credential {
    package init(
        id: CredentialID, user: UserID, toolkit: ToolkitID, grant: GrantID,
        platform: PlatformID?, account: ProviderAccount, label: String?, externalID: ExternalID?,
        member: MemberID?, status: CredentialStatus, statusReason: String?,
        firstConnectedAt: Timestamp, lastAuthenticatedAt: Timestamp, statusChangedAt: Timestamp,
        validUntil: Timestamp?, scopes: [String], createdAt: Position, version: Position
    ) {
        // All at once, as `EventRecord`; the order tells the two initializers apart.
        self.init(
            user: user, id: id, toolkit: toolkit, grant: grant, platform: platform,
            account: account, label: label, externalID: externalID, member: member,
            status: status, statusReason: statusReason, firstConnectedAt: firstConnectedAt,
            lastAuthenticatedAt: lastAuthenticatedAt, statusChangedAt: statusChangedAt,
            validUntil: validUntil, scopes: scopes, createdAt: createdAt, version: version)
    }

    /// Whether it was not revoked.
    public var isLive: Bool { status != .revoked }

    /// Whether it can act.
    public var isUsable: Bool { status == .valid }
}

extension Credential {
    /// The form in which labels are compared; Swift's own equality adds canonical equivalence.
    package static func comparable(_ label: String) -> String { label.lowercased() }
}

extension Credential {
    /// The order of accounts: by first connection, then by position.
    package static func isOrderedBefore(_ left: Credential, _ right: Credential) -> Bool {
        (left.firstConnectedAt, left.createdAt) < (right.firstConnectedAt, right.createdAt)
    }
}
