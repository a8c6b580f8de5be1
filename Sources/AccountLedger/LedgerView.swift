package import LedgerAudit
public import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

/// A moment to look back to.
public enum Moment: Sendable, Hashable {
    /// After the record at this position, which must not be past the head.
    case position(Position)
    /// After the last record whose recorded time is this or earlier.
    case time(Timestamp)
}

/// One state of the log to ask questions of, lent by `Ledger.read(_:)`.
///
/// All answers belong together: no command comes between them. Keep the time short, because the
/// file grows while it lasts.
public struct LedgerView: ~Copyable, ~Escapable {
    let reader: ViewReader
    let policy: Policy
    private let last: Position
    /// The one narrowing, lent: as a field of its own, which is not trivial to copy, it makes the
    /// compiler of Swift 6.3 take each use of the reader for a copy.
    private let lent: Span<Narrowing>
    /// Whether it is no limit; known once, because every answer depends on it.
    private let seesEverything: Bool

    @_lifetime(copy reader, copy narrowing)
    init(
        _ reader: consuming ViewReader, policy: Policy, narrowing: Span<Narrowing>
    ) throws(LedgerError) {
        lent = narrowing
        seesEverything = narrowing.isEmpty || narrowing[0].isEverything
        do { last = try reader.head() } catch { throw LedgerError(error) }
        self.reader = reader
        self.policy = policy
    }

    /// What is seen; what is outside answers as if it did not exist.
    public var narrowing: Narrowing { lent.isEmpty ? .everything : lent[0] }

    /// The position of the last record, `Position.start` for an empty log.
    public func head() throws(LedgerError) -> Position {
        last
    }

    /// The position that a moment means.
    ///
    /// - Throws: `positionPastHead` for a position that has no record yet.
    public func position(of moment: Moment?) throws(LedgerError) -> Position {
        let head = try head()
        switch moment {
        case nil: return head
        case .position(let position):
            guard position <= head else {
                throw LedgerError(
                    .positionPastHead, "Position \(position) is past the last record, \(head).")
            }
            return position
        case .time(let time):
            do { return try reader.position(asOf: time) } catch { throw LedgerError(error) }
        }
    }

    /// A user's version: the position of the user's last event that is seen.
    public func version(of user: UserID) throws(LedgerError) -> UserVersion {
        do { return try reader.version(of: user, within: narrowing) } catch {
            throw LedgerError(error)
        }
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
        var accounts = try accounts(of: user, asOf: moment)
        // Most have none, and are not looked at as a whole.
        let hasRevoked = accounts.indices.contains { accounts[$0].status == .revoked }
        if hasRevoked, !includingRevoked { accounts.removeAll { !$0.isLive } }
        return accounts
    }

    private func accounts(
        of user: UserID, asOf moment: Moment?
    ) throws(LedgerError) -> [Credential] {
        guard moment == nil else { return try state(of: user, asOf: moment).credentials }
        // A user outside is not read: how much there is would tell that there is one.
        guard seesEverything || narrowing.admits(user: user) else { return [] }
        do {
            var accounts = try reader.credentials(of: user)
            if !seesEverything { accounts.removeAll { !narrowing.admits($0) } }
            return accounts
        } catch {
            throw LedgerError(error)
        }
    }

    /// Which credential a toolkit acts as for a user, and why.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - toolkit: The toolkit.
    ///   - pins: A session's pins, by toolkit; a pin goes before everything.
    ///   - moment: The moment to look back to; now where left out.
    /// - Throws: `pinRefused` for a pin that names no credential of the user and toolkit.
    public func selection(
        of user: UserID, toolkit: ToolkitID, pins: [ToolkitID: CredentialID] = [:],
        asOf moment: Moment? = nil
    ) throws(LedgerError) -> Selection {
        let pin = pins[toolkit]
        if moment == nil, pin == nil {
            do {
                if seesEverything {
                    return try reader.selection(of: user, toolkit, policy: policy, at: last)
                }
                return try reader.toolkitAccounts(of: user, toolkit, within: narrowing)
                    .select(toolkit, policy: policy, at: last)
            } catch {
                throw LedgerError(error)
            }
        }
        let position = try position(of: moment)
        let state = try state(of: user, asOf: moment)
        if let pin { try check(pin, toolkit, state) }
        return state.toolkitAccounts(toolkit)
            .select(toolkit, pin: pin, policy: policy, at: position)
    }

    /// The selections of a user: every toolkit with a live credential, a stored choice or a pin,
    /// and those asked for, in the order of their bytes.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - toolkits: More toolkits to answer for.
    ///   - pins: A session's pins, by toolkit.
    ///   - moment: The moment to look back to; now where left out.
    public func selections(
        of user: UserID, toolkits: [ToolkitID] = [], pins: [ToolkitID: CredentialID] = [:],
        asOf moment: Moment? = nil
    ) throws(LedgerError) -> [Selection] {
        let position = try position(of: moment)
        let state = try state(of: user, asOf: moment)
        var selections: [Selection] = []
        for toolkit in Set(state.toolkits).union(toolkits).union(pins.keys).sorted() {
            if let pin = pins[toolkit] { try check(pin, toolkit, state) }
            let accounts = state.toolkitAccounts(toolkit)
            selections.append(
                accounts.select(toolkit, pin: pins[toolkit], policy: policy, at: position))
        }
        return selections
    }

    /// A user's records in the order of the log.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - moment: The moment up to which; now where left out.
    public func history(
        of user: UserID, asOf moment: Moment? = nil
    ) throws(LedgerError) -> [EventRecord] {
        let position = try position(of: moment)
        do {
            return try Replay.records(
                of: user, through: position, within: narrowing, from: reader)
        } catch {
            throw LedgerError(error)
        }
    }

    /// Which records made a credential what it is, and what each of them changed.
    package func explanation(
        of credential: CredentialID, _ user: UserID, asOf moment: Moment? = nil
    ) throws(LedgerError) -> Explanation<Credential> {
        let position = try position(of: moment)
        do {
            return try Explanation(
                of: credential, user, through: position, within: narrowing, from: reader)
        } catch {
            throw LedgerError(error)
        }
    }

    /// Which records made a toolkit act as it does, and what each of them changed.
    package func explanation(
        of user: UserID, toolkit: ToolkitID, pins: [ToolkitID: CredentialID] = [:],
        asOf moment: Moment? = nil
    ) throws(LedgerError) -> Explanation<Selection> {
        let position = try position(of: moment)
        if let pin = pins[toolkit] { try check(pin, toolkit, try state(of: user, asOf: moment)) }
        do {
            return try Explanation(
                of: user, toolkit, pin: pins[toolkit], policy: policy, through: position,
                within: narrowing, from: reader)
        } catch {
            throw LedgerError(error)
        }
    }

    /// Who has a credential, if it exists.
    public func owner(of credential: CredentialID) throws(LedgerError) -> UserID? {
        do { return try reader.owner(of: credential, within: narrowing) } catch {
            throw LedgerError(error)
        }
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
        let position = try position(of: moment)
        do {
            guard moment != nil, position < last else {
                return try reader.holding(of: grant, within: narrowing)
                    .map { ($0.user, $0.credential) }
            }
            // What nobody ever held nobody held then; who may not know that it is held by another
            // reads the log all the same.
            if narrowing.isEverything, try reader.holding(of: grant) == nil { return nil }
            let past = try Replay.holder(of: grant, through: position, from: reader)
            // The last link of any grant stands in where nobody held this one.
            guard let named = past.holder ?? past.last,
                try reader.credential(named.credential, of: named.user, within: narrowing) != nil
            else { return nil }
            return past.holder
        } catch {
            throw LedgerError(error)
        }
    }

    /// The users with records, in the order of their bytes, a page at a time.
    ///
    /// - Parameters:
    ///   - user: The last user of the page before; none for the first page.
    ///   - limit: The most users of a page, at least 1.
    public func users(
        after user: UserID? = nil, limit: Int
    ) throws(LedgerError) -> [UserID] {
        guard limit > 0 else { return [] }
        var users: [UserID] = []
        do {
            try reader.scanUsers(after: user) { (user) throws(JournalError) in
                guard try reader.hasRecords(of: user, within: narrowing) else { return .next }
                users.append(user)
                return users.count < limit ? .next : .stop
            }
        } catch {
            throw LedgerError(error)
        }
        return users
    }

    /// The records after a position, in the order of the log, a page at a time.
    ///
    /// - Parameters:
    ///   - position: The position before the first record of the page.
    ///   - limit: The most records of a page, at least 1.
    public func records(
        after position: Position, limit: Int
    ) throws(LedgerError) -> [EventRecord] {
        let head = try head()
        guard position < head, limit > 0 else { return [] }
        var records: [EventRecord] = []
        do {
            let last = seesEverything ? min(head, position.advanced(by: limit)) : head
            if seesEverything { records.reserveCapacity(Int(last.number - position.number)) }
            try reader.scanRecords(from: position.next, through: last) {
                (record) throws(JournalError) in
                if seesEverything {
                    records.append(record)
                } else if let record = try reader.seen(record, within: narrowing) {
                    records.append(record)
                }
                return records.count < limit ? .next : .stop
            }
        } catch {
            throw LedgerError(error)
        }
        return records
    }

    /// What the log says of a user: read off the views for now, folded from the log for the past.
    private func state(of user: UserID, asOf moment: Moment?) throws(LedgerError) -> UserState {
        let position = try position(of: moment)
        // A user outside is not read: how much there is would tell that there is one.
        guard narrowing.admits(user: user) else { return UserState(id: user) }
        do {
            if moment == nil { return try reader.user(user).narrowed(to: narrowing) }
            return try Replay.user(user, through: position, within: narrowing, from: reader)
        } catch {
            throw LedgerError(error)
        }
    }

    private func check(
        _ pin: CredentialID, _ toolkit: ToolkitID, _ state: UserState
    ) throws(LedgerError) {
        guard let refusal = checkPin(pin, for: toolkit, in: state) else { return }
        throw LedgerError(
            .pinRefused(refusal),
            "The pin for \(toolkit) names no credential of the user and toolkit (\(refusal.name)).")
    }
}
