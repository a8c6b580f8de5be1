public import LedgerDomain

/// What changed for an account or a toolkit of a user.
///
/// Descriptions leave the label out, so that a line in a log cannot leak it.
public struct AccountChange: Hashable, Sendable {
    /// What changed.
    @nonexhaustive
    public enum Kind: Hashable, Sendable {
        /// A credential was made, by an authorization or an import.
        case connected(grant: GrantID)
        /// The same provider account was authorized again; the grant before, where it is another.
        case reconnected(grant: GrantID, previousGrant: GrantID?)
        /// Another provider account took the credential over; the grant before was withdrawn.
        case replaced(grant: GrantID, previousGrant: GrantID?)
        /// The grant stopped working: why, where told.
        ///
        /// It comes once. A report that a grant which has expired did so at a later time moves that
        /// time, and is no change.
        case expired(grant: GrantID, reason: String?)
        /// The grant was withdrawn for good.
        case revoked(grant: GrantID, reason: RevocationReason)
        /// The label was set, or cleared where none is given; a personal field.
        case labelChanged(label: String?)
        /// Which credential the toolkit acts as is another, and which rule decided; by the
        /// ledger's policy and the user's choice, without any session's pins.
        case selectionChanged(
            from: Selection.Result, to: Selection.Result, because: Selection.Rule?)
        /// A notice came after what had overtaken it, and no status changed: an expiry after a
        /// later authorization, or a reported authentication after an expiry as late or later.
        case lateNotice(
            of: ReportGrant.Status, grant: GrantID, reason: String?, notice: NoticeID?)
    }

    /// Where in the feed it is; to go on after it, begin here.
    public let place: ChangePlace
    /// When it was recorded.
    public let recordedAt: Timestamp
    /// When it happened: the time told, else the recorded time.
    public let effectiveAt: Timestamp
    /// The user.
    public let user: UserID
    /// The toolkit.
    public let toolkit: ToolkitID
    /// The credential; of a changed selection the one that acts now, if one does.
    public let credential: CredentialID?
    /// The person inside the user who owns the credential, where there is one.
    public let member: MemberID?
    /// Who caused it.
    public let actor: LedgerActor
    /// What it belongs to.
    public let correlationID: CorrelationID?
    /// What changed.
    public let kind: Kind
    /// The owners of all credentials that it names.
    let members: Set<MemberID>

    /// The position of the record that it is of.
    public var position: Position { place.position }

    init(
        _ kind: Kind, _ index: Int, of record: EventRecord, _ toolkit: ToolkitID,
        _ credential: Credential?, members: Set<MemberID>
    ) {
        place = ChangePlace(record.position, index: index, id: record.id)
        recordedAt = record.recordedAt
        effectiveAt = record.effectiveAt
        user = record.user
        self.toolkit = toolkit
        self.credential = credential?.id
        member = credential?.member
        actor = record.actor
        correlationID = record.correlationID
        self.kind = kind
        self.members = members
    }
}

extension AccountChange.Kind {
    /// The kind's name in lines and logs.
    public var name: String {
        switch self {
        case .connected: "connected"
        case .reconnected: "reconnected"
        case .replaced: "replaced"
        case .expired: "expired"
        case .revoked: "revoked"
        case .labelChanged: "labelChanged"
        case .selectionChanged: "selectionChanged"
        case .lateNotice: "lateNotice"
        }
    }
}

extension AccountChange: CustomStringConvertible, CustomDebugStringConvertible {
    /// Place, name, user, toolkit and credential.
    public var description: String {
        "\(place) \(kind.name) \(user) \(toolkit) \(credential.map { "\($0)" } ?? "-")"
    }

    /// The description.
    public var debugDescription: String { description }
}

extension AccountChange: CustomReflectable {
    /// Shows nothing, so that dumping does not show a label.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension AccountChange.Kind: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The name.
    public var description: String { name }
    /// The name.
    public var debugDescription: String { name }
    /// Shows nothing, so that dumping does not show a label.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What the change feed gives.
@nonexhaustive
public enum ChangeFeedItem: Hashable, Sendable {
    /// Something changed.
    case change(AccountChange)
    /// A mark: everything up to this record was given, and the log had no more.
    ///
    /// It comes when the end of the log is reached for the first time, whenever it is reached
    /// again after changes, and after a thousand records of which none was asked for.
    case caughtUp(ChangePlace)

    /// The place to go on from once this was dealt with.
    public var place: ChangePlace {
        switch self {
        case .change(let change): change.place
        case .caughtUp(let place): place
        }
    }
}
