extension EventRecord {
    /// The credential that a link makes, which this is the record of.
    package func credential(made event: GrantLinked) -> Credential {
        Credential(
            id: event.credential, user: user, toolkit: event.toolkit, grant: event.grant,
            platform: event.platform, account: event.account, label: event.label,
            externalID: event.externalID, member: event.member, status: .valid, statusReason: nil,
            firstConnectedAt: effectiveAt, lastAuthenticatedAt: effectiveAt,
            statusChangedAt: effectiveAt, validUntil: event.validUntil, scopes: event.scopes,
            createdAt: position, version: position)
    }
}

extension Credential {
    /// Takes in a later event of the credential.
    ///
    /// - Throws: `FoldError` when the credential was revoked: nothing happens to it any more.
    package mutating func apply(_ record: EventRecord) throws(FoldError) {
        guard isLive else { throw FoldError(record.position, .credentialRevoked) }
        switch record.event {
        case .grantLinked(let event): link(event, record)
        case .grantExpired(let event): expire(event, record)
        case .grantRevoked(let event): revoke(event, record)
        case .labelChanged(let event): label = event.label
        case .stateIssued, .accountSelected: return
        }
        version = record.position
    }

    private mutating func link(_ event: GrantLinked, _ record: EventRecord) {
        grant = event.grant
        platform = event.platform
        account = event.account
        scopes = event.scopes
        validUntil = event.validUntil
        lastAuthenticatedAt = max(lastAuthenticatedAt, record.effectiveAt)
        if status != .valid, !event.superseded {
            status = .valid
            statusReason = nil
            statusChangedAt = record.effectiveAt
        }
    }

    /// Of several expiries the latest counts, whichever was told first.
    private mutating func expire(_ event: GrantExpired, _ record: EventRecord) {
        guard !event.superseded, event.grant == grant else { return }
        if status == .expired, record.effectiveAt <= statusChangedAt { return }
        status = .expired
        statusReason = event.reason
        statusChangedAt = record.effectiveAt
    }

    /// A grant that another one has replaced is revoked without touching the credential.
    private mutating func revoke(_ event: GrantRevoked, _ record: EventRecord) {
        guard event.grant == grant else { return }
        status = .revoked
        statusReason = event.reason.text
        statusChangedAt = record.effectiveAt
    }
}
