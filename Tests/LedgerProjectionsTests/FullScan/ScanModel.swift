internal import LedgerDomain

/// What the records of a log say, found by looking at every one of them for each question.
///
/// It shares no code with the views, the indexes or the folds of the package: it is written from
/// the rules, is slow, and keeps nothing.
struct ScanModel {
    /// The records up to the moment that is asked about.
    let records: [EventRecord]
    let policy: Policy

    func upTo(_ position: Position) -> ScanModel {
        ScanModel(records: records.filter { $0.position <= position }, policy: policy)
    }

    func upTo(_ time: Timestamp) -> ScanModel {
        ScanModel(records: records.filter { $0.recordedAt <= time }, policy: policy)
    }

    var head: Position { records.last?.position ?? .start }

    var users: [UserID] { Set(records.map(\.user)).sorted() }

    func history(of user: UserID) -> [EventRecord] { records.filter { $0.user == user } }

    private var links: [(record: EventRecord, link: GrantLinked)] {
        records.compactMap { record in
            if case .grantLinked(let link) = record.event { (record, link) } else { nil }
        }
    }

    /// The records that happened to a credential, in order.
    private func events(of id: CredentialID) -> [EventRecord] {
        records.filter { record in
            switch record.event {
            case .grantLinked(let event): event.credential == id
            case .grantExpired(let event): event.credential == id
            case .grantRevoked(let event): event.credential == id
            case .labelChanged(let event): event.credential == id
            default: false
            }
        }
    }

    func owner(of id: CredentialID) -> UserID? {
        links.first { $0.link.credential == id && $0.link.kind == .connected }?.record.user
    }

    func credential(_ id: CredentialID) -> Credential? {
        let own = links.filter { $0.link.credential == id }
        guard let first = own.first, let last = own.last else { return nil }
        let events = events(of: id)
        let labels = events.compactMap { record -> String?? in
            if case .labelChanged(let event) = record.event { event.label } else { nil }
        }
        let status = status(of: events)
        let times = own.map { $0.record.occurredAt ?? $0.record.recordedAt }
        return Credential(
            id: id, user: first.record.user, toolkit: first.link.toolkit, grant: last.link.grant,
            platform: last.link.platform, account: last.link.account,
            label: labels.last ?? first.link.label, externalID: first.link.externalID,
            member: first.link.member, status: status.status, statusReason: status.reason,
            firstConnectedAt: times[0], lastAuthenticatedAt: times.max() ?? times[0],
            statusChangedAt: status.since, validUntil: last.link.validUntil,
            scopes: last.link.scopes, createdAt: first.record.position,
            version: events.last?.position ?? .start)
    }

    private func status(
        of events: [EventRecord]
    ) -> (status: CredentialStatus, reason: String?, since: Timestamp) {
        var held: GrantID?
        var answer = (CredentialStatus.revoked, String?.none, DailyTime.none)
        for record in events {
            let time = record.occurredAt ?? record.recordedAt
            switch record.event {
            case .grantLinked(let event):
                held = event.grant
                if answer.0 != .valid, !event.superseded { answer = (.valid, nil, time) }
            case .grantExpired(let event) where !event.superseded && event.grant == held:
                if answer.0 == .valid || time > answer.2 { answer = (.expired, event.reason, time) }
            case .grantRevoked(let event) where event.grant == held:
                answer = (.revoked, event.reason.text, time)
            default: break
            }
        }
        return answer
    }

    private enum DailyTime { static let none = Timestamp(microsecondsSinceEpoch: 0) }

    var credentials: [CredentialID] {
        links.filter { $0.link.kind == .connected }.map(\.link.credential)
    }

    /// A user's credentials in the order of first connection, revoked ones among them.
    func accounts(of user: UserID) -> [Credential] {
        credentials.filter { owner(of: $0) == user }.compactMap { credential($0) }.sorted {
            $0.firstConnectedAt == $1.firstConnectedAt
                ? $0.createdAt < $1.createdAt : $0.firstConnectedAt < $1.firstConnectedAt
        }
    }

    func choice(of user: UserID, _ toolkit: ToolkitID) -> CredentialID? {
        history(of: user).compactMap { record -> CredentialID?? in
            guard case .accountSelected(let event) = record.event, event.toolkit == toolkit else {
                return nil
            }
            return event.credential
        }.last ?? nil
    }

    func toolkits(of user: UserID) -> [ToolkitID] {
        let chosen = history(of: user).compactMap { record -> ToolkitID? in
            guard case .accountSelected(let event) = record.event,
                choice(of: user, event.toolkit) != nil
            else { return nil }
            return event.toolkit
        }
        return Set(accounts(of: user).filter { $0.status != .revoked }.map(\.toolkit) + chosen)
            .sorted()
    }
}

extension ScanModel {
    /// Which credential a toolkit acts as, and why, as the rules have it.
    func selection(of user: UserID, _ toolkit: ToolkitID, pin: CredentialID? = nil) -> ScanAnswer {
        let live = accounts(of: user).filter { $0.toolkit == toolkit && $0.status != .revoked }
        if let explicit = pin ?? choice(of: user, toolkit) {
            let rule = pin == nil ? Selection.Rule.selected : .pinned
            let why = pin == nil ? Selection.Reason.notSelected : .notPinned
            let others = live.filter { $0.id != explicit }.map { ($0.id, why) }
            guard let found = live.first(where: { $0.id == explicit }) else {
                return ScanAnswer(.revoked(explicit), rule, others)
            }
            return ScanAnswer(
                found.status == .valid ? .credential(explicit) : .needsReconnect(explicit), rule,
                others)
        }
        return latest(live)
    }

    private func latest(_ live: [Credential]) -> ScanAnswer {
        let usable = live.filter { $0.status == .valid }
        func others(_ named: [CredentialID]) -> [(CredentialID, Selection.Reason)] {
            live.filter { !named.contains($0.id) }.map {
                ($0.id, $0.status == .valid ? .older : .expired)
            }
        }
        guard let newest = live.last else { return ScanAnswer(.none, nil, []) }
        if policy.requireChoice, usable.count > 1 {
            return ScanAnswer(.ambiguous(usable.map(\.id)), nil, others(usable.map(\.id)))
        }
        if let acting = usable.last, acting.id == newest.id || !policy.refuseFallback {
            let rule: Selection.Rule = usable.count == 1 ? .onlyUsable : .mostRecentlyConnected
            return ScanAnswer(.credential(acting.id), rule, others([acting.id]))
        }
        return ScanAnswer(.needsReconnect(newest.id), .mostRecentlyConnected, others([newest.id]))
    }

    func holder(of grant: GrantID) -> (user: UserID, credential: CredentialID)? {
        links.last { $0.link.grant == grant }.map { ($0.record.user, $0.link.credential) }
    }

    func holding(of grant: GrantID) -> GrantHolding? {
        guard let last = links.last(where: { $0.link.grant == grant }) else { return nil }
        let credential = credential(last.link.credential)
        return GrantHolding(
            user: last.record.user, credential: last.link.credential,
            account: last.link.account.identity,
            isHeld: credential?.status != .revoked && credential?.grant == grant)
    }

    /// Who has a live credential with an account, and which.
    func connections(
        of account: ProviderAccount.Identity
    ) -> [(user: UserID, credential: CredentialID)] {
        credentials.compactMap { credential($0) }.filter {
            $0.status != .revoked && $0.account.identity == account
        }.map { ($0.user, $0.id) }
    }

    /// The positions that a key's or a state's command has first taken.
    func firstPositions(where isFirst: (EventRecord) -> Bool) -> ClosedRange<Position>? {
        records.first(where: isFirst).map { record in
            record.position...Position(record.position.number + UInt64(record.part.count) - 1)
        }
    }

    func states() -> [StateIssued] {
        records.compactMap { record in
            if case .stateIssued(let event) = record.event { event } else { nil }
        }
    }
}

/// A selection as the model has it.
struct ScanAnswer: Hashable {
    let result: Selection.Result
    let because: Selection.Rule?
    let passedOver: [CredentialID: Selection.Reason]

    init(
        _ result: Selection.Result, _ because: Selection.Rule?,
        _ passedOver: [(CredentialID, Selection.Reason)]
    ) {
        self.result = result
        self.because = because
        self.passedOver = Dictionary(passedOver) { first, _ in first }
    }

    init(_ selection: Selection) {
        self.init(
            selection.result, selection.because,
            selection.passedOver.map { ($0.credential, $0.why) })
    }
}
