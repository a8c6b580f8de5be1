public import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

/// An authorization that was begun and not ended yet: what the state of a callback stands for.
///
/// It holds no token and may be logged.
public struct PendingAuthorization: Hashable, Sendable {
    /// What the ledger knows the state by.
    public let digest: StateDigest
    /// The user who began.
    public let user: UserID
    /// What is to be connected.
    public let toolkit: ToolkitID
    /// What the authorization is for.
    public let intent: AuthorizationIntent
    /// The member whose a new credential will be.
    public let member: MemberID?
    /// When the state ends; it is valid while the ledger's time is earlier.
    public let expiresAt: Timestamp

    init(_ issued: IssuedState) {
        digest = issued.event.digest
        user = issued.user
        toolkit = issued.event.toolkit
        intent = issued.event.intent
        member = issued.event.member
        expiresAt = issued.event.expiresAt
    }
}

extension Ledger {
    /// Looks whether a callback's state can still be used, without using it.
    ///
    /// Ask before the code is exchanged: whoever comes with a state that is refused here has to
    /// cause no call to a platform. Ask the session of the user who is logged in, or compare the
    /// user: else somebody can be made to end an authorization that another one has begun.
    ///
    /// Nothing is recorded and nothing is reserved: another callback may use the state right after,
    /// and the link may be refused for what it links. Where a callback is delivered again, its
    /// state is used; `connection(authorizedBy:timeout:refusedLinks:)` then says what it came to.
    ///
    /// - Parameters:
    ///   - state: The token that the callback brought.
    ///   - toolkit: What is to be connected; refused where it is not the state's toolkit.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    /// - Returns: What the state stands for, or what a link with it would be refused as:
    ///   `unknownState`, `stateAlreadyUsed`, `stateExpired` or `toolkitMismatch`.
    public func pendingAuthorization(
        of state: StateToken, toolkit: ToolkitID? = nil, at time: Timestamp? = nil
    ) throws(LedgerError) -> Result<PendingAuthorization, Refusal> {
        try pendingAuthorization(of: state, toolkit, within: .everything, at: time)
    }

    fileprivate func pendingAuthorization(
        of state: StateToken, _ toolkit: ToolkitID?, within narrowing: Narrowing,
        at time: Timestamp?
    ) throws(LedgerError) -> Result<PendingAuthorization, Refusal> {
        try requireOpen()
        try checkClock(time.map { [$0] }, count: 1)
        let digest = StateDigest(of: state)
        return try translated { () throws(JournalError) in
            let transaction = try environment.beginRead(JournalError.self)
            // Nothing is appended, but a link would be decided at this time.
            var appender = try LogAppender(log, in: transaction.snapshot)
            let now = appender.now(time ?? CommandExecutor.systemClock())
            let reader = ViewReader(tables, log, transaction.snapshot)
            guard let issued = try reader.issuedState(digest, within: narrowing) else {
                return .failure(.unknownState)
            }
            do throws(Refusal) {
                try issued.check(at: now, for: toolkit)
            } catch {
                return .failure(error)
            }
            return .success(PendingAuthorization(issued))
        }
    }
}

extension NarrowedLedger {
    /// Looks whether a callback's state can still be used, without using it.
    ///
    /// A state that would connect something outside is unknown here.
    ///
    /// - Parameters:
    ///   - state: The token that the callback brought.
    ///   - toolkit: What is to be connected; refused where it is not the state's toolkit.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    /// - Returns: What the state stands for, or what a link with it would be refused as.
    public func pendingAuthorization(
        of state: StateToken, toolkit: ToolkitID? = nil, at time: Timestamp? = nil
    ) throws(LedgerError) -> Result<PendingAuthorization, Refusal> {
        try ledger.pendingAuthorization(of: state, toolkit, within: narrowing, at: time)
    }
}

extension Session {
    /// Looks whether a callback's state can still be used in this session, without using it.
    ///
    /// A state of another user, or of something that the session does not see, is unknown. Ask
    /// before the code is exchanged.
    ///
    /// - Parameters:
    ///   - state: The token that the callback brought.
    ///   - toolkit: What is to be connected; refused where it is not the state's toolkit.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    /// - Returns: What the state stands for, or what a link with it would be refused as.
    public func pendingAuthorization(
        of state: StateToken, toolkit: ToolkitID? = nil, at time: Timestamp? = nil
    ) throws(LedgerError) -> Result<PendingAuthorization, Refusal> {
        try access.pendingAuthorization(of: state, toolkit: toolkit, at: time)
    }
}
