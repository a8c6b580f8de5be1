public import LedgerDomain

extension Session {
    /// Begins the authorization of an account: to connect, or to reconnect or replace a credential.
    ///
    /// Whether an account may be connected beside another of the toolkit is the ledger's policy
    /// where `allowMultiple` is left out. A session acts as the newest account, so a program that
    /// offers *add another account* gives true.
    ///
    /// - Parameters:
    ///   - toolkit: What is to be connected.
    ///   - reconnect: The credential to authorize again; excludes `replace` and the presets.
    ///   - replace: The credential to put another account in; excludes `reconnect` and the presets.
    ///   - label: The label that a new credential takes, 1 to 200 bytes.
    ///   - externalID: The external id that a new credential takes.
    ///   - allowMultiple: Whether a new connection is allowed beside a live one.
    ///   - lifetimeSeconds: How long the state is valid: 1 to 3600 seconds; 600 where left out.
    ///   - context: Who asks; without idempotency key, because the state's token is given once.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    /// - Returns: What the application needs to send the user on, or the refusal.
    /// - Throws: `invalidOption` for an idempotency key.
    public func authorize(
        toolkit: ToolkitID, reconnect: CredentialID? = nil, replace: CredentialID? = nil,
        label: String? = nil, externalID: ExternalID? = nil, allowMultiple: Bool? = nil,
        lifetimeSeconds: Int? = nil, context: CommandContext = CommandContext(),
        at time: Timestamp? = nil
    ) async throws(LedgerError) -> Result<Authorization, Refusal> {
        guard context.idempotencyKey == nil else {
            throw LedgerError(
                .invalidOption, subject: "context.idempotencyKey",
                "The token of a state is given once, so an authorization cannot be repeated under"
                    + " a key. Leave the key out, and begin another one.")
        }
        let issue = IssueState(
            user: user, toolkit: toolkit, lifetimeSeconds: lifetimeSeconds,
            allowMultiple: allowMultiple, reconnect: reconnect, replace: replace, label: label,
            externalID: externalID)
        let outcome = try await access.issueState(issue, context: context, at: time)
        switch outcome {
        case .refused(let refusal): return .failure(refusal)
        case .applied(let receipt), .unchanged(let receipt):
            guard let authorization = Authorization(receipt, of: issue, by: self) else {
                throw LedgerError(.other, "A state was issued without its token. Try again.")
            }
            return .success(authorization)
        }
    }

    /// Ties the grant that a callback brought to a credential, and consumes the callback's state.
    ///
    /// A state of another user, or of something that the session does not see, is unknown.
    ///
    /// - Parameters:
    ///   - state: The token that the callback brought.
    ///   - grant: The grant that the authorization code was exchanged for.
    ///   - account: The account at the provider.
    ///   - toolkit: What was connected; refused where it is not the state's toolkit.
    ///   - platform: Who holds the tokens.
    ///   - scopes: What the grant allows: at most 64 scopes of 1 to 255 bytes.
    ///   - validUntil: When the authorization ends by itself; it informs and expires nothing.
    ///   - label: A new credential's label, 1 to 200 bytes; wins over the state's.
    ///   - context: Who asks, and under which conditions.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    public func link(
        state: StateToken, grant: GrantID, account: ProviderAccount, toolkit: ToolkitID? = nil,
        platform: PlatformID? = nil, scopes: [String]? = nil, validUntil: Timestamp? = nil,
        label: String? = nil, context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await access.link(
            state: state, grant: grant, account: account, toolkit: toolkit, platform: platform,
            scopes: scopes, validUntil: validUntil, label: label, context: context, at: time)
    }

    /// Stores the user's choice for a toolkit, which holds for all sessions without a pin for it.
    public func select(
        _ credential: CredentialID, for toolkit: ToolkitID,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await access.select(credential, for: toolkit, of: user, context: context, at: time)
    }

    /// Clears the user's choice for a toolkit; this session's pin stays.
    public func clearSelection(
        for toolkit: ToolkitID, context: CommandContext = CommandContext(),
        at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await access.clearSelection(for: toolkit, of: user, context: context, at: time)
    }

    /// Withdraws a grant for good; the user's other accounts stay.
    public func revoke(
        _ target: RevokeGrant.Target, reason: RevocationReason? = nil,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await access.revoke(target, reason: reason, context: context, at: time)
    }

    /// Sets or clears a credential's label.
    public func relabel(
        _ credential: CredentialID, to label: String?, context: CommandContext = CommandContext(),
        at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await access.relabel(credential, to: label, context: context, at: time)
    }

    /// Records that a grant stopped working.
    public func expire(
        _ action: ExpireGrant, context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await access.expire(action, context: context, at: time)
    }
}
