internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite("A look at a callback's state") struct PendingAuthorizationTests {
    /// A ledger whose time is given with each question.
    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }
    private let start = Timestamp(microsecondsSinceEpoch: 1_800_000_000_000_000)

    init() throws {
        scratch = try ScratchLedger {
            $0.policy = Policy(allowMultiple: true)
            $0.usesSimulatedClock = true
        }
    }

    private func time(_ seconds: Int64) -> Timestamp { start.adding(seconds: seconds) }

    /// Begins at the start, for a minute.
    private func issue(
        _ user: UserID = "ana", _ toolkit: ToolkitID = "gmail", member: MemberID? = nil
    ) async throws -> StateToken {
        let action = IssueState(user: user, toolkit: toolkit, lifetimeSeconds: 60, member: member)
        return try #require(try await ledger.issueState(action, at: start).get().state)
    }

    private func link(
        _ state: StateToken, _ toolkit: ToolkitID? = nil, at seconds: Int64
    ) async throws -> Outcome {
        try await ledger.link(
            state: state, grant: "g", account: .google("1"), toolkit: toolkit, at: time(seconds))
    }

    private func refusal(
        _ state: StateToken, _ toolkit: ToolkitID? = nil, at seconds: Int64
    ) throws -> Refusal? {
        try ledger.pendingAuthorization(of: state, toolkit: toolkit, at: time(seconds)).refusal
    }

    @Test("tells whose authorization it is and of what, and leaves the state and the log as it was")
    func found() async throws {
        let state = try await issue("acme", "gmail", member: "mia")
        let head = try ledger.head()
        for _ in 1...2 {
            let found = try ledger.pendingAuthorization(of: state, at: time(1)).get()
            #expect(found.user == "acme")
            #expect(found.toolkit == "gmail")
            #expect(found.intent == .connect)
            #expect(found.member == "mia")
            #expect(found.expiresAt > time(59))
            #expect(!"\(found)".contains(state.secret))
        }
        #expect(try ledger.head() == head)
        #expect(try await link(state, at: 1).get().kind == .connected)
    }

    @Test("tells what an authorization is to renew")
    func intent() async throws {
        _ = try await link(try await issue(), at: 1).get()
        let own = try #require(try ledger.accounts(of: "ana").first).id
        let action = IssueState(user: "ana", toolkit: "gmail", reconnect: own)
        let state = try #require(
            try await ledger.issueState(action, at: time(2)).get().state)
        let found = try ledger.pendingAuthorization(of: state, at: time(3)).get()
        #expect(found.intent == .reconnect(own))
        #expect(found.digest == (try ledger.history(of: "ana").last?.issuedDigest))
    }

    @Test("gives the refusal that a link would be given, by its name and to the microsecond")
    func refusals() async throws {
        let state = try await issue()
        let end = try ledger.pendingAuthorization(of: state, at: start).get().expiresAt
        for unknown in [StateToken(""), StateToken(String(repeating: "A", count: 43))] {
            #expect(try refusal(unknown, at: 1) == .unknownState)
            #expect(try await link(unknown, at: 1).refusal == .unknownState)
        }
        #expect(try refusal(state, "gmail", at: 1) == nil)
        #expect(try refusal(state, "drive", at: 1) == .toolkitMismatch(toolkit: "gmail"))
        #expect(
            try await link(state, "drive", at: 1).refusal == .toolkitMismatch(toolkit: "gmail"))

        let last = end.adding(microseconds: -1)
        #expect(throws: Never.self) { try ledger.pendingAuthorization(of: state, at: last).get() }
        #expect(
            try ledger.pendingAuthorization(of: state, at: end).refusal == .stateExpired(at: end))
        let late = try await ledger.link(
            state: state, grant: "g", account: .google("1"), at: end)
        #expect(late.refusal == .stateExpired(at: end))

        _ = try await link(state, at: 2).get()
        #expect(try refusal(state, at: 3) == .stateAlreadyUsed)
        // Both hold, and a toolkit that is not the state's too.
        #expect(try refusal(state, "drive", at: 90) == .stateAlreadyUsed)
        let again = try await ledger.link(
            state: state, grant: "other", account: .google("2"), toolkit: "drive", at: time(90))
        #expect(again.refusal == .stateAlreadyUsed)
    }

    @Test("takes the time of the last record where the clock is behind it, as a link does")
    func clockBehind() async throws {
        let state = try await issue()
        _ = try await ledger.issueState(IssueState(user: "ben", toolkit: "gmail"), at: time(70))
        guard case .stateExpired = try refusal(state, at: 1) else {
            Issue.record("the state is taken to be valid")
            return
        }
        guard case .stateExpired = try await link(state, at: 1).refusal else {
            Issue.record("the link is not refused")
            return
        }
    }

    @Test("knows in a session the states of its user alone, as in a narrowed ledger")
    func otherUsers() async throws {
        let anas = try await issue("ana")
        let bens = try await issue("ben")
        for (user, own, other): (UserID, _, _) in [("ana", anas, bens), ("ben", bens, anas)] {
            let session = try ledger.session(user: user)
            let seen = try session.pendingAuthorization(of: own, at: time(1))
            let foreign = try session.pendingAuthorization(of: other, at: time(1))
            #expect(try seen.get().user == user)
            #expect(foreign.refusal == .unknownState)
        }
        let drive = ledger.narrowed(to: Narrowing(toolkits: ["drive"]))
        #expect(
            try drive.pendingAuthorization(of: anas, at: time(1)).refusal == .unknownState)
    }

    @Test("knows in a session of a member the member's states alone")
    func members() async throws {
        let mias = try await issue("acme", member: "mia")
        let bens = try await issue("acme", member: "ben")
        let session = try ledger.session(user: "acme", member: "mia")
        #expect(try session.pendingAuthorization(of: mias, at: time(1)).get().member == "mia")
        #expect(
            try session.pendingAuthorization(of: bens, at: time(1)).refusal == .unknownState)
    }

    @Test("is possible in a ledger that is open for reading only, and not in one that is closed")
    func access() async throws {
        let state = try await issue()
        let reader = try scratch.reopened(.readOnly)
        #expect(try reader.pendingAuthorization(of: state, at: time(1)).get().user == "ana")
        reader.close()
        let closed = await code { _ = try reader.pendingAuthorization(of: state, at: time(1)) }
        #expect(closed == .closed)
    }

    @Test("brings its time where the clock is simulated, and nowhere else")
    func clock() async throws {
        let state = try await issue()
        let without = await code { _ = try ledger.pendingAuthorization(of: state) }
        #expect(without == .clockMismatch)

        let other = try ScratchLedger()
        let token = try await other.ledger.issueToken("ana")
        #expect(try other.ledger.pendingAuthorization(of: token).get().user == "ana")
        let with = await code {
            _ = try other.ledger.pendingAuthorization(of: token, at: time(1))
        }
        #expect(with == .clockMismatch)
    }
}

extension Result where Failure == Refusal {
    fileprivate var refusal: Refusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }
}

extension EventRecord {
    fileprivate var issuedDigest: StateDigest? {
        if case .stateIssued(let event) = event { event.digest } else { nil }
    }
}
