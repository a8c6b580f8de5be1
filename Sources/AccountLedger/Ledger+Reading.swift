internal import LedgerAudit
public import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

extension Ledger {
    /// What most reads are lent, made once.
    private static let everything = [Narrowing.everything]

    /// Begins a read, to be handed on at once: kept in a variable, it would take memory.
    private func begin() throws(LedgerError) -> ReadTransaction {
        try requireOpen()
        return try environment.beginRead(LedgerError.self)
    }

    /// Asks several questions of one state of the log.
    ///
    /// - Parameter body: Is lent the state; it must not be kept, and the compiler sees to that.
    public func read<R>(
        _ body: (borrowing LedgerView) throws(LedgerError) -> R
    ) throws(LedgerError) -> R {
        try read(in: try begin(), lending: Self.everything, body)
    }

    func read<R>(
        within narrowing: Narrowing, _ body: (borrowing LedgerView) throws(LedgerError) -> R
    ) throws(LedgerError) -> R {
        try read(in: try begin(), lending: [narrowing], body)
    }

    private func read<R>(
        in transaction: borrowing ReadTransaction, lending lent: [Narrowing],
        _ body: (borrowing LedgerView) throws(LedgerError) -> R
    ) throws(LedgerError) -> R {
        let reader = ViewReader(tables, log, transaction.snapshot)
        return try body(
            try LedgerView(reader, policy: header.policy, narrowing: lent.span))
    }

    /// Asks several questions of one state of the log; the body may throw errors of its own.
    ///
    /// - Parameter body: Is lent the state; it must not be kept, and the compiler sees to that.
    public func read<R>(_ body: (borrowing LedgerView) throws -> R) throws -> R {
        try read(in: try begin(), lending: Self.everything, body)
    }

    func read<R>(
        within narrowing: Narrowing, _ body: (borrowing LedgerView) throws -> R
    ) throws -> R {
        try read(in: try begin(), lending: [narrowing], body)
    }

    private func read<R>(
        in transaction: borrowing ReadTransaction, lending lent: [Narrowing],
        _ body: (borrowing LedgerView) throws -> R
    ) throws -> R {
        let reader = ViewReader(tables, log, transaction.snapshot)
        return try body(
            try LedgerView(reader, policy: header.policy, narrowing: lent.span))
    }

    /// A user's accounts in the order of first connection.
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

    /// Which credential a toolkit acts as for a user, and why.
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

    /// A user's records in the order of the log.
    public func history(
        of user: UserID, asOf moment: Moment? = nil
    ) throws(LedgerError) -> [EventRecord] {
        try read { (view) throws(LedgerError) in try view.history(of: user, asOf: moment) }
    }

    /// The selections of a user, one for every toolkit with a live credential or a stored choice.
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

    /// A user's version: the position of the user's last event.
    public func version(of user: UserID) throws(LedgerError) -> UserVersion {
        try read { (view) throws(LedgerError) in try view.version(of: user) }
    }

    /// Who holds a grant or held it last, if anyone ever did.
    ///
    /// A past moment takes as long as reading the log up to it.
    ///
    /// - Parameters:
    ///   - grant: The grant.
    ///   - moment: The moment to look back to; now where left out.
    public func holder(
        of grant: GrantID, asOf moment: Moment? = nil
    ) throws(LedgerError) -> (user: UserID, credential: CredentialID)? {
        try read { (view) throws(LedgerError) in try view.holder(of: grant, asOf: moment) }
    }

    /// The position of the last record.
    public func head() throws(LedgerError) -> Position {
        try read { (view) throws(LedgerError) in try view.head() }
    }
}
