package import LedgerDomain
package import LedgerJournal
internal import LedgerStorage

extension ViewReader {
    /// How many of a user's last records are read whatever they are, so that for most users the
    /// time does not tell whether there is a choice that is not seen.
    package static let recordsReadForVersion = 256

    /// The position of the user's last record that narrowed access sees, 0 without any.
    ///
    /// It takes as long as reading the user's last records, and where nothing of these is seen,
    /// those back to there; where hidden choices follow it, back to the choices that they found.
    package func version(
        of user: UserID, within narrowing: Narrowing
    ) throws(JournalError) -> UserVersion {
        if narrowing.isEverything { return try version(of: user) }
        let last = try last(
            of: user, within: narrowing, atLeast: Self.recordsReadForVersion
        ) { $0.isKnown }
        return UserVersion(last ?? .start)
    }

    /// Whether narrowed access sees any record of a user who has records.
    package func hasRecords(
        of user: UserID, within narrowing: Narrowing
    ) throws(JournalError) -> Bool {
        if narrowing.isEverything { return true }
        return try last(of: user, within: narrowing, atLeast: 1) { $0.position != nil } != nil
    }

    /// Reads a user's records from the last one back, so many at least, until enough is known.
    private func last(
        of user: UserID, within narrowing: Narrowing, atLeast count: Int,
        until isEnough: (LastVisibleRecord) -> Bool
    ) throws(JournalError) -> Position? {
        guard narrowing.admits(user: user) else { return nil }
        var last = LastVisibleRecord(to: narrowing)
        // A user's records are many about few credentials.
        var known: [AccessScope: Bool] = [:]
        var read = 0
        try scanPositionsBackwards(of: user) { (position) throws(JournalError) in
            let record = try record(at: position)
            let scope = record.event.accessScope
            if known[scope] == nil {
                known[scope] = try sees(scope, of: user, within: narrowing)
            }
            last.next(record, isSeen: known[scope] == true)
            read += 1
            return read >= count && isEnough(last) ? .stop : .next
        }
        return last.position
    }

    /// A record as narrowed access sees it; none where it does not.
    package func seen(
        _ record: EventRecord, within narrowing: Narrowing
    ) throws(JournalError) -> EventRecord? {
        if narrowing.isEverything { return record }
        if try sees(record.event.accessScope, of: record.user, within: narrowing),
            record.event.credential != nil || record.event.kind == .stateIssued
        {
            return record
        }
        // Another choice, or none, is seen as the end of a choice that was.
        guard case .accountSelected(let event) = record.event,
            narrowing.admits(user: record.user), narrowing.admits(event.toolkit),
            let before = try choice(of: record.user, event.toolkit, before: record.position),
            try credential(before, of: record.user, within: narrowing) != nil
        else { return nil }
        return record.endingChoice
    }

    /// The choice for a toolkit that a record found.
    private func choice(
        of user: UserID, _ toolkit: ToolkitID, before position: Position
    ) throws(JournalError) -> CredentialID? {
        var choice: CredentialID?
        try scanPositionsBackwards(of: user, before: position) { (place) throws(JournalError) in
            guard case .accountSelected(let event) = try record(at: place).event,
                event.toolkit == toolkit
            else { return .next }
            choice = event.credential
            return .stop
        }
        return choice
    }
}
