internal import AccountLedgerTesting
internal import LedgerDomain

/// A log in which everything that a narrowing hides is another user's: what narrowed access has to
/// answer as, decided by the rules for users alone.
struct HiddenModel {
    private let narrowing: Narrowing
    private let scenario: DecisionScenario
    private(set) var state = LedgerState()
    /// The records of those who are no twins, as they are seen.
    private(set) var seen: [EventRecord] = []
    private var choices: [UserID: [ToolkitID: CredentialID]] = [:]

    init(_ scenario: DecisionScenario, _ narrowing: Narrowing) throws {
        self.narrowing = narrowing
        self.scenario = scenario
        for record in scenario.records { try add(record) }
    }

    /// Who has what is hidden of a user.
    private static func twin(of user: UserID) -> UserID { UserID("\u{1}" + user.text) }
    private static func isTwin(_ user: UserID) -> Bool { user.text.hasPrefix("\u{1}") }

    private mutating func add(_ record: EventRecord) throws {
        var record = record
        let original = record.user
        if !isSeen(record) {
            record.user = Self.twin(of: original)
            // Which key was used is to be found out, and not what for.
            if !isClearing(record, in: original) { record.fingerprint = nil }
        } else if case .accountSelected(var event) = record.event, let id = event.credential,
            !sees(id)
        {
            event.credential = nil
            record.event = .accountSelected(event)
            record.fingerprint = nil
        }
        if case .accountSelected(let event) = record.event {
            choices[original, default: [:]][event.toolkit] = event.credential
        }
        try state.evolve(record)
        if !Self.isTwin(record.user) { seen.append(record) }
    }

    /// Whether a choice was cleared in a toolkit that is seen, which a repetition may be told.
    private func isClearing(_ record: EventRecord, in user: UserID) -> Bool {
        guard case .accountSelected(let event) = record.event, event.credential == nil else {
            return false
        }
        return isSeen(user) && isSeen(event.toolkit)
    }

    private func isSeen(_ record: EventRecord) -> Bool {
        guard isSeen(record.user) else { return false }
        switch record.event {
        case .accountSelected(let event):
            let before = choices[record.user]?[event.toolkit]
            return [event.credential, before].compactMap { $0 }.contains(where: sees)
        case .stateIssued(let event) where event.intent == .connect:
            let isMember = narrowing.member.map { $0 == event.member } ?? true
            return narrowing.credentials == nil && isSeen(event.toolkit) && isMember
        default: return record.event.credential.map(sees) ?? false
        }
    }

    private func isSeen(_ user: UserID) -> Bool { narrowing.user.map { $0 == user } ?? true }

    private func isSeen(_ toolkit: ToolkitID) -> Bool {
        narrowing.toolkits.map { $0.contains(toolkit) } ?? true
    }

    func sees(_ id: CredentialID) -> Bool {
        guard let found = scenario.account(id) else { return false }
        return isSeen(found.user) && isSeen(found.toolkit)
            && (narrowing.member.map { $0 == found.member } ?? true)
            && (narrowing.credentials.map { $0.contains(id) } ?? true)
    }
}

extension HiddenModel {
    /// What becomes of a command of narrowed access.
    func decision(on command: Command, with input: DecisionInput) -> Decision {
        var plain = command
        plain.context.narrowing = .everything
        if case .issueState(var issue) = plain.action, issue.reconnect == nil, issue.replace == nil
        {
            issue.member = issue.member ?? narrowing.member
            plain.action = .issueState(issue)
        }
        if case .importGrant(var grant) = plain.action {
            grant.member = grant.member ?? narrowing.member
            plain.action = .importGrant(grant)
        }
        let facts = facts(for: plain)
        let decision = decide(plain, on: facts, with: input)
        if case .refused(.invalid) = decision { return decision }
        guard let field = fieldOutside(plain) else { return decision }
        return .refused(.invalid(field: field, reason: Self.reason(field)))
    }

    private static func reason(_ field: String) -> String {
        field == "credential"
            ? "would be a new one, and the access is narrowed to credentials"
            : "is outside what the access is narrowed to"
    }

    /// The field by which something would be made that is not seen.
    private func fieldOutside(_ command: Command) -> String? {
        let made: (user: UserID, toolkit: ToolkitID, member: MemberID?)
        switch command.action {
        case .issueState(let issue) where issue.reconnect == nil && issue.replace == nil:
            made = (issue.user, issue.toolkit, issue.member)
        case .importGrant(let grant): made = (grant.user, grant.toolkit, grant.member)
        default: return nil
        }
        if !isSeen(made.user) { return "user" }
        if !isSeen(made.toolkit) { return "toolkit" }
        if let member = narrowing.member, member != made.member { return "member" }
        return narrowing.credentials == nil ? nil : "credential"
    }

    private func facts(for command: Command) -> DecisionState {
        var facts = DecisionState.gather(for: command, policy: scenario.policy, from: state)
        // What a twin has does not exist for whoever is not told a user.
        if facts.issued.map({ Self.isTwin($0.user) }) == true {
            facts.issued = nil
            facts.user = nil
        }
        if facts.user.map({ Self.isTwin($0.id) }) == true { facts.user = nil }
        guard let account = command.account(on: facts), let user = facts.user?.id else {
            return facts
        }
        // A provider account is in use where another user has it, or the same in the same toolkit.
        facts.isAccountHeldByAnother = scenario.state.isHeldByAnother(account, than: user)
        let toolkit = facts.toolkit(of: command)
        facts.user?.isAccountHidden = state.user(Self.twin(of: user)).credentials.contains {
            $0.isLive && $0.toolkit == toolkit && $0.account.identity == account
        }
        return facts
    }
}

extension DecisionState {
    fileprivate func toolkit(of command: Command) -> ToolkitID? {
        if case .importGrant(let grant) = command.action { return grant.toolkit }
        return issued?.event.toolkit
    }
}
