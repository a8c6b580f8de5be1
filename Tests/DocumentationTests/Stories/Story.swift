internal import AccountLedger
internal import AccountLedgerTesting
internal import Testing

/// A ledger whose clock is turned by the story that is told on it.
struct Story {
    private let scratch: ScratchLedger

    init(policy: Policy = Policy()) throws {
        let begin = try #require(Timestamp(rfc3339: "2026-03-02T09:00:00Z"))
        scratch = try ScratchLedger(policy: policy, clock: begin)
    }

    /// The ledger, for questions.
    var ledger: Ledger { scratch.ledger }

    /// The time of the next command.
    var now: Timestamp { scratch.clock }

    /// Lets time pass.
    mutating func pass(minutes: Int64) {
        scratch.advance(by: .seconds(60 * minutes))
    }

    /// Carries a command out; a minute passes.
    mutating func execute(
        _ action: Command.Action, context: CommandContext = CommandContext()
    ) async throws -> Outcome {
        let outcome = try await scratch.execute(Command(action, context: context))
        pass(minutes: 1)
        return outcome
    }

    /// Begins an authorization, and gives the token that the callback will bring.
    mutating func begin(_ action: IssueState) async throws -> StateToken {
        try #require(try await execute(.issueState(action)).get().state)
    }

    /// Comes back from an authorization.
    mutating func comeBack(
        with state: StateToken, grant: GrantID, account: ProviderAccount
    ) async throws -> Outcome {
        try await execute(.link(LinkGrant(state: state, grant: grant, account: account)))
    }

    /// Goes through an authorization from its beginning to its end, and gives what came of it.
    mutating func authorize(
        _ action: IssueState, grant: GrantID, account: ProviderAccount
    ) async throws -> Receipt {
        let state = try await begin(action)
        return try await comeBack(with: state, grant: grant, account: account).get()
    }

    /// Connects a new account, and gives its credential.
    mutating func connect(
        _ user: UserID, _ toolkit: ToolkitID, grant: GrantID, account: ProviderAccount,
        label: String? = nil, externalID: ExternalID? = nil
    ) async throws -> CredentialID {
        let action = IssueState(
            user: user, toolkit: toolkit, allowMultiple: true, label: label, externalID: externalID)
        let receipt = try await authorize(action, grant: grant, account: account)
        #expect(receipt.kind == .connected)
        return try #require(receipt.credential)
    }

    /// The user's credential of that id, revoked or not.
    func credential(_ id: CredentialID, of user: UserID) throws -> Credential {
        let all = try ledger.accounts(of: user, includingRevoked: true)
        return try #require(all.first { $0.id == id })
    }
}

extension ProviderAccount {
    /// A mailbox of an invented person.
    static func mailbox(_ provider: ProviderID, _ address: String) -> ProviderAccount {
        ProviderAccount(provider: provider, subject: Identifier("id-of-\(address)"), email: address)
    }
}
