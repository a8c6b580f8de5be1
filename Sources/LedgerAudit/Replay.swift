package import LedgerDomain
package import LedgerJournal
package import LedgerProjections
internal import LedgerStorage

/// Folds the log anew, without looking at any view but the index of a user's records.
package enum Replay {
    /// What the log says of a user up to a position.
    package static func user(
        _ id: UserID, through position: Position, within narrowing: Narrowing = .everything,
        from reader: borrowing ViewReader
    ) throws(JournalError) -> UserState {
        var state = UserState(id: id)
        let records = try records(of: id, through: position, within: narrowing, from: reader)
        for record in records {
            do { try state.apply(record) } catch {
                throw JournalError(.fold(error), at: record.position)
            }
        }
        return state
    }

    /// A credential and its user.
    package typealias Holder = (user: UserID, credential: CredentialID)

    /// Who held a grant after the record at a position, or held it last, and who was linked last,
    /// to whatever grant; reads the log up to there.
    package static func holder(
        of grant: GrantID, through position: Position, from reader: borrowing ViewReader
    ) throws(JournalError) -> (holder: Holder?, last: Holder?) {
        guard position > .start else { return (nil, nil) }
        var (holder, last): (Holder?, Holder?)
        try reader.scanRecords(from: Position.start.next, through: position) {
            (record) throws(JournalError) in
            if case .grantLinked(let event) = record.event {
                last = (record.user, event.credential)
                if event.grant == grant { holder = last }
            }
            return .next
        }
        return (holder, last)
    }

    /// A user's records in the order of the log, up to a position, as narrowed access sees them.
    package static func records(
        of user: UserID, through position: Position?, within narrowing: Narrowing = .everything,
        from reader: borrowing ViewReader
    ) throws(JournalError) -> [EventRecord] {
        var records: [EventRecord] = []
        guard narrowing.admits(user: user) else { return records }
        let positions = try reader.positions(of: user, through: position)
        if narrowing.isEverything {
            records.reserveCapacity(positions.count)
            for place in positions { records.append(try reader.record(at: place)) }
            return records
        }
        var visible = VisibleRecords(to: narrowing)
        for place in positions {
            if let record = visible.next(try reader.record(at: place)) { records.append(record) }
        }
        return records
    }
}
