package import LedgerDomain
package import LedgerJournal
internal import LedgerStorage

extension ViewReader {
    /// The position of the user's last record that narrowed access sees, 0 without any.
    ///
    /// It takes as long as reading the records back to there.
    package func version(
        of user: UserID, within narrowing: Narrowing
    ) throws(JournalError) -> UserVersion {
        if narrowing.isEverything { return try version(of: user) }
        var version = UserVersion(0)
        guard narrowing.admits(user: user) else { return version }
        try scanPositionsBackwards(of: user) { (position) throws(JournalError) in
            let record = try record(at: position)
            guard try seen(record, within: narrowing) != nil else { return .next }
            version = UserVersion(position)
            return .stop
        }
        return version
    }

    /// Whether narrowed access sees any record of a user who has records.
    package func hasRecords(
        of user: UserID, within narrowing: Narrowing
    ) throws(JournalError) -> Bool {
        if narrowing.isEverything { return true }
        return try version(of: user, within: narrowing) > UserVersion(0)
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
