internal import AccountLedger

/// A ledger of users who connect their first account.
struct Linking: Sendable {
    /// A state that was issued, and whose it is.
    struct State: Sendable {
        let number: Int
        let token: StateToken
    }

    private static let statesPerCommit = 1000
    private let ledger: Ledger

    /// Makes a ledger in a directory that does not exist.
    init(in directory: String) throws {
        ledger = try Ledger.open(at: directory, options: LedgerOptions(access: .createNew))
    }

    /// Ends the use of the ledger.
    func close() { ledger.close() }

    /// Issues a state to each of so many users.
    func issue(_ count: Int) async throws -> [State] {
        var states: [State] = []
        while states.count < count {
            let numbers = states.count..<min(states.count + Self.statesPerCommit, count)
            let commands = numbers.map {
                Command(.issueState(IssueState(user: UserID("user-\($0)"), toolkit: "gmail")))
            }
            let outcomes = try await ledger.execute(commands)
            for (number, outcome) in zip(numbers, outcomes) {
                guard case .applied(let receipt) = outcome, let token = receipt.state else {
                    throw UnexpectedAnswer()
                }
                states.append(State(number: number, token: token))
            }
        }
        return states
    }

    /// Uses a state for an account of its user.
    func link(_ state: State) async throws {
        let account = ProviderAccount(
            provider: "google", subject: Identifier("subject-\(state.number)"),
            email: "user-\(state.number)@example.com", name: "User \(state.number)")
        let outcome = try await ledger.link(
            state: state.token, grant: GrantID("grant-\(state.number)"), account: account,
            platform: "nylas", scopes: ["openid", "email"])
        guard case .applied = outcome else { throw UnexpectedAnswer() }
    }
}

/// A command did something else than what was to be watched.
struct UnexpectedAnswer: Error {}
