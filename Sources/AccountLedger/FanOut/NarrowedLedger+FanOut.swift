public import LedgerDomain

extension NarrowedLedger {
    /// Runs an operation on each of a user's accounts that are seen, and returns all results.
    ///
    /// Like `Ledger.fanOut` otherwise.
    ///
    /// - Parameters:
    ///   - user: Whose accounts.
    ///   - toolkits: What is connected; all toolkits where left out.
    ///   - statuses: The statuses of the accounts to run it on; only valid ones where left out.
    ///   - member: The owner of the accounts; everybody's that are seen where left out.
    ///   - options: How many at once, for how long, and under which limits.
    ///   - operation: What to do with an account; throws `GrantVerdict.expired` where the platform
    ///     does not accept the grant any more.
    /// - Returns: A result for each account, in the order of first connection.
    /// - Throws: `LedgerError` where the accounts cannot be read; `CancellationError` where the
    ///   task is cancelled, after every operation has ended.
    public nonisolated(nonsending) func fanOut<Value: Sendable>(
        over user: UserID, toolkits: Set<ToolkitID>? = nil,
        statuses: Set<CredentialStatus> = [.valid], member: MemberID? = nil,
        options: FanOutOptions = FanOutOptions(),
        _ operation: @escaping @Sendable (Credential) async throws -> Value
    ) async throws -> [AccountResult<Value>] {
        let accounts = try read { (view) throws(LedgerError) in
            try view.accountsToFanOut(over: user, toolkits, member)
        }
        return try await ledger.fanOut(
            over: accounts.credentials, readAt: accounts.position, statuses: statuses,
            options: options, operation)
    }

    /// Runs an operation on each of a user's accounts that are seen, and lends the results as they
    /// come.
    ///
    /// Like `Ledger.fanOut` otherwise.
    ///
    /// - Parameters:
    ///   - user: Whose accounts.
    ///   - toolkits: What is connected; all toolkits where left out.
    ///   - statuses: The statuses of the accounts to run it on; only valid ones where left out.
    ///   - member: The owner of the accounts; everybody's that are seen where left out.
    ///   - options: How many at once, for how long, and under which limits.
    ///   - operation: What to do with an account; throws `GrantVerdict.expired` where the platform
    ///     does not accept the grant any more.
    ///   - body: Is lent the results, in the order in which they come.
    /// - Returns: What the body returned.
    /// - Throws: What the body throws; `LedgerError` where the accounts cannot be read.
    public nonisolated(nonsending) func fanOut<Value: Sendable, R>(
        over user: UserID, toolkits: Set<ToolkitID>? = nil,
        statuses: Set<CredentialStatus> = [.valid], member: MemberID? = nil,
        options: FanOutOptions = FanOutOptions(),
        _ operation: @escaping @Sendable (Credential) async throws -> Value,
        results body: nonisolated(nonsending) (AccountResults<Value>) async throws -> R
    ) async throws -> R {
        let accounts = try read { (view) throws(LedgerError) in
            try view.accountsToFanOut(over: user, toolkits, member)
        }
        return try await ledger.fanOut(
            over: accounts.credentials, readAt: accounts.position, statuses: statuses,
            options: options, operation, results: body)
    }

    /// Records grants that operations have found expired, each as of when its operation began.
    ///
    /// One that is not seen is refused as `unknownGrant`.
    ///
    /// - Parameters:
    ///   - grants: What was found: `results.expired()`.
    ///   - context: Who asks; without idempotency key and expected version, which are for one
    ///     command.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    /// - Returns: The outcomes in the order of the grants.
    @discardableResult
    public func expire(
        _ grants: [ExpiredGrant], context: CommandContext = CommandContext(),
        at time: Timestamp? = nil
    ) async throws(LedgerError) -> [Outcome] {
        try await ledger.expire(grants, context: narrowed(context), at: time)
    }
}
