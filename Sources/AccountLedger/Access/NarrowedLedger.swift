public import LedgerDomain

/// A ledger of which only a part is seen: a user's, a member's, some credentials, some toolkits.
///
/// What is outside answers exactly as what does not exist, for reads and for commands. Only what is
/// unique can tell that something is there: a grant, a provider account, a state or an idempotency
/// key that is taken is refused, naming nobody.
///
/// Under the policy `sharedAccounts` a provider account is unique within a user and toolkit only.
/// The refusal then tells that a hidden credential of the same user and toolkit has it, and an
/// account that another user has is linked, as one that is shared (`GrantLinked.sharedAccount`).
///
/// Positions number the records of the whole ledger, so they show how much happens in it.
public struct NarrowedLedger: Sendable {
    /// The whole ledger.
    let ledger: Ledger
    /// What is seen.
    public let narrowing: Narrowing

    /// The same, limited further; nothing makes it wider.
    public func narrowed(to other: Narrowing) -> NarrowedLedger {
        NarrowedLedger(ledger: ledger, narrowing: narrowing.narrowed(to: other))
    }

    /// What the ledger allows.
    public var policy: Policy { ledger.policy }
}

extension Ledger {
    /// The ledger as access that is limited sees it.
    public func narrowed(to narrowing: Narrowing) -> NarrowedLedger {
        NarrowedLedger(ledger: self, narrowing: narrowing)
    }
}

extension NarrowedLedger {
    /// Asks several questions of one state of the log.
    ///
    /// - Parameter body: Is lent the state; it must not be kept, and the compiler sees to that.
    public func read<R>(
        _ body: (borrowing LedgerView) throws(LedgerError) -> R
    ) throws(LedgerError) -> R {
        try ledger.read(within: narrowing, body)
    }

    /// Asks several questions of one state of the log; the body may throw errors of its own.
    ///
    /// - Parameter body: Is lent the state; it must not be kept, and the compiler sees to that.
    public func read<R>(_ body: (borrowing LedgerView) throws -> R) throws -> R {
        try ledger.read(within: narrowing, body)
    }

    /// A user's accounts that are seen, in the order of first connection.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - includingRevoked: Whether revoked ones are among them.
    ///   - moment: The moment to look back to; now where left out.
    public func accounts(
        of user: UserID, includingRevoked: Bool = false, asOf moment: Moment? = nil
    ) throws(LedgerError) -> [Credential] {
        try read { (view) throws(LedgerError) in
            try view.accounts(of: user, includingRevoked: includingRevoked, asOf: moment)
        }
    }

    /// Which credential of those that are seen a toolkit acts as for a user, and why.
    ///
    /// A stored choice that is not seen is none.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - toolkit: The toolkit.
    ///   - pins: A session's pins, by toolkit; a pin goes before everything.
    ///   - moment: The moment to look back to; now where left out.
    public func selection(
        of user: UserID, toolkit: ToolkitID, pins: [ToolkitID: CredentialID] = [:],
        asOf moment: Moment? = nil
    ) throws(LedgerError) -> Selection {
        try read { (view) throws(LedgerError) in
            try view.selection(of: user, toolkit: toolkit, pins: pins, asOf: moment)
        }
    }

    /// The selections of a user, one for every toolkit with a live credential or a stored choice
    /// that is seen.
    ///
    /// - Parameters:
    ///   - user: Whose selections.
    ///   - pins: A session's pins, by toolkit; a pin goes before everything.
    ///   - moment: The moment to look back to; now where left out.
    public func selections(
        of user: UserID, pins: [ToolkitID: CredentialID] = [:], asOf moment: Moment? = nil
    ) throws(LedgerError) -> [Selection] {
        try read { (view) throws(LedgerError) in
            try view.selections(of: user, pins: pins, asOf: moment)
        }
    }

    /// A user's records that are seen, in the order of the log.
    ///
    /// A record that puts something hidden in place of a choice that was seen shows as clearing it,
    /// and tells nothing else.
    public func history(
        of user: UserID, asOf moment: Moment? = nil
    ) throws(LedgerError) -> [EventRecord] {
        try read { (view) throws(LedgerError) in try view.history(of: user, asOf: moment) }
    }

    /// A user's version: the position of the user's last event that is seen, 0 without any.
    public func version(of user: UserID) throws(LedgerError) -> UserVersion {
        try read { (view) throws(LedgerError) in try view.version(of: user) }
    }

    /// Who holds a grant or held it last, if the credential is seen.
    public func holder(
        of grant: GrantID, asOf moment: Moment? = nil
    ) throws(LedgerError) -> (user: UserID, credential: CredentialID)? {
        try read { (view) throws(LedgerError) in try view.holder(of: grant, asOf: moment) }
    }
}
