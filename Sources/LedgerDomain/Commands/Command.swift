/// A wish to change the ledger: what is to be done, and who asks.
public struct Command: Hashable, Sendable {
    /// What is to be done.
    public var action: Action
    /// Who asks, and under which conditions.
    public var context: CommandContext

    /// Joins an action and its context.
    public init(_ action: Action, context: CommandContext = CommandContext()) {
        self.action = action
        self.context = context
    }

    /// What can be done to a ledger.
    public enum Action: Hashable, Sendable {
        /// Lets a user begin an authorization.
        case issueState(IssueState)
        /// Ties the grant that a callback brought to a credential.
        case link(LinkGrant)
        /// Records that a grant stopped working.
        case expire(ExpireGrant)
        /// Records what a platform reports of a grant, in whatever order its reports come.
        case report(ReportGrant)
        /// Withdraws a grant for good.
        case revoke(RevokeGrant)
        /// Sets or clears a credential's label.
        case relabel(Relabel)
        /// Stores or clears a user's choice for a toolkit.
        case select(SelectAccount)
        /// Records a grant that exists already.
        case importGrant(ImportGrant)
    }
}

extension Command.Action {
    /// The command's name in a line.
    public var name: String {
        switch self {
        case .issueState: "issueState"
        case .link: "link"
        case .expire: "expire"
        case .report: "report"
        case .revoke: "revoke"
        case .relabel: "relabel"
        case .select: "select"
        case .importGrant: "import"
        }
    }
}

/// Who asks for a command, and under which conditions.
public struct CommandContext: Hashable, Sendable {
    /// Who asks.
    public var actor: LedgerActor
    /// When it happened, if not now; at most five minutes ahead.
    public var occurredAt: Timestamp?
    /// The key under which the command is executed once, 1 to 255 bytes; keys are per ledger.
    public var idempotencyKey: IdempotencyKey?
    /// The user's version that the caller has seen; another one refuses the command.
    public var expectedUserVersion: UserVersion?
    /// What the records belong to.
    public var correlationID: CorrelationID?
    /// What the records are caused by.
    public var causationID: CausationID?
    /// What the command sees of the ledger; what is outside does not exist for it.
    ///
    /// It is not recorded, and no part of what is compared when a command comes again.
    public var narrowing: Narrowing

    /// Describes who asks.
    public init(
        actor: LedgerActor = .application, occurredAt: Timestamp? = nil,
        idempotencyKey: IdempotencyKey? = nil,
        expectedUserVersion: UserVersion? = nil, correlationID: CorrelationID? = nil,
        causationID: CausationID? = nil, narrowing: Narrowing = .everything
    ) {
        self.actor = actor
        self.occurredAt = occurredAt
        self.idempotencyKey = idempotencyKey
        self.expectedUserVersion = expectedUserVersion
        self.correlationID = correlationID
        self.causationID = causationID
        self.narrowing = narrowing
    }
}

/// Lets a user begin an authorization.
public struct IssueState: Hashable, Sendable {
    /// The user who begins.
    public var user: UserID
    /// What is to be connected.
    public var toolkit: ToolkitID
    /// How long the state is valid: 1 to 3600 seconds; 600 where left out.
    public var lifetimeSeconds: Int?
    /// Whether a new connection is allowed beside a live one; the ledger's policy where left out.
    public var allowMultiple: Bool?
    /// The credential to authorize again; excludes `replace` and the presets.
    public var reconnect: CredentialID?
    /// The credential to put another account in; excludes `reconnect` and the presets.
    public var replace: CredentialID?
    /// The label that a new credential takes, 1 to 200 bytes.
    public var label: String?
    /// The external id that a new credential takes.
    public var externalID: ExternalID?
    /// The member who owns a new credential.
    public var member: MemberID?

    /// Describes an authorization to begin.
    public init(
        user: UserID, toolkit: ToolkitID, lifetimeSeconds: Int? = nil, allowMultiple: Bool? = nil,
        reconnect: CredentialID? = nil, replace: CredentialID? = nil, label: String? = nil,
        externalID: ExternalID? = nil, member: MemberID? = nil
    ) {
        self.user = user
        self.toolkit = toolkit
        self.lifetimeSeconds = lifetimeSeconds
        self.allowMultiple = allowMultiple
        self.reconnect = reconnect
        self.replace = replace
        self.label = label
        self.externalID = externalID
        self.member = member
    }

    /// The default life of a state, in seconds.
    package static let defaultLifetimeSeconds = 600
    /// The longest life of a state, in seconds.
    package static let maximumLifetimeSeconds = 3600

    /// What the authorization is for.
    package var intent: AuthorizationIntent {
        if let reconnect { return .reconnect(reconnect) }
        if let replace { return .replace(replace) }
        return .connect
    }
}

/// Ties the grant that a callback brought to a credential.
public struct LinkGrant: Hashable, Sendable {
    /// SHA-256 of the token that the callback brought.
    public var state: StateDigest
    /// The grant.
    public var grant: GrantID
    /// The account at the provider.
    public var account: ProviderAccount
    /// What was connected; refused where it is not the state's toolkit.
    public var toolkit: ToolkitID?
    /// Who holds the tokens.
    public var platform: PlatformID?
    /// What the grant allows: at most 64 scopes of 1 to 255 bytes.
    public var scopes: [String]?
    /// When the authorization ends by itself.
    public var validUntil: Timestamp?
    /// A new credential's label, 1 to 200 bytes; wins over the state's.
    public var label: String?

    /// Describes a grant to link.
    public init(
        state: StateDigest, grant: GrantID, account: ProviderAccount, toolkit: ToolkitID? = nil,
        platform: PlatformID? = nil, scopes: [String]? = nil, validUntil: Timestamp? = nil,
        label: String? = nil
    ) {
        self.state = state
        self.grant = grant
        self.account = account
        self.toolkit = toolkit
        self.platform = platform
        self.scopes = scopes
        self.validUntil = validUntil
        self.label = label
    }
}

/// Records that a grant stopped working.
public struct ExpireGrant: Hashable, Sendable {
    /// The grant.
    public var grant: GrantID
    /// Why, 1 to 255 bytes.
    public var reason: String?
    /// The platform's name for the notice that told.
    public var notice: NoticeID?
    /// The user who must be the owner; for anyone else the grant is unknown.
    public var user: UserID?

    /// Describes a grant to expire.
    public init(grant: GrantID, reason: String? = nil, notice: NoticeID? = nil, user: UserID? = nil)
    {
        self.grant = grant
        self.reason = reason
        self.notice = notice
        self.user = user
    }
}

/// Records what a platform reports of a grant, in whatever order its reports come.
///
/// The latest report by occurred-at counts, which the context has to bring: an authentication makes
/// the grant valid unless an expiry as late or later is known, and an expiry ends it unless an
/// authentication after it is known. A report that is overtaken so is recorded as superseded and
/// changes no status. Of two at one time the expiry counts.
///
/// `ExpireGrant` leaves a grant that has expired as it is. That does not do where authentications
/// are reported too, and late: of two expiries the later one has to be known, to tell on which side
/// of it an authentication lies.
public struct ReportGrant: Hashable, Sendable {
    /// What a platform reports of a grant.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        /// The user authenticated, or the platform found it working again.
        case authenticated
        /// It stopped working.
        case expired
    }

    /// The grant, which a credential has to hold or have held.
    public var grant: GrantID
    /// What is reported.
    public var status: Status
    /// The platform's name for the notice, unique for the grant; 1 to 255 bytes.
    public var notice: NoticeID
    /// Why it stopped working, 1 to 255 bytes.
    public var reason: String?
    /// The user who must be the owner; for anyone else the grant is unknown.
    public var user: UserID?

    /// Describes a report.
    public init(
        grant: GrantID, status: Status, notice: NoticeID, reason: String? = nil,
        user: UserID? = nil
    ) {
        self.grant = grant
        self.status = status
        self.notice = notice
        self.reason = reason
        self.user = user
    }
}

/// Withdraws a grant for good.
public struct RevokeGrant: Hashable, Sendable {
    /// What names the grant to withdraw.
    public enum Target: Hashable, Sendable {
        /// The grant that a credential holds.
        case credential(CredentialID)
        /// The grant itself.
        case grant(GrantID)
    }

    /// What names the grant to withdraw.
    public var target: Target
    /// Why; the user's wish where left out.
    public var reason: RevocationReason?
    /// The user who must be the owner; for anyone else grant and credential are unknown.
    public var user: UserID?

    /// Describes a grant to withdraw.
    public init(_ target: Target, reason: RevocationReason? = nil, user: UserID? = nil) {
        self.target = target
        self.reason = reason
        self.user = user
    }
}

/// Sets or clears a credential's label.
public struct Relabel: Hashable, Sendable {
    /// The credential.
    public var credential: CredentialID
    /// The label, 1 to 200 bytes; none clears it.
    public var label: String?
    /// The user who must be the owner; for anyone else the credential is unknown.
    public var user: UserID?

    /// Describes a label to set or clear.
    public init(credential: CredentialID, label: String?, user: UserID? = nil) {
        self.credential = credential
        self.label = label
        self.user = user
    }
}

/// Stores or clears a user's choice for a toolkit.
public struct SelectAccount: Hashable, Sendable {
    /// The user who chooses.
    public var user: UserID
    /// The toolkit chosen for.
    public var toolkit: ToolkitID
    /// The credential chosen; none clears the choice.
    public var credential: CredentialID?

    /// Describes a choice.
    public init(user: UserID, toolkit: ToolkitID, credential: CredentialID?) {
        self.user = user
        self.toolkit = toolkit
        self.credential = credential
    }
}

/// Records a grant that exists already.
public struct ImportGrant: Hashable, Sendable {
    /// The user who holds the grant.
    public var user: UserID
    /// What is connected.
    public var toolkit: ToolkitID
    /// The grant.
    public var grant: GrantID
    /// The account at the provider.
    public var account: ProviderAccount
    /// The label, 1 to 200 bytes; dropped where another credential of the user has it.
    public var label: String?
    /// The application's own name for the credential.
    public var externalID: ExternalID?
    /// The member who owns the credential.
    public var member: MemberID?
    /// When the account was connected; now where left out; at most five minutes ahead.
    public var connectedAt: Timestamp?
    /// The grant's status; valid where left out.
    public var status: CredentialStatus?
    /// Who holds the tokens.
    public var platform: PlatformID?
    /// The name of the source, 1 to 255 bytes; kept on the event.
    public var source: String

    /// Describes a grant to record.
    public init(
        user: UserID, toolkit: ToolkitID, grant: GrantID, account: ProviderAccount,
        label: String? = nil,
        externalID: ExternalID? = nil, member: MemberID? = nil, connectedAt: Timestamp? = nil,
        status: CredentialStatus? = nil, platform: PlatformID? = nil, source: String = "import"
    ) {
        self.user = user
        self.toolkit = toolkit
        self.grant = grant
        self.account = account
        self.label = label
        self.externalID = externalID
        self.member = member
        self.connectedAt = connectedAt
        self.status = status
        self.platform = platform
        self.source = source
    }
}
