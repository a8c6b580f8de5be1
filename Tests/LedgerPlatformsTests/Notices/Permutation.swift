internal import AccountLedgerTesting
internal import LedgerPlatforms

/// Notices that are delivered to the rules of a ledger as a platform delivers them.
///
/// A notice that depends on others is answered with a failure, so it comes again later.
struct Permutation {
    var scenario: DecisionScenario
    let mapping: NoticeMapping
    /// The refusals that were met, but for those that depend on other notices.
    private(set) var refusals: [Refusal] = []

    init(_ scenario: DecisionScenario, _ mapping: NoticeMapping) {
        self.scenario = scenario
        self.mapping = mapping
    }

    /// Delivers notices in this order; those that were answered with a failure follow at the end,
    /// three times in all.
    mutating func deliver(_ notices: [GrantNotice]) throws {
        var again = notices
        for _ in 1...3 {
            let round = again
            again = []
            for notice in round where try !isTaken(notice) { again.append(notice) }
        }
    }

    private mutating func isTaken(_ notice: GrantNotice) throws -> Bool {
        var outcomes: [Outcome] = []
        let result = notice.commands(mapping: mapping, receivedAt: scenario.clock)
        guard case .commands(let commands) = result else { return true }
        for command in commands { outcomes.append(try scenario.when(command)) }
        let answer = NoticeAnswer(outcomes)
        if case .refused(let refusal) = answer { refusals.append(refusal) }
        return !answer.dependsOnOthers
    }

    /// The credential that holds or held a grant last.
    func credential(_ grant: GrantID) -> Credential? {
        scenario.state.users.values.flatMap(\.credentials).first { $0.grant == grant }
    }

    /// When what was told late has happened, in the order of the records.
    var superseded: [Timestamp] {
        scenario.records.filter { record in
            switch record.event {
            case .grantExpired(let event): event.superseded
            case .grantLinked(let event): event.superseded
            default: false
            }
        }.map(\.effectiveAt)
    }
}

/// What the ledger has to say at the end, reckoned from the notices alone.
struct ExpectedEnd {
    var status: CredentialStatus
    var lastAuthenticatedAt: Timestamp
    var expiredAt: Timestamp?

    /// Of all notices the latest counts, and an expiry before an authentication of the same time.
    init(_ notices: [GrantNotice], connectedAt: Timestamp?) {
        func last(_ change: GrantNotice.Change) -> Timestamp? {
            notices.filter { $0.change == change }.compactMap(\.occurredAt).max()
        }
        let times = [connectedAt, last(.created), last(.authenticated)].compactMap { $0 }
        let authenticated = times.max() ?? second(0)
        let expiry = last(.expired).flatMap { $0 >= authenticated ? $0 : nil }
        lastAuthenticatedAt = authenticated
        status = last(.deleted) != nil ? .revoked : expiry != nil ? .expired : .valid
        expiredAt = status == .expired ? expiry : nil
    }
}

/// What the ledger has to record as superseded, for one order of deliveries.
///
/// A model of its own: one grant, three numbers, and no ledger.
struct ExpectedLate {
    private(set) var superseded: [Timestamp] = []
    private var authenticated: Timestamp?
    private var expired: Timestamp?
    private var isRevoked = false
    private var seen: Set<Timestamp> = []

    init(connectedAt: Timestamp?) { authenticated = connectedAt }

    mutating func deliver(_ notices: [GrantNotice]) {
        let again = notices.filter { !take($0) }
        for notice in again { _ = take(notice) }
    }

    private mutating func take(_ notice: GrantNotice) -> Bool {
        guard let time = notice.occurredAt else { return true }
        guard let last = authenticated else {
            if notice.change == .created { authenticated = time }
            return notice.change == .created
        }
        if isRevoked { return true }
        switch notice.change {
        case .created: break
        case .deleted: isRevoked = true
        case .authenticated where time > last:
            authenticated = time
            if let expiry = expired, time <= expiry {
                superseded.append(time)
            } else {
                expired = nil
            }
        case .expired where time < last:
            if seen.insert(time).inserted { superseded.append(time) }
        case .expired where expired.map({ time > $0 }) ?? true:
            expired = time
            seen.insert(time)
        case .authenticated, .expired: break
        }
        return true
    }
}

/// Every order of some things.
func orders<Element>(of items: [Element]) -> [[Element]] {
    guard items.count > 1 else { return [items] }
    return items.indices.flatMap { index in
        var rest = items
        let first = rest.remove(at: index)
        return orders(of: rest).map { [first] + $0 }
    }
}
