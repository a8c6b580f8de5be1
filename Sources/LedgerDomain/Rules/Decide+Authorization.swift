extension RuleContext {
    /// A state is bound to user, toolkit and intent.
    func decide(_ action: IssueState) throws(Refusal) -> Decision {
        guard let user else { throw .unknownCredential }
        let allowMultiple = action.allowMultiple ?? state.policy.allowMultiple
        if let id = action.intent.credential {
            try check(id, of: user, for: action.toolkit)
        } else {
            try checkRoom(user, allowMultiple: allowMultiple)
            try checkLabel(user)
        }
        let lifetime = action.lifetimeSeconds ?? IssueState.defaultLifetimeSeconds
        let expiresAt = input.now.adding(seconds: Int64(lifetime))
        let event = StateIssued(
            digest: newStateDigest, toolkit: action.toolkit, intent: action.intent,
            expiresAt: expiresAt, allowMultiple: allowMultiple, label: action.label,
            externalID: action.externalID, member: action.member)
        var proposal = accept(user, [.stateIssued(event)])
        proposal.state = input.newState
        proposal.expiresAt = expiresAt
        return .accepted(proposal)
    }

    /// Consuming the state and linking the grant is one event.
    func decide(_ action: LinkGrant) throws(Refusal) -> Decision {
        guard let issued = state.issued, let user else { throw .unknownState }
        try issued.check(at: input.now, for: action.toolkit)
        let target = try target(of: issued.event, user)
        try checkIdentity(
            action.grant, action.account.identity, user, issued.event.toolkit, target: target,
            mustMatch: issued.event.intent.mustMatch)
        if let target {
            return .accepted(relink(target, action, user))
        }
        try checkRoom(user, allowMultiple: issued.event.allowMultiple)
        try checkLabel(user)
        return .accepted(connect(action, issued.event, user))
    }

    /// The credential that the link ends in, none where it makes one.
    private func target(
        of issued: StateIssued, _ user: UserFacts
    ) throws(Refusal) -> Credential? {
        guard let id = issued.intent.credential else { return user.accountHolder }
        try check(id, of: user, for: issued.toolkit)
        return user.credential(id)
    }

    private func connect(_ action: LinkGrant, _ issued: StateIssued, _ user: UserFacts) -> Proposal
    {
        let event = GrantLinked(
            credential: newCredential, grant: action.grant, platform: action.platform,
            toolkit: issued.toolkit, account: action.account, kind: .connected,
            origin: .state(issued.digest), label: action.label ?? issued.label,
            externalID: issued.externalID, member: issued.member, scopes: action.scopes ?? [],
            validUntil: action.validUntil, previousGrant: nil,
            sharedAccount: state.isAccountHeldByAnother)
        var proposal = accept(user, [.grantLinked(event)])
        proposal.credential = event.credential
        proposal.kind = event.kind
        return proposal
    }

    /// Reconnects, or replaces where the provider account is another, whatever was intended.
    private func relink(_ target: Credential, _ action: LinkGrant, _ user: UserFacts) -> Proposal {
        let replaces = target.account.identity != action.account.identity
        var account = action.account
        account.email = account.email ?? target.account.email
        account.name = account.name ?? target.account.name
        let event = GrantLinked(
            credential: target.id, grant: action.grant,
            platform: action.platform ?? target.platform,
            toolkit: target.toolkit, account: account, kind: replaces ? .replaced : .reconnected,
            origin: .state(action.state), label: nil, externalID: nil, member: nil,
            scopes: action.scopes ?? target.scopes,
            validUntil: action.validUntil ?? target.validUntil,
            previousGrant: target.grant == action.grant ? nil : target.grant,
            sharedAccount: state.isAccountHeldByAnother)
        var events: [Event] = [.grantLinked(event)]
        if replaces {
            // After the link, so that the credential is at no position shown as revoked.
            let revoked = GrantRevoked(
                credential: target.id, grant: target.grant, reason: .replaced)
            events.append(.grantRevoked(revoked))
        }
        var proposal = accept(user, events)
        proposal.credential = target.id
        proposal.kind = event.kind
        proposal.previousGrant = event.previousGrant
        return proposal
    }
}

extension RuleContext {
    /// A credential to act on is the user's, of the toolkit, and not revoked.
    func check(
        _ id: CredentialID, of user: UserFacts, for toolkit: ToolkitID
    ) throws(Refusal) {
        // Another user's credential is unknown whatever its toolkit; the user's own says what is
        // wrong.
        guard let credential = user.credential(id) else { throw .unknownCredential }
        if credential.toolkit != toolkit { throw .toolkitMismatch(toolkit: credential.toolkit) }
        if !credential.isLive { throw .credentialRevoked(id) }
    }

    /// Grant and provider account are free, or held by the credential that the link ends in.
    func checkIdentity(
        _ grant: GrantID, _ account: ProviderAccount.Identity, _ user: UserFacts,
        _ toolkit: ToolkitID, target: Credential?, mustMatch: Bool
    ) throws(Refusal) {
        let holder = state.holding.flatMap { $0.isHeld ? $0 : nil }
        let own = holder.flatMap { $0.user == user.id ? user.credential($0.credential) : nil }
        if mustMatch, let target, target.account.identity != account {
            throw .accountMismatch(target.id)
        }
        if let own, own.toolkit == toolkit, own.account.identity != account {
            throw .accountMismatch(own.id)
        }
        if holder != nil, own == nil { throw .grantAlreadyLinked(nil) }
        if let own, own.toolkit != toolkit { throw .grantAlreadyLinked(own.id) }
        if state.isAccountHeldByAnother, !state.policy.sharedAccounts {
            throw .accountAlreadyLinked(nil)
        }
        // Whatever the policy: a user has one live credential of a toolkit and provider account.
        if user.isAccountHidden { throw .accountAlreadyLinked(nil) }
        if let other = user.accountHolder, other.id != target?.id {
            throw .accountAlreadyLinked(other.id)
        }
    }

    /// One more credential of the toolkit is allowed.
    private func checkRoom(
        _ user: UserFacts, allowMultiple: Bool
    ) throws(Refusal) {
        let live = user.accounts.live
        if !allowMultiple, let newest = live.last { throw .alreadyConnected(newest.credential) }
        if let limit = state.policy.accountLimit, live.count >= limit {
            throw .accountLimitReached(limit: limit)
        }
    }

    func checkLabel(_ user: UserFacts) throws(Refusal) {
        if let holder = user.labelHolder { throw .labelTaken(by: holder) }
    }
}

extension IssuedState {
    /// The state can be used, whatever it is that is linked.
    package func check(at now: Timestamp, for toolkit: ToolkitID?) throws(Refusal) {
        if consumedBy != nil { throw .stateAlreadyUsed }
        if now >= event.expiresAt { throw .stateExpired(at: event.expiresAt) }
        if let toolkit, toolkit != event.toolkit {
            throw .toolkitMismatch(toolkit: event.toolkit)
        }
    }
}

extension AuthorizationIntent {
    /// Whether the provider account has to be the credential's own.
    fileprivate var mustMatch: Bool {
        if case .reconnect = self { true } else { false }
    }
}
