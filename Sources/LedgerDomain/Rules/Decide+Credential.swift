extension RuleContext {
    /// A notice that a later authorization has overtaken is recorded and changes no status.
    func decide(_ action: ExpireGrant) throws(Refusal) -> Decision {
        guard let holding = state.holding, let user,
            let credential = user.credential(holding.credential)
        else { throw .unknownGrant }
        let isCurrent = credential.grant == action.grant
        // A notice without a time of its own is not late: it came after the authorization.
        let isLate = occurredAt.map { $0 < credential.lastAuthenticatedAt } ?? false
        let isSuperseded = isLate || !isCurrent
        // A grant that works again can expire again; only then is a notice without name and time a
        // new one.
        let isMarked = command.notice?.mark != .unmarked
        let isSeen = state.isNoticeSeen && (isMarked || isSuperseded)
        if !credential.isLive || (isCurrent && credential.status == .expired) || isSeen {
            return unchanged(user, credential.id)
        }
        let event = GrantExpired(
            credential: credential.id, grant: action.grant, reason: action.reason,
            notice: action.notice, superseded: isSuperseded)
        var proposal = accept(user, [.grantExpired(event)])
        proposal.credential = credential.id
        proposal.superseded = event.superseded
        return .accepted(proposal)
    }

    /// Withdraws that grant only; a second time answers with the first.
    func decide(_ action: RevokeGrant) throws(Refusal) -> Decision {
        let (user, credential) = try find(action.target)
        if !credential.isLive {
            // Nothing happens to a revoked credential, so its last event is the one that revoked
            // it.
            let version = credential.version
            return .unchanged(
                Receipt(
                    positions: version...version, userVersion: UserVersion(version),
                    credential: credential.id))
        }
        if case .grant(let grant) = action.target, grant != credential.grant {
            return unchanged(user, credential.id)
        }
        let event = GrantRevoked(
            credential: credential.id, grant: credential.grant,
            reason: action.reason ?? .disconnectedByUser)
        var proposal = accept(user, [.grantRevoked(event)])
        proposal.credential = credential.id
        return .accepted(proposal)
    }

    private func find(_ target: RevokeGrant.Target) throws(Refusal) -> (UserFacts, Credential) {
        switch target {
        case .credential(let id):
            guard let user, let found = user.credential(id) else { throw .unknownCredential }
            return (user, found)
        case .grant:
            guard let holding = state.holding, let user,
                let found = user.credential(holding.credential)
            else { throw .unknownGrant }
            return (user, found)
        }
    }

    func decide(_ action: Relabel) throws(Refusal) -> Decision {
        guard let user, let credential = user.credential(action.credential) else {
            throw .unknownCredential
        }
        if !credential.isLive { throw .credentialRevoked(credential.id) }
        if isSame(credential.label, action.label) { return unchanged(user, credential.id) }
        try checkLabel(user)
        let event = LabelChanged(credential: credential.id, label: action.label)
        var proposal = accept(user, [.labelChanged(event)])
        proposal.credential = credential.id
        return .accepted(proposal)
    }

    /// Byte for byte: "Work" may become "work", although no other credential may have both.
    private func isSame(_ left: String?, _ right: String?) -> Bool {
        left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
    }

    /// Only a live, valid credential of the user and toolkit can be chosen.
    func decide(_ action: SelectAccount) throws(Refusal) -> Decision {
        guard let user else { throw .unknownCredential }
        if let id = action.credential {
            try check(id, of: user, for: action.toolkit)
            if let credential = user.credential(id), !credential.isUsable {
                throw .notUsable(id, status: credential.status)
            }
        }
        if user.accounts.choice == action.credential {
            return unchanged(user, action.credential)
        }
        let event = AccountSelected(toolkit: action.toolkit, credential: action.credential)
        var proposal = accept(user, [.accountSelected(event)])
        proposal.credential = action.credential
        return .accepted(proposal)
    }

    /// An import records what exists: it never supersedes, and limits do not apply to it.
    func decide(_ action: ImportGrant) throws(Refusal) -> Decision {
        guard let user else { throw .unknownCredential }
        let identity = action.account.identity
        // The last holder counts, live or not, with the account that the grant authorized there:
        // importing a grant twice changes nothing, although it was revoked, superseded or replaced
        // in between.
        if let holding = state.holding, holding.user == user.id, holding.account == identity,
            let credential = user.credential(holding.credential),
            credential.toolkit == action.toolkit
        {
            return unchanged(user, credential.id)
        }
        try checkIdentity(
            action.grant, identity, user, action.toolkit, target: nil, mustMatch: false)
        return .accepted(record(action, user, labelDropped: user.labelHolder != nil))
    }

    private func record(_ action: ImportGrant, _ user: UserFacts, labelDropped: Bool) -> Proposal {
        let linked = GrantLinked(
            credential: newCredential, grant: action.grant, platform: action.platform,
            toolkit: action.toolkit, account: action.account, kind: .connected,
            origin: .imported(source: action.source), label: labelDropped ? nil : action.label,
            externalID: action.externalID, member: action.member, scopes: [], validUntil: nil,
            previousGrant: nil, sharedAccount: state.isAccountHeldByAnother)
        var drafts = [
            Proposal.Draft(.grantLinked(linked), occurredAt: action.connectedAt ?? occurredAt)
        ]
        if let ending = ending(action) {
            drafts.append(
                Proposal.Draft(ending, occurredAt: occurredAt ?? action.connectedAt))
        }
        var proposal = Proposal(user: user.id, drafts: drafts)
        proposal.credential = linked.credential
        proposal.kind = .connected
        proposal.labelDropped = labelDropped
        return proposal
    }

    private func ending(_ action: ImportGrant) -> Event? {
        switch action.status {
        case .valid, nil: nil
        case .expired:
            .grantExpired(
                GrantExpired(
                    credential: newCredential, grant: action.grant,
                    reason: RevocationReason.imported.text,
                    notice: nil, superseded: false))
        case .revoked:
            .grantRevoked(
                GrantRevoked(
                    credential: newCredential, grant: action.grant,
                    reason: .imported))
        }
    }
}
