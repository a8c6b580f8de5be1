internal import AccountLedgerTesting
internal import LedgerDomain
internal import LedgerFormat
internal import Testing

/// A time so many seconds after a scenario's clock begins.
func at(_ seconds: Int64) -> Timestamp {
    DecisionScenario.start.adding(seconds: seconds)
}

/// The credential that a scenario makes as its first, second, third.
func credential(_ number: Int) -> CredentialID {
    DecisionScenario.credentialID(number)
}

/// An account at the provider of the tests.
func google(
    _ subject: Identifier<ProviderAccount.Subject>, email: String? = nil, name: String? = nil
) -> ProviderAccount {
    ProviderAccount(provider: "google", subject: subject, email: email, name: name)
}

extension Command {
    static func issue(
        _ user: UserID = "alice", _ toolkit: ToolkitID = "gmail", lifetime: Int? = nil,
        multiple: Bool? = nil, reconnect: CredentialID? = nil, replace: CredentialID? = nil,
        label: String? = nil, externalID: ExternalID? = nil, member: MemberID? = nil
    ) -> Command {
        Command(
            .issueState(
                IssueState(
                    user: user, toolkit: toolkit, lifetimeSeconds: lifetime,
                    allowMultiple: multiple,
                    reconnect: reconnect, replace: replace, label: label, externalID: externalID,
                    member: member)))
    }

    static func link(
        _ state: StateDigest, grant: GrantID = "g1", as account: ProviderAccount = google("a"),
        toolkit: ToolkitID? = nil, platform: PlatformID? = nil, scopes: [String]? = nil,
        validUntil: Timestamp? = nil, label: String? = nil
    ) -> Command {
        Command(
            .link(
                LinkGrant(
                    state: state, grant: grant, account: account, toolkit: toolkit,
                    platform: platform, scopes: scopes, validUntil: validUntil, label: label)))
    }

    static func expire(
        _ grant: GrantID, reason: String? = nil, notice: NoticeID? = nil, user: UserID? = nil
    ) -> Command {
        Command(.expire(ExpireGrant(grant: grant, reason: reason, notice: notice, user: user)))
    }

    static func report(
        _ status: ReportGrant.Status, _ grant: GrantID = "g1", notice: NoticeID, at time: Timestamp,
        reason: String? = nil, user: UserID? = nil
    ) -> Command {
        let report = ReportGrant(
            grant: grant, status: status, notice: notice, reason: reason, user: user)
        return Command(.report(report)).occurred(time)
    }

    static func revoke(
        _ credential: CredentialID, reason: RevocationReason? = nil, user: UserID? = nil
    ) -> Command {
        Command(.revoke(RevokeGrant(.credential(credential), reason: reason, user: user)))
    }

    static func revoke(
        grant: GrantID, reason: RevocationReason? = nil, user: UserID? = nil
    ) -> Command {
        Command(.revoke(RevokeGrant(.grant(grant), reason: reason, user: user)))
    }

    static func relabel(
        _ credential: CredentialID, _ label: String?, user: UserID? = nil
    ) -> Command {
        Command(.relabel(Relabel(credential: credential, label: label, user: user)))
    }

    static func select(
        _ credential: CredentialID?, _ user: UserID = "alice", _ toolkit: ToolkitID = "gmail"
    ) -> Command {
        Command(.select(SelectAccount(user: user, toolkit: toolkit, credential: credential)))
    }

    static func importing(
        _ user: UserID = "alice", _ toolkit: ToolkitID = "gmail", grant: GrantID = "g1",
        as account: ProviderAccount = google("a"), label: String? = nil,
        externalID: ExternalID? = nil, member: MemberID? = nil, connectedAt: Timestamp? = nil,
        status: CredentialStatus? = nil, platform: PlatformID? = nil, source: String = "import"
    ) -> Command {
        Command(
            .importGrant(
                ImportGrant(
                    user: user, toolkit: toolkit, grant: grant, account: account, label: label,
                    externalID: externalID, member: member, connectedAt: connectedAt,
                    status: status, platform: platform, source: source)))
    }
}

extension Command {
    func key(_ key: IdempotencyKey) -> Command { with { $0.idempotencyKey = key } }

    func expecting(_ version: UInt64) -> Command {
        with { $0.expectedUserVersion = UserVersion(version) }
    }

    func occurred(_ time: Timestamp) -> Command { with { $0.occurredAt = time } }

    func by(_ actor: LedgerActor) -> Command { with { $0.actor = actor } }

    func with(_ change: (inout CommandContext) -> Void) -> Command {
        var command = self
        change(&command.context)
        return command
    }
}

extension DecisionScenario {
    /// Issues a state, which must succeed, and gives its digest.
    mutating func issue(
        _ user: UserID = "alice", _ toolkit: ToolkitID = "gmail", lifetime: Int? = nil,
        multiple: Bool? = true, reconnect: CredentialID? = nil, replace: CredentialID? = nil,
        label: String? = nil, externalID: ExternalID? = nil, member: MemberID? = nil
    ) throws -> StateDigest {
        let receipt = try apply(
            .issue(
                user, toolkit, lifetime: lifetime, multiple: multiple, reconnect: reconnect,
                replace: replace, label: label, externalID: externalID, member: member))
        return StateDigest(of: try #require(receipt.state))
    }

    /// Connects an account, or reconnects it, and gives the credential.
    @discardableResult
    mutating func connect(
        _ user: UserID = "alice", _ toolkit: ToolkitID = "gmail", grant: GrantID = "g1",
        as account: ProviderAccount = google("a"), label: String? = nil
    ) throws -> CredentialID {
        let state = try issue(user, toolkit)
        let receipt = try apply(.link(state, grant: grant, as: account, label: label))
        return try #require(receipt.credential)
    }

    /// Executes a command that must append something.
    @discardableResult
    mutating func apply(_ command: Command, at time: Timestamp? = nil) throws -> Receipt {
        let outcome = try when(command, at: time)
        guard case .applied(let receipt) = outcome else {
            Issue.record("\(command.action.name) ended in \(outcome)")
            return try outcome.get()
        }
        return receipt
    }

    /// Executes a command that must have nothing to change.
    @discardableResult
    mutating func repeated(_ command: Command, at time: Timestamp? = nil) throws -> Receipt {
        let outcome = try when(command, at: time)
        guard case .unchanged(let receipt) = outcome else {
            Issue.record("\(command.action.name) ended in \(outcome)")
            return try outcome.get()
        }
        #expect(events.isEmpty)
        return receipt
    }

    /// Executes a command and gives its refusal, if it was refused.
    mutating func refusal(_ command: Command, at time: Timestamp? = nil) throws -> Refusal? {
        let outcome = try when(command, at: time)
        if outcome.refusal != nil { #expect(events.isEmpty) }
        return outcome.refusal
    }

    /// The credential of that id, which must exist.
    func require(_ id: CredentialID) throws -> Credential {
        try #require(account(id))
    }
}

/// The positions from one number to another.
func positions(_ range: ClosedRange<UInt64>) -> ClosedRange<Position> {
    Position(range.lowerBound)...Position(range.upperBound)
}

/// A credential that a selection passed over, and why.
struct Passed: Equatable {
    let credential: CredentialID
    let why: Selection.Reason
}

extension Selection {
    /// The credentials passed over, for comparing.
    var passed: [Passed] { passedOver.map { Passed(credential: $0.credential, why: $0.why) } }
}
