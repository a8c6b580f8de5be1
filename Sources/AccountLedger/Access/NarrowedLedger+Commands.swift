public import LedgerDomain

extension NarrowedLedger {
    /// Carries out a command, and returns when its outcome is durable.
    ///
    /// A narrowing of the command's own limits it further.
    ///
    /// - Parameters:
    ///   - command: What is to be done, and who asks.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    public func execute(
        _ command: Command, at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await ledger.execute(narrowed(command), at: time)
    }

    /// Carries out commands in order, each for itself: a refused one leaves the others be.
    ///
    /// - Parameters:
    ///   - commands: What is to be done, in this order.
    ///   - times: The ledger's time for each command, for a ledger with a simulated clock.
    /// - Returns: The outcomes in the order of the commands.
    public func execute(
        _ commands: [Command], at times: [Timestamp]? = nil
    ) async throws(LedgerError) -> [Outcome] {
        try await ledger.execute(commands.map(narrowed), at: times)
    }

    private func narrowed(_ command: Command) -> Command {
        Command(command.action, context: narrowed(command.context))
    }

    func narrowed(_ context: CommandContext) -> CommandContext {
        var context = context
        context.narrowing = narrowing.narrowed(to: context.narrowing)
        return context
    }

    /// Lets a user begin an authorization; the receipt holds the state's token, once.
    ///
    /// A new credential takes the member that access is narrowed to. What would not be seen once it
    /// is connected is refused as `invalid`, whether it exists or not.
    public func issueState(
        _ action: IssueState, context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await ledger.issueState(action, context: narrowed(context), at: time)
    }

    /// Ties the grant that a callback brought to a credential, and consumes the callback's state.
    ///
    /// A state that would connect something outside is unknown here.
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
        try await ledger.link(
            state: state, grant: grant, account: account, toolkit: toolkit, platform: platform,
            scopes: scopes, validUntil: validUntil, label: label, context: narrowed(context),
            at: time)
    }

    /// Records that a grant stopped working.
    public func expire(
        _ action: ExpireGrant, context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await ledger.expire(action, context: narrowed(context), at: time)
    }

    /// Records what a platform reports of a grant, in whatever order its reports come.
    ///
    /// - Parameters:
    ///   - action: What is reported.
    ///   - context: Who asks, and when it happened: a report without occurred-at is refused.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    public func report(
        _ action: ReportGrant, context: CommandContext, at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await ledger.report(action, context: narrowed(context), at: time)
    }

    /// Withdraws a grant for good; the user's other accounts stay.
    public func revoke(
        _ target: RevokeGrant.Target, reason: RevocationReason? = nil, of user: UserID? = nil,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await ledger.revoke(
            target, reason: reason, of: user, context: narrowed(context), at: time)
    }

    /// Sets or clears a credential's label; one that only hidden credentials bear is free.
    public func relabel(
        _ credential: CredentialID, to label: String?, of user: UserID? = nil,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await ledger.relabel(
            credential, to: label, of: user, context: narrowed(context), at: time)
    }

    /// Stores a user's choice for a toolkit.
    ///
    /// A user has one choice for a toolkit: it takes the place of one that is not seen.
    public func select(
        _ credential: CredentialID, for toolkit: ToolkitID, of user: UserID,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await ledger.select(
            credential, for: toolkit, of: user, context: narrowed(context), at: time)
    }

    /// Clears a user's choice for a toolkit, if it is seen.
    public func clearSelection(
        for toolkit: ToolkitID, of user: UserID,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await ledger.clearSelection(
            for: toolkit, of: user, context: narrowed(context), at: time)
    }

    /// Records grants that exist already, with one commit, as the ledger itself does.
    ///
    /// - Parameters:
    ///   - grants: The grants; at most `LedgerOptions.maximumCommandsPerCommit`.
    ///   - handling: What one refused grant means for the others.
    ///   - context: Who asks; without idempotency key and expected version, which are for one
    ///     command.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    public func importGrants(
        _ grants: [ImportGrant], refused handling: RefusedImports = .leaveOut,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> ImportResult {
        try await ledger.importGrants(
            grants, refused: handling, context: narrowed(context), at: time)
    }
}
