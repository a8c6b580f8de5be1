/// The whole log folded in memory.
///
/// It keeps no index but by name: whatever can be found by looking through the users is found so.
/// That makes it slow and plain, and a judge of the tables on disk.
package struct LedgerState: Sendable {
    /// The users with events.
    package private(set) var users: [UserID: UserState] = [:]
    /// The position of the last record.
    package private(set) var head = Position.start
    /// The recorded time of the last record.
    package private(set) var lastRecordedAt: Timestamp?
    private var issued: [StateDigest: IssuedState] = [:]
    private var results: [IdempotencyKey: FirstResult] = [:]
    private var lastLinks: [GrantID: (user: UserID, event: GrantLinked)] = [:]
    private var notices: Set<NoticeKey> = []
    private var records: [UserID: [EventRecord]] = [:]

    /// An empty log.
    package init() {}

    /// Takes one more record in.
    package mutating func evolve(_ record: EventRecord) throws(FoldError) {
        guard record.position == head.next else {
            throw FoldError(record.position, .outOfOrder)
        }
        var user = users[record.user] ?? UserState(id: record.user)
        try check(record)
        try user.apply(record)
        note(record)
        users[record.user] = user
        records[record.user, default: []].append(record)
        head = record.position
        lastRecordedAt = record.recordedAt
    }

    /// Refuses what is not of one user alone and cannot follow.
    private func check(_ record: EventRecord) throws(FoldError) {
        if let key = record.idempotencyKey, record.part.index == 0, results[key] != nil {
            throw FoldError(record.position, .keyUsed)
        }
        switch record.event {
        case .stateIssued(let event):
            if issued[event.digest] != nil { throw FoldError(record.position, .stateExists) }
        case .grantLinked(let event):
            guard case .state(let digest) = event.origin else { return }
            guard let state = issued[digest] else {
                throw FoldError(record.position, .unknownState)
            }
            if state.consumedBy != nil { throw FoldError(record.position, .stateConsumed) }
        case .grantExpired, .grantRevoked, .labelChanged, .accountSelected: break
        }
    }

    /// Takes in what is not of one user alone.
    private mutating func note(_ record: EventRecord) {
        if let key = record.idempotencyKey, record.part.index == 0 {
            results[key] = FirstResult(record)
        }
        switch record.event {
        case .stateIssued(let event):
            issued[event.digest] = IssuedState(user: record.user, event: event)
        case .grantLinked(let event):
            if case .state(let digest) = event.origin {
                issued[digest]?.consumedBy = FirstResult(record)
            }
            lastLinks[event.grant] = (record.user, event)
        case .grantExpired(let event):
            notices.insert(
                NoticeKey(grant: event.grant, notice: event.notice, occurredAt: record.occurredAt))
        case .grantRevoked, .labelChanged, .accountSelected: break
        }
    }
}

extension LedgerState: FactSource {
    package func firstResult(of key: IdempotencyKey) -> FirstResult? { results[key] }

    package func issuedState(_ digest: StateDigest) -> IssuedState? { issued[digest] }

    package func owner(of credential: CredentialID) -> UserID? {
        users.values.first { $0.credential(credential) != nil }?.id
    }

    package func holding(of grant: GrantID) -> GrantHolding? {
        guard let last = lastLinks[grant] else { return nil }
        let credential = users[last.user]?.credential(last.event.credential)
        let isHeld = credential.map { $0.isLive && $0.grant == grant } ?? false
        return GrantHolding(
            user: last.user, credential: last.event.credential,
            account: last.event.account.identity, isHeld: isHeld)
    }

    package func isHeldByAnother(_ account: ProviderAccount.Identity, than user: UserID) -> Bool {
        users.values.contains { other in
            other.id != user
                && other.credentials.contains { $0.isLive && $0.account.identity == account }
        }
    }

    package func hasSeen(_ notice: NoticeKey) -> Bool { notices.contains(notice) }

    package func version(of user: UserID) -> UserVersion { self.user(user).version }

    package func version(of user: UserID, within narrowing: Narrowing) -> UserVersion {
        var visible = VisibleRecords(to: narrowing)
        let last = (records[user] ?? []).compactMap { visible.next($0)?.position }.last
        return UserVersion(last ?? .start)
    }

    package func credential(_ id: CredentialID, of user: UserID) -> Credential? {
        self.user(user).credential(id)
    }

    package func toolkitAccounts(of user: UserID, _ toolkit: ToolkitID) -> ToolkitAccounts {
        self.user(user).toolkitAccounts(toolkit)
    }

    package func liveCredential(
        of user: UserID, _ toolkit: ToolkitID, with account: ProviderAccount.Identity
    ) -> Credential? {
        self.user(user).live(toolkit).first { $0.account.identity == account }
    }

    package func holder(
        of label: String, _ user: UserID, _ toolkit: ToolkitID, but own: CredentialID?
    ) -> CredentialID? {
        let wanted = Credential.comparable(label)
        return self.user(user).live(toolkit).first { other in
            other.id != own && other.label.map(Credential.comparable) == wanted
        }?.id
    }

    package func nearest(to credential: CredentialID) -> CredentialID? {
        let all = users.values.flatMap { $0.credentials.map(\.id) }
        return all.filter { $0 >= credential }.min() ?? all.min()
    }

    package func nearest(to grant: GrantID) -> GrantID? {
        lastLinks.keys.filter { $0 >= grant }.min() ?? lastLinks.keys.min()
    }

    package func nearest(to digest: StateDigest) -> StateDigest? {
        let isBefore = { (left: StateDigest, right: StateDigest) in
            left.bytes.lexicographicallyPrecedes(right.bytes)
        }
        let later = issued.keys.filter { !isBefore($0, digest) }
        return later.min(by: isBefore) ?? issued.keys.min(by: isBefore)
    }
}

extension LedgerState {
    /// What the log says of a user.
    package func user(_ id: UserID) -> UserState { users[id] ?? UserState(id: id) }
}
