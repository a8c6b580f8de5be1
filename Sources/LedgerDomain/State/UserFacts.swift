/// What a decision looks at of one user: what the command names, and one toolkit.
///
/// A user may be an organisation with thousands of accounts; a decision must not take longer for
/// that.
package struct UserFacts: Hashable, Sendable {
    /// The user.
    package let id: UserID
    /// The position of the user's last event that is seen, 0 without any; none where finding it
    /// takes reading the log and the decision does not look at it.
    package var version: UserVersion?
    /// The live credentials of the command's toolkit and the stored choice.
    package var accounts = ToolkitAccounts()
    /// The live credential of the toolkit that has the command's provider account.
    package var accountHolder: Credential?
    /// Whether a live credential of the toolkit has the command's provider account, and the command
    /// may not know it.
    package var isAccountHidden = false
    /// Another live credential of the toolkit that bears the command's label.
    package var labelHolder: CredentialID?
    /// The credentials that the command names itself, or by a state or a grant.
    private var named: [CredentialID: Credential] = [:]

    package init(id: UserID) { self.id = id }

    /// The user's credential of that id, if the command names it.
    package func credential(_ id: CredentialID) -> Credential? { named[id] }
}

extension UserFacts {
    /// Collects what a decision on the command looks at of the user.
    static func gather<Source: FactSource & ~Copyable & ~Escapable>(
        of user: UserID, for command: Command, on state: DecisionState,
        from source: borrowing Source
    ) throws(Source.Failure) -> UserFacts {
        let narrowing = command.context.narrowing
        var facts = UserFacts(id: user)
        facts.version = UserVersion(0)
        guard narrowing.admits(user: user) else { return facts }
        let version = try source.version(of: user)
        guard version > UserVersion(0) else { return facts }
        facts.version = narrowing.isEverything ? version : nil
        if facts.version == nil, command.context.expectedUserVersion != nil {
            facts.version = try source.version(of: user, within: narrowing)
        }
        for id in state.namedCredentials(of: command, user) {
            facts.named[id] = try source.credential(id, of: user, within: narrowing)
        }
        guard let toolkit = facts.toolkit(of: command, state) else { return facts }
        facts.accounts = try source.toolkitAccounts(of: user, toolkit, within: narrowing)
        if let account = command.action.account {
            let holder = try source.liveCredential(of: user, toolkit, with: account.identity)
            facts.accountHolder = holder.flatMap { narrowing.admits($0) ? $0 : nil }
            facts.isAccountHidden = holder != nil && facts.accountHolder == nil
        }
        if let label = state.label(of: command), !state.policy.duplicateLabels {
            var own: CredentialID?
            if case .relabel(let relabel) = command.action { own = relabel.credential }
            facts.labelHolder = try source.holder(
                of: label, user, toolkit, but: own, within: narrowing)
        }
        return facts
    }

    /// The toolkit whose accounts the decision looks at: none where the command names a credential
    /// that is not there, because then it is refused, whatever else the user has.
    private func toolkit(of command: Command, _ state: DecisionState) -> ToolkitID? {
        switch command.action {
        case .issueState(let action): isThere(action.intent.credential) ? action.toolkit : nil
        case .link: state.issued?.event.toolkit
        case .relabel(let action): credential(action.credential)?.toolkit
        case .select(let action): isThere(action.credential) ? action.toolkit : nil
        case .importGrant(let action): action.toolkit
        case .expire, .report, .revoke: nil
        }
    }

    private func isThere(_ named: CredentialID?) -> Bool {
        named.map { credential($0) != nil } ?? true
    }
}

extension DecisionState {
    fileprivate func namedCredentials(of command: Command, _ user: UserID) -> Set<CredentialID> {
        let named: CredentialID? =
            switch command.action {
            case .issueState(let action): action.intent.credential
            case .link: issued?.event.intent.credential
            case .relabel(let action): action.credential
            case .select(let action): action.credential
            case .revoke(let action):
                if case .credential(let id) = action.target { id } else { nil }
            case .expire, .report, .importGrant: nil
            }
        let held = holding?.user == user ? holding?.credential : nil
        return Set([named, held].compactMap { $0 })
    }

    /// The label that no other credential may bear.
    fileprivate func label(of command: Command) -> String? {
        switch command.action {
        case .issueState(let action): action.label
        case .link(let action): action.label ?? issued?.event.label
        case .relabel(let action): action.label
        case .importGrant(let action): action.label
        case .select, .expire, .report, .revoke: nil
        }
    }
}
