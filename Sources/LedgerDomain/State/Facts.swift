/// An issued state and what became of it.
package struct IssuedState: Hashable, Sendable {
    /// The user whom the state is bound to.
    package var user: UserID
    /// What was issued.
    package var event: StateIssued
    /// The first result of the link that consumed it, if one did.
    package var consumedBy: FirstResult?

    package init(user: UserID, event: StateIssued, consumedBy: FirstResult? = nil) {
        self.user = user
        self.event = event
        self.consumedBy = consumedBy
    }
}

/// The result of a command's first delivery, for answering the next ones.
package struct FirstResult: Hashable, Sendable {
    /// The user whom the command was about.
    package var user: UserID
    /// What it depends on whether narrowed access sees the result.
    package var scope: AccessScope
    package var positions: ClosedRange<Position>
    package var credential: CredentialID?
    package var kind: LinkKind?
    package var fingerprint: CommandFingerprint?

    /// Reads the result off the first record that the command appended.
    package init(_ record: EventRecord) {
        // A count below 1 is wrong, but it is for the reader of the log to say so, not for a trap.
        let last = record.position.advanced(by: max(1, record.part.count) - 1)
        positions = record.position...last
        user = record.user
        scope = record.event.accessScope
        credential = record.event.credential
        if case .grantLinked(let event) = record.event { kind = event.kind }
        if case .stateIssued = record.event { credential = nil }
        fingerprint = record.fingerprint
    }

    /// The answer to another delivery of the same command.
    package var receipt: Receipt {
        Receipt(
            positions: positions, userVersion: UserVersion(positions.upperBound),
            credential: credential, kind: kind)
    }
}

/// Who holds a grant, or held it last.
package struct GrantHolding: Hashable, Sendable {
    package var user: UserID
    package var credential: CredentialID
    /// The provider account that the grant authorized there; the credential may have another by
    /// now.
    package var account: ProviderAccount.Identity
    /// Whether the credential is live and this is its grant.
    package var isHeld: Bool

    package init(
        user: UserID, credential: CredentialID, account: ProviderAccount.Identity, isHeld: Bool
    ) {
        self.user = user
        self.credential = credential
        self.account = account
        self.isHeld = isHeld
    }
}

/// What makes two notices of one grant the same: the platform's name for it, else when it
/// happened, else that they have neither.
package struct NoticeKey: Hashable, Sendable {
    package enum Mark: Hashable, Sendable {
        case notice(NoticeID)
        case occurredAt(Timestamp)
        /// Such a notice is the same as another only while a later authorization has overtaken
        /// both.
        case unmarked
    }

    package var grant: GrantID
    package var mark: Mark

    /// The notice that an expire command carries, or an event.
    package init(grant: GrantID, notice: NoticeID?, occurredAt: Timestamp?) {
        self.grant = grant
        if let notice {
            mark = .notice(notice)
        } else if let occurredAt {
            mark = .occurredAt(occurredAt)
        } else {
            mark = .unmarked
        }
    }
}

/// Where the facts come from that a decision rests on: the log folded in memory, or the tables on
/// disk.
///
/// Both answer from one unchanging state of the log.
package protocol FactSource<Failure>: ~Copyable, ~Escapable {
    associatedtype Failure: Error

    /// The first result of the command that used the key.
    func firstResult(of key: IdempotencyKey) throws(Failure) -> FirstResult?
    /// The state with that digest.
    func issuedState(_ digest: StateDigest) throws(Failure) -> IssuedState?
    /// The user whose credential it is.
    func owner(of credential: CredentialID) throws(Failure) -> UserID?
    /// Who holds the grant, or held it last.
    func holding(of grant: GrantID) throws(Failure) -> GrantHolding?
    /// Whether a live credential of another user has the provider account.
    func isHeldByAnother(
        _ account: ProviderAccount.Identity, than user: UserID
    ) throws(Failure) -> Bool
    /// Whether the notice was recorded.
    func hasSeen(_ notice: NoticeKey) throws(Failure) -> Bool
    /// The position of the user's last event, 0 without any.
    func version(of user: UserID) throws(Failure) -> UserVersion
    /// The position of the user's last event that narrowed access sees, 0 without any.
    func version(of user: UserID, within narrowing: Narrowing) throws(Failure) -> UserVersion
    /// The user's credential of that id, live or not.
    func credential(_ id: CredentialID, of user: UserID) throws(Failure) -> Credential?
    /// The user's live credentials of the toolkit and the stored choice.
    func toolkitAccounts(
        of user: UserID, _ toolkit: ToolkitID
    ) throws(Failure) -> ToolkitAccounts
    /// The user's live credential of the toolkit with that provider account; there is at most one.
    func liveCredential(
        of user: UserID, _ toolkit: ToolkitID, with account: ProviderAccount.Identity
    ) throws(Failure) -> Credential?
    /// The user's live credential of the toolkit that bears the label, other than one.
    func holder(
        of label: String, _ user: UserID, _ toolkit: ToolkitID, but own: CredentialID?
    ) throws(Failure) -> CredentialID?
    /// The credential itself, or where there is none the next in the order of bytes, from the last
    /// to the first; none where there are no credentials.
    func nearest(to credential: CredentialID) throws(Failure) -> CredentialID?
    /// The grant itself, or where it was never linked the next that was, likewise.
    func nearest(to grant: GrantID) throws(Failure) -> GrantID?
    /// The state itself, or where it was never issued the next that was, likewise.
    func nearest(to digest: StateDigest) throws(Failure) -> StateDigest?
}
