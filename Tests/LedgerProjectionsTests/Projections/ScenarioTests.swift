@testable internal import AccountLedgerTesting
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

/// The projections that are shipped, on records made by commands: given, project, then.
@Suite("Given commands, projected") struct ScenarioTests {
    private static let mailbox = ProviderAccount(provider: "google", subject: "1093")

    private func imported(
        _ user: UserID, _ grant: GrantID, as account: ProviderAccount = mailbox,
        toolkit: ToolkitID = "gmail"
    ) -> Command {
        Command(
            .importGrant(
                ImportGrant(user: user, toolkit: toolkit, grant: grant, account: account)))
    }

    private func shared() throws -> DecisionScenario {
        try DecisionScenario(policy: Policy(allowMultiple: true, sharedAccounts: true)).given(
            imported("ann", "g1"), imported("bob", "g2"),
            imported("ann", "g3", as: ProviderAccount(provider: "google", subject: "other")),
            imported("bob", "g4", toolkit: "drive"))
    }

    private func users(
        _ view: borrowing ProjectionView, _ account: ProviderAccount = mailbox
    ) throws -> [UserID] {
        let key = AccountUsers.Account(account.identity)
        return try view.rows(of: AccountUsers().users, beginning: key).map(\.key.user)
    }

    @Test("Who shares a mailbox is told, until the account is withdrawn from one of them")
    func accountUsers() throws {
        try shared().project(AccountUsers()).repeated().shuffled().then { view in
            let found = try users(view)
            #expect(found == ["ann", "bob", "bob"])
            #expect(view.position == Position(4))
        }
        try shared().given(Command(.revoke(RevokeGrant(.grant("g2")))))
            .project(AccountUsers()).repeated().shuffled().then { view in
                let found = try users(view)
                #expect(found == ["ann", "bob"])
                let count = try view.count(of: AccountUsers().credentials)
                #expect(count == 3)
            }
    }

    @Test("A replaced account has new users, and the old one those that are left")
    func replaced() throws {
        let other = ProviderAccount(provider: "google", subject: "other")
        let replace = IssueState(user: "bob", toolkit: "gmail", replace: credential(2))
        let link = LinkGrant(
            state: DecisionScenario.stateToken(1), grant: "g5", account: other)
        try shared().given(Command(.issueState(replace)), Command(.link(link)))
            .project(AccountUsers()).repeated().shuffled().then { view in
                let (old, new) = (try users(view), try users(view, other))
                #expect(old == ["ann", "bob"])
                #expect(new == ["ann", "bob"])
            }
    }

    private func credential(_ number: Int) -> CredentialID {
        DecisionScenario.credentialID(number)
    }

    @Test("Each day and toolkit counts what happened on it, by the time of recording")
    func dailyActivity() throws {
        var scenario = try shared()
        let day = DailyActivity.day(of: DecisionScenario.start)
        scenario.clock = scenario.clock.adding(seconds: 86_400)
        try scenario.when(Command(.expire(ExpireGrant(grant: "g1"))))
        try scenario.when(Command(.revoke(RevokeGrant(.grant("g4")))))
        let days = DailyActivity().days
        try scenario.project(DailyActivity()).repeated().then { view in
            let rows = try view.rows(of: days)
            #expect(rows.map(\.key.day) == [day, day, day + 1, day + 1])
            #expect(rows.map(\.key.toolkit) == ["drive", "gmail", "drive", "gmail"])
            #expect(rows.map(\.value.connected) == [1, 3, 0, 0])
            #expect(rows.map(\.value.expired) == [0, 0, 0, 1])
            #expect(rows.map(\.value.revoked) == [0, 0, 1, 0])
        }
    }

    @Test("A late notice and the second half of a replacement are counted nowhere")
    func uncounted() throws {
        let account = ProviderAccount(provider: "google", subject: "1")
        let linked = GrantLinked(
            credential: "c", grant: "g", toolkit: "gmail", account: account, kind: .connected,
            origin: .imported(source: "test"))
        let scenario = ProjectionScenario(DailyActivity())
            .given(.grantLinked(linked), of: "ann")
            .given(
                .grantExpired(GrantExpired(credential: "c", grant: "g", superseded: true)),
                .grantRevoked(GrantRevoked(credential: "c", grant: "g", reason: .replaced)),
                of: "ann")
        try scenario.repeated().then(DailyActivity().toolkits, has: ["c": "gmail"]).then { view in
            let counts = try view.rows(of: DailyActivity().days).map(\.value)
            #expect(counts.map(\.connected) == [1])
            #expect(counts.map { $0.expired + $0.revoked } == [0])
        }
        let failure = #expect(throws: ScenarioFailure.self) {
            try scenario.then(DailyActivity().toolkits, has: ["c": "drive", "d": "gmail"])
        }
        #expect(
            failure?.description == "table toolkits lacks 1 of the expected rows, has 0 others and"
                + " 1 with another value")
    }
}

/// Projections that are none, and what says so.
@Suite("A projection that depends on more than it may") struct ImpureProjectionTests {
    private enum Fault: Sendable { case counter, position }

    /// Writes the last record's number into one row: of a variable outside, or of its place.
    private final class Impure: Projection {
        let rows = ProjectionTable<String, UInt64>("rows")
        let name = "impure"
        let version = 1
        var tables: [any ProjectionTableDefinition] { [rows] }
        let handles = Set(EventKind.allCases)
        let ignores: Set<EventKind> = []
        private let calls = Mutex<UInt64>(0)
        private let fault: Fault

        init(_ fault: Fault) { self.fault = fault }

        func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws {
            let count = calls.withLock { calls in
                calls += 1
                return calls
            }
            let value = fault == .counter ? count : record.position.number
            try rows.put(value, for: record.user.text, in: self.rows)
        }
    }

    private func scenario(_ fault: Fault) -> ProjectionScenario<Impure> {
        let event = Event.labelChanged(LabelChanged(credential: "c", label: "personal"))
        return (0..<6).reduce(ProjectionScenario(Impure(fault))) { scenario, number in
            scenario.given(event, of: UserID("user \(number % 3)"))
        }
    }

    @Test("A variable outside is found by repeating, with the repetition")
    func repeated() throws {
        try scenario(.position).repeated()
        let failure = #expect(throws: ScenarioFailure.self) { try scenario(.counter).repeated() }
        guard case .notRepeatable(let round, let differences) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(round == 1)
        #expect(differences.map(\.different) == [3])
        #expect(failure?.description.contains("(repetition 1): table rows") == true)
    }

    @Test("A row that holds a place is found by shuffling, with a seed that repeats it")
    func shuffled() throws {
        let first = #expect(throws: ScenarioFailure.self) { try scenario(.position).shuffled() }
        guard case .orderMatters(let seed, let round, let differences) = first else {
            Issue.record("\(String(describing: first))")
            return
        }
        #expect(differences.map(\.table) == ["rows"])
        #expect(first?.description.contains("seed \(seed), order \(round)") == true)
        #expect(first?.description.contains("personal") == false)
        let again = #expect(throws: ScenarioFailure.self) {
            try scenario(.position).shuffled(seed: seed)
        }
        #expect(again == first)
    }

    @Test("Users' own orders and the records of a command stay, times and positions go by place")
    func orders() throws {
        var scenario = DecisionScenario(policy: Policy(allowMultiple: true))
        for number in 0..<12 {
            let user = UserID("user \(number % 3)")
            let account = ProviderAccount(provider: "google", subject: .init("\(number)"))
            var grant = ImportGrant(
                user: user, toolkit: "gmail", grant: GrantID("g\(number)"), account: account)
            grant.status = number % 2 == 0 ? .revoked : .valid
            try scenario.when(
                Command(.importGrant(grant)), at: scenario.clock.adding(seconds: 10))
        }
        let records = scenario.records
        let projected = scenario.project(AccountUsers())
        var random = RepeatableNumbers(seed: 3)
        var orders: Set<[UserID]> = []
        for _ in 0..<20 {
            let shuffled = projected.shuffledRecords(&random)
            orders.insert(shuffled.map(\.user))
            #expect(shuffled.map(\.position) == records.map(\.position))
            #expect(shuffled.map(\.recordedAt) == records.map(\.recordedAt))
            for user in Set(records.map(\.user)) {
                let own = { (all: [EventRecord]) in all.filter { $0.user == user }.map(\.event) }
                #expect(own(shuffled) == own(records))
            }
            for (record, next) in zip(shuffled, shuffled.dropFirst()) where next.part.index > 0 {
                #expect(record.user == next.user && record.part.count == next.part.count)
            }
        }
        #expect(orders.count > 10)
    }
}
