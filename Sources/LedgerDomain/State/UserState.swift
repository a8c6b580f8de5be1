/// What the log says of one user: a fold over that user's events alone.
package struct UserState: Hashable, Sendable {
    /// The user.
    package let id: UserID
    /// The position of the user's last event, 0 without any.
    package var version: UserVersion
    /// The credentials ever made, in the order of first connection.
    package private(set) var credentials: [Credential]
    /// The stored choices.
    package private(set) var choices: [ToolkitID: CredentialID]

    /// A user without events.
    package init(id: UserID) {
        self.init(id: id, version: UserVersion(0), credentials: [], choices: [:])
    }

    /// A user as stored; the credentials may come in any order.
    package init(
        id: UserID, version: UserVersion, credentials: [Credential],
        choices: [ToolkitID: CredentialID]
    ) {
        self.id = id
        self.version = version
        self.credentials = credentials.sorted(by: Credential.isOrderedBefore)
        self.choices = choices
    }

    /// The user's credential of that id.
    package func credential(_ id: CredentialID) -> Credential? {
        credentials.first { $0.id == id }
    }

    /// The live credentials of a toolkit, in the order of first connection.
    package func live(_ toolkit: ToolkitID) -> [Credential] {
        credentials.filter { $0.isLive && $0.toolkit == toolkit }
    }

    /// The live credential of a toolkit with that provider account; there is at most one.
    package func live(_ toolkit: ToolkitID, account: ProviderAccount.Identity) -> Credential? {
        credentials.first { $0.isLive && $0.toolkit == toolkit && $0.account.identity == account }
    }

    /// What a selection for the toolkit depends on.
    package func toolkitAccounts(_ toolkit: ToolkitID) -> ToolkitAccounts {
        ToolkitAccounts(
            live: live(toolkit).map { .init(credential: $0.id, isUsable: $0.isUsable) },
            choice: choices[toolkit])
    }

    /// The toolkits with a live credential or a stored choice, in order of their bytes.
    package var toolkits: [ToolkitID] {
        Set(credentials.filter(\.isLive).map(\.toolkit)).union(choices.keys).sorted()
    }
}

extension UserState {
    /// Takes one more of the user's events in.
    ///
    /// - Throws: `FoldError` when the event cannot follow on what came before: the log is broken.
    package mutating func apply(_ record: EventRecord) throws(FoldError) {
        guard record.user == id, UserVersion(record.position) > version else {
            throw FoldError(record.position, .outOfOrder)
        }
        switch record.event {
        case .stateIssued: break
        case .grantLinked(let event): try apply(event, of: record)
        case .grantExpired(let event):
            try change(event.credential, record) { $0.expire(event, record) }
        case .grantRevoked(let event):
            try change(event.credential, record) { $0.revoke(event, record) }
        case .labelChanged(let event):
            try change(event.credential, record) { $0.label = event.label }
        case .accountSelected(let event): choices[event.toolkit] = event.credential
        }
        version = UserVersion(record.position)
    }

    private mutating func apply(_ event: GrantLinked, of record: EventRecord) throws(FoldError) {
        guard event.kind == .connected else {
            return try change(event.credential, record) { $0.link(event, record) }
        }
        guard credential(event.credential) == nil else {
            throw FoldError(record.position, .credentialExists)
        }
        credentials.append(Credential(event, record))
        credentials.sort(by: Credential.isOrderedBefore)
    }

    private mutating func change(
        _ id: CredentialID, _ record: EventRecord, _ body: (inout Credential) -> Void
    ) throws(FoldError) {
        guard let index = credentials.firstIndex(where: { $0.id == id }) else {
            throw FoldError(record.position, .unknownCredential)
        }
        body(&credentials[index])
        credentials[index].version = record.position
    }
}

extension Credential {
    fileprivate init(_ event: GrantLinked, _ record: EventRecord) {
        self.init(
            id: event.credential, user: record.user, toolkit: event.toolkit, grant: event.grant,
            platform: event.platform, account: event.account, label: event.label,
            externalID: event.externalID, member: event.member, status: .valid, statusReason: nil,
            firstConnectedAt: record.effectiveAt, lastAuthenticatedAt: record.effectiveAt,
            statusChangedAt: record.effectiveAt, validUntil: event.validUntil, scopes: event.scopes,
            createdAt: record.position, version: record.position)
    }

    fileprivate mutating func link(_ event: GrantLinked, _ record: EventRecord) {
        grant = event.grant
        platform = event.platform
        account = event.account
        scopes = event.scopes
        validUntil = event.validUntil
        lastAuthenticatedAt = max(lastAuthenticatedAt, record.effectiveAt)
        if status != .valid {
            status = .valid
            statusReason = nil
            statusChangedAt = record.effectiveAt
        }
    }

    fileprivate mutating func expire(_ event: GrantExpired, _ record: EventRecord) {
        guard !event.superseded, event.grant == grant, status == .valid else { return }
        status = .expired
        statusReason = event.reason
        statusChangedAt = record.effectiveAt
    }

    /// A grant that another one has replaced is revoked without touching the credential.
    fileprivate mutating func revoke(_ event: GrantRevoked, _ record: EventRecord) {
        guard event.grant == grant, status != .revoked else { return }
        status = .revoked
        statusReason = event.reason.text
        statusChangedAt = record.effectiveAt
    }
}

/// An event that cannot follow on what came before it.
package struct FoldError: Error, Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        /// The event names a credential that no earlier event made.
        case unknownCredential
        /// The event makes a credential that exists.
        case credentialExists
        /// The event consumes a state that no earlier event issued.
        case unknownState
        /// The event's position is not after the one before, or it is another user's event.
        case outOfOrder
    }

    /// The record's position.
    package let position: Position
    /// What is wrong with it.
    package let reason: Reason

    package init(_ position: Position, _ reason: Reason) {
        self.position = position
        self.reason = reason
    }
}
