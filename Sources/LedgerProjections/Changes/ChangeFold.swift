internal import LedgerDomain

/// Tells what each record of one user changes, from what the records before it came to.
///
/// The selection is compared over all records of a command: what only a part of it would have
/// selected never acted.
struct ChangeFold: Sendable {
    /// What the log says of the user so far.
    private var state: UserState
    /// What acted before the command that is under way.
    private var before: [(toolkit: ToolkitID, selection: Answer)] = []

    /// A selection, and who owns what it names.
    private struct Answer {
        let selection: Selection
        let members: Set<MemberID>
    }

    /// Begins before the user's first record.
    init(_ user: UserID) {
        state = UserState(id: user)
    }

    /// Takes the user's next record in.
    mutating func apply(
        _ record: EventRecord, policy: Policy
    ) throws(FoldError) -> [AccountChange] {
        // It bears on no account.
        if case .stateIssued = record.event { return [] }
        if record.part.index == 0 { before = [] }
        let old = record.event.credential.flatMap(state.credential)
        let toolkit = toolkit(of: record.event, old)
        if let toolkit, !before.contains(where: { $0.toolkit == toolkit }) {
            before.append((toolkit, answer(toolkit, policy)))
        }
        try state.apply(record)
        var changes: [AccountChange] = []
        if let toolkit, let kind = kind(of: record.event, old) {
            let credential = record.event.credential.flatMap(state.credential)
            changes.append(
                AccountChange(
                    kind, 0, of: record, toolkit, credential,
                    members: Set([credential?.member].compactMap { $0 })))
        }
        guard record.part.index + 1 >= record.part.count else { return changes }
        for (toolkit, old) in before {
            let new = answer(toolkit, policy)
            guard old.selection.result != new.selection.result else { continue }
            let kind = AccountChange.Kind.selectionChanged(
                from: old.selection.result, to: new.selection.result,
                because: new.selection.because)
            changes.append(
                AccountChange(
                    kind, changes.count, of: record, toolkit,
                    new.selection.credential.flatMap(state.credential),
                    members: old.members.union(new.members)))
        }
        before = []
        return changes
    }

    /// Takes a record of an earlier command in, of which nobody wants to know what it changes.
    mutating func pass(_ record: EventRecord) throws(FoldError) {
        try state.apply(record)
    }

    private func toolkit(of event: Event, _ old: Credential?) -> ToolkitID? {
        switch event {
        case .grantLinked(let event): event.toolkit
        case .accountSelected(let event): event.toolkit
        case .grantExpired, .grantRevoked, .labelChanged: old?.toolkit
        case .stateIssued: nil
        }
    }

    private func kind(of event: Event, _ old: Credential?) -> AccountChange.Kind? {
        switch event {
        case .grantLinked(let event) where event.superseded:
            .lateNotice(
                of: .authenticated, grant: event.grant, reason: nil, notice: event.origin.notice)
        case .grantLinked(let event):
            switch event.kind {
            case .connected: .connected(grant: event.grant)
            case .reconnected:
                .reconnected(grant: event.grant, previousGrant: event.previousGrant)
            case .replaced: .replaced(grant: event.grant, previousGrant: event.previousGrant)
            }
        case .grantExpired(let event) where event.superseded:
            .lateNotice(
                of: .expired, grant: event.grant, reason: event.reason, notice: event.notice)
        // It was told when it expired; that it did so later, or again, changes the time only.
        case .grantExpired where old?.status == .expired: nil
        case .grantExpired(let event): .expired(grant: event.grant, reason: event.reason)
        // A grant that another one has replaced: that was told with the other one.
        case .grantRevoked(let event) where event.grant != old?.grant: nil
        case .grantRevoked(let event): .revoked(grant: event.grant, reason: event.reason)
        case .labelChanged(let event): .labelChanged(label: event.label)
        case .stateIssued, .accountSelected: nil
        }
    }

    private func answer(_ toolkit: ToolkitID, _ policy: Policy) -> Answer {
        let selection = state.toolkitAccounts(toolkit)
            .select(toolkit, policy: policy, at: .start)
        let members = selection.result.credentials.compactMap { state.credential($0)?.member }
        return Answer(selection: selection, members: Set(members))
    }
}

extension LinkOrigin {
    /// The platform's name for the report that it was.
    fileprivate var notice: NoticeID? {
        guard case .reported(let notice) = self else { return nil }
        return notice
    }
}

extension Selection.Result {
    /// The credentials that the answer names.
    fileprivate var credentials: [CredentialID] {
        switch self {
        case .credential(let id), .needsReconnect(let id), .revoked(let id): [id]
        case .ambiguous(let ids): ids
        case .none: []
        }
    }
}
