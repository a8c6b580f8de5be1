internal import AccountLedgerTesting
internal import LedgerDomain

/// What holds after every command, whatever the commands are; a finding is a text.
struct Invariants {
    let policy: Policy
    private(set) var findings: [String] = []
    /// The commands that a ledger remembers, with their first results.
    var remembered: [(command: Command, receipt: Receipt)] = []

    init(policy: Policy) {
        self.policy = policy
    }

    mutating func expect(_ condition: Bool, _ finding: @autoclosure () -> String) {
        if !condition { findings.append(finding()) }
    }

    /// Checks one step: a command, what became of it, and the ledger before and after.
    mutating func check(
        _ command: Command, _ outcome: Outcome, before: DecisionScenario, after: DecisionScenario
    ) {
        checkAppended(outcome, before, after)
        checkUsers(outcome, before, after)
        checkRefusal(command, outcome, before)
        let all = after.state.users.values.flatMap(\.credentials)
        checkHolders(all)
        checkLabels(all)
        for user in after.state.users.values { checkCredentials(user, before: before) }
    }

    private mutating func checkAppended(
        _ outcome: Outcome, _ before: DecisionScenario, _ after: DecisionScenario
    ) {
        let appended = after.records.dropFirst(before.records.count)
        let expectedPositions = before.records.count + 1..<after.records.count + 1
        expect(
            appended.map(\.position.number) == expectedPositions.map { UInt64($0) },
            "positions have gaps")
        for (earlier, later) in zip(
            after.records.suffix(appended.count + 1), appended.suffix(appended.count))
        where earlier.position < later.position {
            expect(earlier.recordedAt < later.recordedAt, "times do not increase")
        }
        guard case .applied(let receipt) = outcome else {
            expect(appended.isEmpty, "a command that was not applied appended")
            return
        }
        guard let first = appended.first, let last = appended.last else {
            return expect(false, "an applied command appended nothing")
        }
        expect(
            receipt.positions == first.position...last.position, "the receipt has other positions")
        expect(receipt.userVersion == UserVersion(last.position), "the receipt has another version")
        expect(Set(appended.map(\.user)).count == 1, "a command wrote events of two users")
        expect(appended.map(\.part.index) == Array(0..<appended.count), "parts are not numbered")
    }

    /// A user's version moves only by that user's events and equals the position of the last one.
    private mutating func checkUsers(
        _ outcome: Outcome, _ before: DecisionScenario, _ after: DecisionScenario
    ) {
        let touched = after.records.dropFirst(before.records.count).last
        for user in after.state.users.values {
            if user.id == touched?.user {
                expect(
                    user.version.number == touched?.position.number,
                    "a version is not its last event")
            } else {
                expect(before.state.users[user.id] == user, "a command changed another user")
            }
        }
    }

    /// A refusal names credentials of the command's user only.
    private mutating func checkRefusal(
        _ command: Command, _ outcome: Outcome, _ before: DecisionScenario
    ) {
        guard let named = outcome.refusal?.namedCredential else { return }
        let facts = DecisionState.gather(for: command, policy: policy, from: before.state)
        let user = facts.user.map { before.state.user($0.id) }
        expect(user?.credential(named) != nil, "a refusal names a credential of another user")
    }

    private mutating func checkHolders(_ all: [Credential]) {
        let live = all.filter(\.isLive)
        expect(Set(all.map(\.id)).count == all.count, "two credentials have one id")
        expect(Set(live.map(\.grant)).count == live.count, "two live credentials hold one grant")
        var places: Set<[String]> = []
        var owners: [ProviderAccount.Identity: Set<UserID>] = [:]
        for credential in live {
            let identity = credential.account.identity
            let place = [
                credential.user.bytes, credential.toolkit.bytes, identity.provider.bytes,
                identity.subject.bytes,
            ]
            expect(places.insert(place).inserted, "a provider account is connected twice")
            owners[identity, default: []].insert(credential.user)
        }
        if !policy.sharedAccounts {
            expect(owners.values.allSatisfy { $0.count == 1 }, "a provider account has two users")
        }
    }

    private mutating func checkLabels(_ all: [Credential]) {
        guard !policy.duplicateLabels else { return }
        let labelled = all.filter { $0.isLive && $0.label != nil }
        for (index, one) in labelled.enumerated() {
            for other in labelled[..<index] where one.user == other.user {
                let isSame = one.label?.lowercased() == other.label?.lowercased()
                expect(one.toolkit != other.toolkit || !isSame, "a label is taken twice")
            }
        }
    }

    /// Ids, order and times of first connection stay; authentication moves ahead; revoked is final.
    private mutating func checkCredentials(_ user: UserState, before: DecisionScenario) {
        let ordered = user.credentials.sorted {
            ($0.firstConnectedAt, $0.createdAt) < ($1.firstConnectedAt, $1.createdAt)
        }
        expect(ordered == user.credentials, "credentials are out of order")
        for old in before.state.user(user.id).credentials {
            guard let new = user.credential(old.id) else {
                expect(false, "a credential is gone")
                continue
            }
            expect(
                new.toolkit == old.toolkit && new.createdAt == old.createdAt
                    && new.firstConnectedAt == old.firstConnectedAt && new.member == old.member
                    && new.externalID == old.externalID, "a credential lost what it keeps")
            expect(new.lastAuthenticatedAt >= old.lastAuthenticatedAt, "authentication moved back")
            expect(old.isLive || new == old, "a revoked credential changed")
            expect(new == old || new.version > old.version, "a credential changed without an event")
        }
    }
}

extension Identifier {
    /// The bytes as a text that is equal only for equal bytes.
    var bytes: String { Array(text.utf8).lowercaseHexadecimal }
}

extension Refusal {
    /// The credential that the refusal names.
    var namedCredential: CredentialID? {
        switch self {
        case .credentialRevoked(let id), .accountMismatch(let id), .alreadyConnected(let id),
            .labelTaken(let id), .notUsable(let id, _):
            id
        case .grantAlreadyLinked(let id), .accountAlreadyLinked(let id): id
        case .invalid, .idempotencyKeyReused, .versionConflict, .unknownState, .stateAlreadyUsed,
            .stateExpired, .toolkitMismatch, .unknownCredential, .unknownGrant,
            .accountLimitReached:
            nil
        }
    }
}
