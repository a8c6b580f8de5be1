internal import LedgerDomain
internal import LedgerJournal
internal import LedgerStorage

/// What the records of one user come to: accounts and choices, and the rows of the conditions.
struct UserProof {
    /// What the records say of a state.
    private struct IssuedState {
        let toolkit: ToolkitID
        let expiresAt: Timestamp
        var row: StateRow
    }

    /// Where a grant was linked last.
    private struct Link {
        let credential: CredentialID
        let position: Position
    }

    /// From how many entries on a table is made anew for the next user.
    private static let fewEntries = 256
    /// No more is kept in memory of one user: it is for others to judge one who has more.
    private static let mostEntries = 1_000_000

    private(set) var state = UserState(id: UserID(""))
    private var states: [StateDigest: IssuedState] = [:]
    private var links: [GrantID: Link] = [:]
    private var notices: [NoticeKey: Position] = [:]
    private var keys: [(key: IdempotencyKey, position: Position)] = []

    /// Begins with another user.
    mutating func begin(_ user: UserID) {
        state = UserState(id: user)
        if !states.isEmpty { states.removeAll(keepingCapacity: states.count < Self.fewEntries) }
        if !links.isEmpty { links.removeAll(keepingCapacity: links.count < Self.fewEntries) }
        if !notices.isEmpty { notices.removeAll(keepingCapacity: notices.count < Self.fewEntries) }
        if !keys.isEmpty { keys.removeAll(keepingCapacity: keys.count < Self.fewEntries) }
    }

    /// Whether all that the records said was kept.
    var isWhole: Bool { entries <= Self.mostEntries }

    private var entries: Int { states.count + links.count + notices.count + keys.count }

    /// The places of the credentials, in the order of their ids.
    var order: [Int] {
        var order = Array(state.credentials.indices)
        if order.count > 1 {
            order.sort { state.credentials[$0].id < state.credentials[$1].id }
        }
        return order
    }

    /// Takes in the user's next record; false where it contradicts those before, or too much is
    /// kept.
    mutating func take(_ record: EventRecord) -> Bool {
        do { try state.apply(record) } catch { return false }
        if let key = record.idempotencyKey, record.part.index == 0 {
            keys.append((key, record.position))
        }
        guard isWhole else { return false }
        switch record.event {
        case .stateIssued(let event):
            let issued = IssuedState(
                toolkit: event.toolkit, expiresAt: event.expiresAt,
                row: StateRow(issued: record.position))
            return states.updateValue(issued, forKey: event.digest) == nil
        case .grantLinked(let event):
            links[event.grant] = Link(credential: event.credential, position: record.position)
            guard case .state(let digest) = event.origin else { return true }
            return consume(digest, event, record)
        case .grantExpired(let event):
            let notice = NoticeKey(
                grant: event.grant, notice: event.notice, occurredAt: record.occurredAt)
            notices[notice] = record.position
            return true
        case .grantRevoked, .labelChanged, .accountSelected: return true
        }
    }

    /// A state is consumed once, by its user, for its toolkit and in time.
    private mutating func consume(
        _ digest: StateDigest, _ event: GrantLinked, _ record: EventRecord
    ) -> Bool {
        guard let issued = states[digest], issued.row.consumed == nil,
            issued.toolkit == event.toolkit, record.recordedAt < issued.expiresAt
        else { return false }
        states[digest]?.row.consumed = record.position
        return true
    }
}

extension UserProof {
    /// Is given the table, key and value of a row, and whether the row may also name a later
    /// record; answers whether that is so.
    typealias Row = (
        ViewTables.Name, _ key: Span<UInt8>, _ value: Span<UInt8>, _ mayBeLater: Bool
    ) throws(JournalError) -> Bool

    /// Tells the rows that the records imply in the tables that are not in the order of users.
    ///
    /// - Returns: False where the body said so, or records contradict each other.
    func allRows(_ body: Row) throws(JournalError) -> Bool {
        for (key, position) in keys {
            let value = PositionBytes(bigEndian: position.number)
            guard try body(.keys, key.text.utf8.span, value.span, false) else { return false }
        }
        for (digest, issued) in states {
            let (key, row) = (digest.bytes, issued.row.bytes)
            guard try body(.states, key.span, row.span, false) else { return false }
        }
        var held: [GrantID: CredentialID] = [:]
        for place in state.credentials.indices {
            guard try areHoldersRight(at: place, &held, body) else { return false }
        }
        // A grant that the user has no more may have been linked by another one since, and have
        // expired there. That record then has the row.
        for (grant, link) in links {
            let value = PositionBytes(bigEndian: link.position.number)
            if let holder = held[grant], holder != link.credential { return false }
            let isHeld = held[grant] != nil
            guard try body(.grants, grant.text.utf8.span, value.span, !isHeld) else {
                return false
            }
        }
        for (notice, position) in notices {
            let (key, value) = (
                ViewKeys.notice(notice), PositionBytes(bigEndian: position.number)
            )
            guard try body(.notices, key.span, value.span, true) else { return false }
        }
        return true
    }

    /// A credential has its user, and a live one its account, and its grant by the grant's last
    /// link.
    private func areHoldersRight(
        at place: Int, _ held: inout [GrantID: CredentialID], _ body: Row
    ) throws(JournalError) -> Bool {
        let (id, user) = (state.credentials[place].id, state.id)
        guard try body(.owners, id.text.utf8.span, user.text.utf8.span, false) else {
            return false
        }
        guard state.credentials[place].isLive else { return true }
        let account = AccountKey(state.credentials[place].account.identity)
        let key = KeyBuffer(account, held: id)
        guard try body(.accounts, key.span, user.text.utf8.span, false) else { return false }
        let grant = state.credentials[place].grant
        return links[grant] != nil && held.updateValue(id, forKey: grant) == nil
    }
}
