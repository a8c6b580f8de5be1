extension RuleContext {
    /// The latest report counts, whatever the order in which reports come.
    ///
    /// A credential remembers its last authentication and, while it is expired, its last expiry.
    /// That is enough: what is older than a later one of the other kind can change no status.
    func decide(_ action: ReportGrant) throws(Refusal) -> Decision {
        guard let holding = state.holding, let user,
            let credential = user.credential(holding.credential)
        else { throw .unknownGrant }
        guard let time = occurredAt, credential.isLive else {
            return unchanged(user, credential.id)
        }
        switch action.status {
        case .authenticated: return authenticated(action, at: time, credential, user)
        case .expired: return expired(action, at: time, credential, user)
        }
    }

    private func authenticated(
        _ action: ReportGrant, at time: Timestamp, _ credential: Credential, _ user: UserFacts
    ) -> Decision {
        // What a grant that was superseded does is nothing to the credential.
        guard credential.grant == action.grant, time > credential.lastAuthenticatedAt else {
            return unchanged(user, credential.id)
        }
        let event = GrantLinked(
            credential: credential.id, grant: action.grant, platform: credential.platform,
            toolkit: credential.toolkit, account: credential.account, kind: .reconnected,
            origin: .reported(notice: action.notice), scopes: credential.scopes,
            validUntil: credential.validUntil, sharedAccount: state.isAccountHeldByAnother,
            superseded: credential.status == .expired && time <= credential.statusChangedAt)
        var proposal = accept(user, [.grantLinked(event)])
        proposal.credential = credential.id
        proposal.kind = event.kind
        proposal.superseded = event.superseded
        return .accepted(proposal)
    }

    private func expired(
        _ action: ReportGrant, at time: Timestamp, _ credential: Credential, _ user: UserFacts
    ) -> Decision {
        let isSuperseded =
            credential.grant != action.grant || time < credential.lastAuthenticatedAt
        let isKnown = credential.status == .expired && time <= credential.statusChangedAt
        if state.isNoticeSeen || (isKnown && !isSuperseded) {
            return unchanged(user, credential.id)
        }
        let event = GrantExpired(
            credential: credential.id, grant: action.grant, reason: action.reason,
            notice: action.notice, superseded: isSuperseded)
        var proposal = accept(user, [.grantExpired(event)])
        proposal.credential = credential.id
        proposal.superseded = isSuperseded
        return .accepted(proposal)
    }
}
