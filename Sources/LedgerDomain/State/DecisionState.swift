/// What a decision rests on: all that the log says about what a command names, and nothing else.
package struct DecisionState: Hashable, Sendable {
    package var policy: Policy
    /// The first result under the command's idempotency key.
    package var firstResult: FirstResult?
    /// The state that a link consumes.
    package var issued: IssuedState?
    /// The holder of the grant that the command names.
    package var holding: GrantHolding?
    /// Whether another user's live credential has the provider account that the command names.
    package var isAccountHeldByAnother = false
    /// Whether the notice that the command carries was recorded as an expiry before.
    package var isNoticeSeen = false
    /// The user whom the command is about; none where what it names is unknown.
    package var user: UserFacts?

    package init(policy: Policy) {
        self.policy = policy
    }
}

extension DecisionState {
    /// Collects what a decision on the command rests on.
    package static func gather<Source: FactSource & ~Copyable & ~Escapable>(
        for command: Command, policy: Policy, from source: borrowing Source
    ) throws(Source.Failure) -> DecisionState {
        var state = DecisionState(policy: policy)
        let narrowing = command.context.narrowing
        if let key = command.context.idempotencyKey {
            state.firstResult = try source.firstResult(of: key, within: narrowing)
        }
        if let digest = command.action.stateDigest {
            state.issued = try source.issuedState(digest, within: narrowing)
        }
        if let grant = command.action.grant {
            // Who brings a grant has to be told that it is held, whoever holds it.
            state.holding =
                command.action.account == nil
                ? try source.holding(of: grant, within: narrowing) : try source.holding(of: grant)
        }
        guard let user = try state.resolveUser(of: command, from: source) else { return state }
        state.user = try UserFacts.gather(of: user, for: command, on: state, from: source)
        if let account = command.account(on: state) {
            state.isAccountHeldByAnother = try source.isHeldByAnother(account, than: user)
        }
        if let notice = command.notice {
            state.isNoticeSeen = try source.hasSeen(notice)
        }
        return state
    }

    /// The user whom the command is about: named, or the owner of what it names.
    private func resolveUser<Source: FactSource & ~Copyable & ~Escapable>(
        of command: Command, from source: borrowing Source
    ) throws(Source.Failure) -> UserID? {
        switch command.action {
        case .issueState(let action): action.user
        case .select(let action): action.user
        case .importGrant(let action): action.user
        case .link: issued?.user
        case .expire, .report: holding?.user
        case .relabel(let action):
            try source.owner(of: action.credential, within: command.context.narrowing)
        case .revoke(let action):
            switch action.target {
            case .grant: holding?.user
            case .credential(let credential):
                try source.owner(of: credential, within: command.context.narrowing)
            }
        }
    }
}

extension Command {
    /// The notice that the command carries, if it is of a kind that carries one.
    package var notice: NoticeKey? {
        switch action {
        case .expire(let action):
            NoticeKey(grant: action.grant, notice: action.notice, occurredAt: context.occurredAt)
        case .report(let action):
            NoticeKey(grant: action.grant, notice: action.notice, occurredAt: context.occurredAt)
        case .issueState, .link, .revoke, .relabel, .select, .importGrant: nil
        }
    }

    /// The provider account that the command names, or that its credential has where it may link.
    package func account(on state: DecisionState) -> ProviderAccount.Identity? {
        guard case .report = action else { return action.account?.identity }
        let held = state.holding.flatMap { state.user?.credential($0.credential) }
        return held?.account.identity
    }
}

extension Command.Action {
    package var stateDigest: StateDigest? {
        if case .link(let link) = self { link.state } else { nil }
    }

    package var grant: GrantID? {
        switch self {
        case .link(let action): action.grant
        case .expire(let action): action.grant
        case .report(let action): action.grant
        case .importGrant(let action): action.grant
        case .revoke(let action):
            if case .grant(let grant) = action.target { grant } else { nil }
        case .issueState, .relabel, .select: nil
        }
    }

    package var account: ProviderAccount? {
        switch self {
        case .link(let action): action.account
        case .importGrant(let action): action.account
        case .issueState, .expire, .report, .revoke, .relabel, .select: nil
        }
    }
}
