public import LedgerDomain

extension Ledger {
    /// Runs an operation on each of a user's accounts at once, and returns all results.
    ///
    /// Accounts do not affect each other: one that fails, or takes long, is one result. When this
    /// returns or throws, no operation runs any more.
    ///
    /// - Parameters:
    ///   - user: Whose accounts.
    ///   - toolkits: What is connected; all toolkits where left out.
    ///   - statuses: The statuses of the accounts to run it on; only valid ones where left out.
    ///   - member: The owner of the accounts; everybody's where left out.
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
        return try await fanOut(
            accounts.credentials, at: accounts.position, statuses, options, operation
        ).collect()
    }

    /// Runs an operation on each of a user's accounts at once, and lends the results as they come.
    ///
    /// A loop over them may end early: what still runs then is cancelled. When this returns or
    /// throws, no operation runs any more.
    ///
    /// - Parameters:
    ///   - user: Whose accounts.
    ///   - toolkits: What is connected; all toolkits where left out.
    ///   - statuses: The statuses of the accounts to run it on; only valid ones where left out.
    ///   - member: The owner of the accounts; everybody's where left out.
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
        return try await fanOut(
            accounts.credentials, at: accounts.position, statuses, options, operation
        ).run(body)
    }

    /// Runs an operation on each of the accounts given at once, and returns all results.
    ///
    /// - Parameters:
    ///   - credentials: The accounts, as they were read.
    ///   - position: The position up to which they were read; for each the position of its last
    ///     event where left out.
    ///   - statuses: The statuses of the accounts to run it on; only valid ones where left out.
    ///   - options: How many at once, for how long, and under which limits.
    ///   - operation: What to do with an account; throws `GrantVerdict.expired` where the platform
    ///     does not accept the grant any more.
    /// - Returns: A result for each account, in the order given.
    /// - Throws: `LedgerError` where the ledger is closed; `CancellationError` where the task is
    ///   cancelled, after every operation was cancelled and has ended.
    public nonisolated(nonsending) func fanOut<Value: Sendable>(
        over credentials: [Credential], readAt position: Position? = nil,
        statuses: Set<CredentialStatus> = [.valid], options: FanOutOptions = FanOutOptions(),
        _ operation: @escaping @Sendable (Credential) async throws -> Value
    ) async throws -> [AccountResult<Value>] {
        try await fanOut(credentials, at: position, statuses, options, operation).collect()
    }

    /// Runs an operation on each of the accounts given at once, and lends the results as they come.
    ///
    /// - Parameters:
    ///   - credentials: The accounts, as they were read.
    ///   - position: The position up to which they were read; for each the position of its last
    ///     event where left out.
    ///   - statuses: The statuses of the accounts to run it on; only valid ones where left out.
    ///   - options: How many at once, for how long, and under which limits.
    ///   - operation: What to do with an account; throws `GrantVerdict.expired` where the platform
    ///     does not accept the grant any more.
    ///   - body: Is lent the results, in the order in which they come.
    /// - Returns: What the body returned.
    /// - Throws: What the body throws; `LedgerError` where the ledger is closed.
    public nonisolated(nonsending) func fanOut<Value: Sendable, R>(
        over credentials: [Credential], readAt position: Position? = nil,
        statuses: Set<CredentialStatus> = [.valid], options: FanOutOptions = FanOutOptions(),
        _ operation: @escaping @Sendable (Credential) async throws -> Value,
        results body: nonisolated(nonsending) (AccountResults<Value>) async throws -> R
    ) async throws -> R {
        try await fanOut(credentials, at: position, statuses, options, operation).run(body)
    }
}

extension Ledger {
    private func fanOut<Value: Sendable>(
        _ credentials: [Credential], at position: Position?, _ statuses: Set<CredentialStatus>,
        _ options: FanOutOptions,
        _ operation: @escaping @Sendable (Credential) async throws -> Value
    ) throws(LedgerError) -> FanOut<Value> {
        try options.check()
        let clock = try observationClock()
        let reported =
            options.reportsSkipped
            ? credentials : credentials.filter { statuses.contains($0.status) }
        return FanOut(
            credentials: reported, statuses: statuses, position: position, options: options,
            clock: clock, operation: operation)
    }

    /// What dates observations: the system's clock, or the last record of a simulated one.
    private func observationClock() throws(LedgerError) -> @Sendable () -> Timestamp {
        guard usesSimulatedClock else {
            try requireOpen()
            return { CommandExecutor.systemClock() }
        }
        let last = try read { (view) throws(LedgerError) in
            let head = try view.head()
            guard head > .start else { return nil as Timestamp? }
            return try view.records(after: Position(head.number - 1), limit: 1).first?.recordedAt
        }
        return { last ?? Timestamp(microsecondsSinceEpoch: 0) }
    }
}

extension LedgerView {
    /// The accounts to run an operation on, whatever their statuses, and the position of the view.
    func accountsToFanOut(
        over user: UserID, _ toolkits: Set<ToolkitID>?, _ member: MemberID?
    ) throws(LedgerError) -> (credentials: [Credential], position: Position) {
        let credentials = try accounts(of: user, includingRevoked: true).filter {
            (toolkits?.contains($0.toolkit) ?? true) && (member == nil || $0.member == member)
        }
        return (credentials, try head())
    }
}
