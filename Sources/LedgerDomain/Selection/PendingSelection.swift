/// How the live credentials of a toolkit stand: what decides among them, whatever their names.
package struct AccountStanding {
    fileprivate var count = 0
    fileprivate var usableCount = 0
    fileprivate var newestUsable: Int?

    /// No credential yet.
    package init() {}

    /// Adds a credential; they come in the order of first connection.
    package mutating func add(isUsable: Bool) {
        if isUsable {
            usableCount += 1
            newestUsable = count
        }
        count += 1
    }
}

/// A selection that is decided, and is yet to be told the names of the live credentials.
///
/// So a name is made once, where the answer has it, and no list of them on the way.
package struct PendingSelection {
    /// Which of the live credentials act, by their places.
    private enum Answer {
        case account(at: Int)
        case allUsable
        case none
    }

    private let answer: Answer
    private let because: Selection.Rule?
    private var result = Selection.Result.none
    private var ambiguous: [CredentialID] = []
    private var passedOver: [Selection.PassedOver] = []
    private var count = 0
    /// How many credentials will be passed over, as far as is known.
    private var expected = 0

    /// Decides for a credential that was pinned or chosen, which never falls back.
    ///
    /// - Parameter place: Its place among the live ones; none where it was revoked.
    init(of credential: CredentialID, at place: Int?, because rule: Selection.Rule) {
        answer = place.map { .account(at: $0) } ?? .none
        because = rule
        if place == nil { result = .revoked(credential) }
    }

    /// Decides where nothing was pinned or chosen.
    package init(among accounts: AccountStanding, policy: Policy) {
        expected = max(accounts.count - 1, 0)
        (answer, because) = Self.decide(among: accounts, policy: policy)
    }

    private static func decide(
        among accounts: AccountStanding, policy: Policy
    ) -> (Answer, Selection.Rule?) {
        guard accounts.count > 0 else { return (.none, nil) }
        let newest = accounts.count - 1
        if policy.requireChoice, accounts.usableCount > 1 { return (.allUsable, nil) }
        guard let newestUsable = accounts.newestUsable,
            newestUsable == newest || !policy.refuseFallback
        else { return (.account(at: newest), .mostRecentlyConnected) }
        let rule: Selection.Rule =
            accounts.usableCount == 1 ? .onlyUsable : .mostRecentlyConnected
        return (.account(at: newestUsable), rule)
    }

    /// Names the next credential, in the same order.
    package mutating func add(_ credential: consuming CredentialID, isUsable: Bool) {
        let place = count
        count += 1
        switch answer {
        case .account(at: place):
            result = isUsable ? .credential(credential) : .needsReconnect(credential)
        case .allUsable where isUsable: ambiguous.append(credential)
        default: passOver(credential, isUsable: isUsable)
        }
    }

    private mutating func passOver(_ credential: consuming CredentialID, isUsable: Bool) {
        let why: Selection.Reason =
            switch because {
            case .pinned: .notPinned
            case .selected: .notSelected
            case .onlyUsable, .mostRecentlyConnected, nil: isUsable ? .older : .expired
            }
        if passedOver.isEmpty { passedOver.reserveCapacity(expected) }
        passedOver.append(Selection.PassedOver(credential: credential, why: why))
    }

    /// The answer, when all have been named.
    package consuming func end(_ toolkit: ToolkitID, at position: Position) -> Selection {
        if case .allUsable = answer { result = .ambiguous(ambiguous) }
        return Selection(
            toolkit: toolkit, result: result, because: because, passedOver: passedOver,
            position: position)
    }
}
