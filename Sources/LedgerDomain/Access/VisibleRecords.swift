/// Tells which of one user's records narrowed access sees: all of them, in order, are put to it.
///
/// It needs no more than the records: a credential's member and toolkit never change, and the
/// record that makes it says both.
package struct VisibleRecords: Sendable {
    private let narrowing: Narrowing
    private var credentials: Set<CredentialID> = []
    private var chosen: Set<ToolkitID> = []

    package init(to narrowing: Narrowing) {
        self.narrowing = narrowing
    }

    /// The record as it is seen; none where it is not.
    package mutating func next(_ record: EventRecord) -> EventRecord? {
        guard !narrowing.isEverything else { return record }
        guard narrowing.admits(user: record.user) else { return nil }
        if case .grantLinked(let event) = record.event, event.kind == .connected,
            narrowing.admits(
                event.credential, of: record.user, toolkit: event.toolkit, member: event.member)
        {
            credentials.insert(event.credential)
        }
        switch record.event {
        case .accountSelected(let event): return next(event, record)
        case .stateIssued(let event) where event.intent.credential == nil:
            return narrowing.admitsConnection(of: record.user, event.toolkit, event.member)
                ? record : nil
        case .stateIssued, .grantLinked, .grantExpired, .grantRevoked, .labelChanged:
            return record.event.credential.map(credentials.contains) == true ? record : nil
        }
    }

    private mutating func next(_ event: AccountSelected, _ record: EventRecord) -> EventRecord? {
        if let credential = event.credential, credentials.contains(credential) {
            chosen.insert(event.toolkit)
            return record
        }
        return chosen.remove(event.toolkit) == nil ? nil : record.endingChoice
    }
}

extension EventRecord {
    /// The record of a choice as narrowed access sees it that saw the choice before and not this
    /// one: it was cleared, and nothing is told of who chose what.
    package var endingChoice: EventRecord {
        guard case .accountSelected(var event) = event, event.credential != nil else { return self }
        event.credential = nil
        var record = self
        record.event = .accountSelected(event)
        record.actor = .application
        record.correlationID = nil
        record.causationID = nil
        record.idempotencyKey = nil
        record.fingerprint = nil
        return record
    }
}

extension UserState {
    /// What narrowed access sees of the user; the version stays that of the user.
    package func narrowed(to narrowing: Narrowing) -> UserState {
        guard !narrowing.isEverything else { return self }
        let seen = credentials.filter(narrowing.admits)
        let names = Set(seen.map(\.id))
        return UserState(
            id: id, version: version, credentials: seen,
            choices: choices.filter { names.contains($0.value) })
    }
}
