internal import LedgerDomain
internal import LedgerFormat
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

    private(set) var state = UserState(id: UserID(""))
    private var states: [StateDigest: IssuedState] = [:]
    private var links: [GrantID: Link] = [:]
    private var notices: [NoticeKey: Position] = [:]

    /// Begins with another user.
    mutating func begin(_ user: UserID) {
        state = UserState(id: user)
        if !states.isEmpty { states.removeAll(keepingCapacity: states.count < Self.fewEntries) }
        if !links.isEmpty { links.removeAll(keepingCapacity: links.count < Self.fewEntries) }
        if !notices.isEmpty { notices.removeAll(keepingCapacity: notices.count < Self.fewEntries) }
    }

    /// The places of the credentials, in the order of their ids.
    var order: [Int] {
        var order = Array(state.credentials.indices)
        if order.count > 1 {
            order.sort { state.credentials[$0].id < state.credentials[$1].id }
        }
        return order
    }

    /// Takes in the user's next record; false where it contradicts those before.
    mutating func take(_ record: EventRecord, _ tally: inout ViewProofTally) -> Bool {
        do { try state.apply(record) } catch { return false }
        if let key = record.idempotencyKey, record.part.index == 0 {
            tally.expect(ViewKeys.bytes(key), record.position, in: .keys)
        }
        switch record.event {
        case .stateIssued(let event):
            let issued = IssuedState(
                toolkit: event.toolkit, expiresAt: event.expiresAt,
                row: StateRow(issued: record.position))
            return states.updateValue(issued, forKey: event.digest) == nil
        case .grantLinked(let event):
            links[event.grant] = Link(credential: event.credential, position: record.position)
            if event.kind == .connected {
                tally.expect(
                    ViewKeys.bytes(event.credential), ViewKeys.bytes(record.user), in: .owners)
            }
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

    /// Adds up the rows that the records imply in the tables that are not in the order of users.
    ///
    /// Ends with the user.
    ///
    /// - Returns: False where rows or records contradict each other.
    mutating func expectRows(
        in tally: inout ViewProofTally, _ tables: ViewTables, _ snapshot: borrowing Snapshot
    ) throws(StorageError) -> Bool {
        for (digest, issued) in states {
            tally.expect(digest.bytes, issued.row.bytes, in: .states)
        }
        for (notice, position) in notices {
            tally.expect(ViewKeys.notice(notice), position, in: .notices)
        }
        let user = ViewKeys.bytes(state.id)
        for place in state.credentials.indices where state.credentials[place].isLive {
            let (id, grant) = (state.credentials[place].id, state.credentials[place].grant)
            let key = ViewKeys.account(state.credentials[place].account.identity, held: id)
            tally.expect(key, user, in: .accounts)
            // A live credential has its grant by the grant's last link.
            guard let link = links.removeValue(forKey: grant), link.credential == id else {
                return false
            }
            tally.expect(ViewKeys.bytes(grant), link.position, in: .grants)
        }
        // A grant that nobody here has any more may have been linked by another user since.
        for (grant, link) in links {
            let key = ViewKeys.bytes(grant)
            guard let row = try snapshot.value(for: key.span, in: tables.grants),
                let last = UInt64(bigEndian: row), last >= link.position.number
            else { return false }
            if last == link.position.number { tally.expect(key, link.position, in: .grants) }
        }
        return true
    }
}

extension ViewProofTally {
    /// Notes a row with a position that the log implies.
    fileprivate mutating func expect(
        _ key: [UInt8], _ position: Position, in name: ViewTables.Name
    ) {
        expect(key, position.number.bigEndianBytes, in: name)
    }
}
