internal import AccountLedger
internal import AccountLedgerTesting
internal import LedgerAudit
internal import LedgerPlatforms
internal import LedgerTestSupport
internal import Testing

@Suite("Deliveries in every order, and several times")
struct PermutationTests {
    /// What happens to a grant, in the order in which it happens, a minute apart.
    struct History: Sendable, CustomTestStringConvertible {
        let steps: String
        /// Whether a callback has linked the grant before; else a notice makes it known.
        var isLinked = false

        var testDescription: String { steps }

        /// Letters: created, authenticated, expired, deleted, an ordinary update, and a capital
        /// for what happens at the very time of the step before.
        func notices(from start: Int64) throws -> [GrantNotice] {
            var time = start
            return try steps.compactMap { letter in
                time += letter.isUppercase ? 0 : 60
                let (type, code): (String, Int64?) =
                    switch letter.lowercased() {
                    case "c": ("grant.created", 25012)
                    case "a": ("grant.updated", 25027)
                    case "e": ("grant.expired", 25009)
                    case "d": ("grant.deleted", nil)
                    default: ("grant.updated", 25014)
                    }
                let body = Bodies.nylas(
                    type, at: time, code: code, more: #","metadata":{"user":"ann"}"#)
                return try Nylas.notice(unverified: body).notice
            }
        }
    }

    static let histories = [
        History(steps: "ca"), History(steps: "ce"), History(steps: "cd"), History(steps: "cea"),
        History(steps: "cae"), History(steps: "ceae"), History(steps: "ceaea"),
        History(steps: "ceAae"), History(steps: "ceuaed"), History(steps: "cdaea"),
        History(steps: "ceaead"), History(steps: "ceaeae"), History(steps: "ea", isLinked: true),
        History(steps: "aeaea", isLinked: true), History(steps: "eaeaea", isLinked: true),
        History(steps: "aeEaAd", isLinked: true),
    ]

    private let mapping = NoticeMapping(
        creations: .imported, toolkits: ["google": "gmail"], userAttributes: ["user"])

    private func start(_ history: History) throws -> (DecisionScenario, Timestamp?) {
        var scenario = DecisionScenario(clock: second(1900))
        guard history.isLinked else {
            scenario.clock = second(1_000_000)
            return (scenario, nil)
        }
        let issue = IssueState(user: "ann", toolkit: "gmail")
        let token = try #require(try scenario.when(Command(.issueState(issue))).get().state)
        let account = ProviderAccount(provider: "google", subject: "mara@example.com")
        let link = LinkGrant(state: token, grant: "grant-1", account: account)
        _ = try scenario.when(Command(.link(link)), at: second(2000)).get()
        scenario.clock = second(1_000_000)
        return (scenario, second(2000))
    }

    @Test("end in the same state, with what came late on record", arguments: histories)
    func everyOrder(_ history: History) throws {
        // A linked grant has notices from before its link, too.
        let notices = try history.notices(from: history.isLinked ? 1910 : 10_000)
        let (start, connectedAt) = try start(history)
        let expected = ExpectedEnd(notices, connectedAt: connectedAt)
        for order in orders(of: notices) {
            for deliveries in [order, order + order, order + order.reversed() + order] {
                var run = Permutation(start, mapping)
                try run.deliver(deliveries)
                var model = ExpectedLate(connectedAt: connectedAt)
                model.deliver(deliveries)
                let names = deliveries.map { "\($0.change) \($0.occurredAt ?? second(0))" }
                let credential = try #require(run.credential("grant-1"))
                #expect(credential.status == expected.status, "\(names)")
                #expect(run.superseded == model.superseded, "\(names)")
                #expect(run.refusals == [], "\(names)")
                #expect(run.scenario.state.users.values.flatMap(\.credentials).count == 1)
                guard expected.status != .revoked else { continue }
                #expect(
                    credential.lastAuthenticatedAt == expected.lastAuthenticatedAt, "\(names)")
                if let expiredAt = expected.expiredAt {
                    #expect(credential.statusChangedAt == expiredAt, "\(names)")
                }
            }
        }
    }

    @Test("of a burst 72 hours late leave an account that was linked since as it is")
    func burst() throws {
        let (start, connectedAt) = try start(History(steps: "", isLinked: true))
        let notices = try History(steps: "eaea").notices(from: 2000 - 72 * 3600)
        for order in orders(of: notices) {
            var run = Permutation(start, mapping)
            try run.deliver(order + order)
            let credential = try #require(run.credential("grant-1"))
            #expect(credential.status == .valid)
            #expect(credential.lastAuthenticatedAt == connectedAt)
            #expect(run.superseded.count == 2)
        }
    }

    @Test("of a creation after the deletion do not bring a grant back")
    func creationAfterDeletion() throws {
        let notices = try History(steps: "cd").notices(from: 10_000)
        var run = Permutation(try start(History(steps: "")).0, mapping)
        try run.deliver(notices)
        let records = run.scenario.records.count
        try run.deliver([notices[0], notices[0], notices[1]])
        #expect(run.credential("grant-1")?.status == .revoked)
        #expect(run.scenario.records.count == records)
    }

    @Test("of two grants do not touch each other")
    func twoGrants() throws {
        func notices(_ grant: String, _ address: String, _ steps: String) throws -> [GrantNotice] {
            try History(steps: steps).notices(from: 10_000).map { notice in
                var notice = notice
                notice.grant = GrantID(grant)
                notice.email = address
                notice.notice = notice.notice.map { NoticeID("\($0)-\(grant)") }
                return notice
            }
        }
        let mixed =
            try notices("one", "1@example.com", "ce") + notices("two", "2@example.com", "cea")
        let start = try start(History(steps: "")).0
        for order in orders(of: mixed) {
            var run = Permutation(start, mapping)
            try run.deliver(order + order)
            #expect(run.credential("one")?.status == .expired)
            #expect(run.credential("two")?.status == .valid)
        }
    }

    @Test(
        "of a grant that was deleted and made anew for the same account end with the new one",
        arguments: [("cd", "c"), ("ced", "c"), ("cd", "ce"), ("cd", "cea"), ("cead", "c")])
    func madeAnew(_ first: String, _ second: String) throws {
        let older = try History(steps: first).notices(from: 10_000)
        let newer = try History(steps: second).notices(from: 20_000).map { notice in
            var notice = notice
            notice.grant = "grant-2"
            return notice
        }
        let start = try start(History(steps: "")).0
        let expected = ExpectedEnd(newer, connectedAt: nil)
        for order in orders(of: older + newer) {
            for deliveries in [order, order + order, order + order.reversed()] {
                var run = Permutation(start, mapping)
                try run.deliver(deliveries)
                let names = deliveries.map { "\($0.grant) \($0.change)" }
                let credential = try #require(run.credential("grant-2"), "\(names)")
                #expect(credential.status == expected.status, "\(names)")
                // A creation that its deletion's successor has overtaken leaves nothing behind.
                #expect(run.credential("grant-1")?.isLive != true, "\(names)")
                #expect(run.refusals == [], "\(names)")
            }
        }
    }

    @Test("of a platform that tells no time end as the last that was received")
    func withoutTimes() throws {
        let mapping = NoticeMapping(
            creations: .imported, takesProviderForToolkit: true, userAttributes: ["user"],
            subjects: [.grant])
        let steps: [(String, Bool)] = [("refresh", false), ("override", true), ("refresh", true)]
        for order in orders(of: steps) {
            var run = Permutation(DecisionScenario(clock: second(1000)), mapping)
            for (operation, success) in [("creation", true)] + order {
                run.scenario.clock = run.scenario.clock.adding(seconds: 60)
                let body = Bodies.nango(operation, success)
                let notice = try #require(try Nango.notice(unverified: body).notice)
                try run.deliver([notice])
                // The same again, at once, changes no status.
                let before = run.credential("google-mail:c1")?.status
                try run.deliver([notice])
                #expect(run.credential("google-mail:c1")?.status == before)
            }
            let isExpired = order.last.map { !$0.1 } ?? false
            #expect(
                run.credential("google-mail:c1")?.status == (isExpired ? .expired : .valid))
        }
    }

    @Test("give a ledger on disk what they give the rules, record by record")
    func onDisk() async throws {
        let history = History(steps: "ceaeaD")
        let notices = try history.notices(from: 10_000)
        for _ in 0..<6 {
            let order = notices.shuffled() + notices.shuffled()
            var run = Permutation(try start(history).0, mapping)
            try run.deliver(order)
            let scratch = try ScratchLedger(clock: second(1_000_000))
            var again: [GrantNotice] = []
            for notice in order
            where try await deliver(notice, to: scratch) == .unknownGrant {
                again.append(notice)
            }
            for notice in again { _ = try await deliver(notice, to: scratch) }
            let stored = try scratch.ledger.read { (view) throws(LedgerError) in
                try view.records(after: .start, limit: .max)
            }
            #expect(stored.map(\.occurredAt) == run.scenario.records.map(\.occurredAt))
            #expect(stored.map(\.wireName) == run.scenario.records.map(\.wireName))
            let report = try scratch.ledger.verify { _ in true }
            #expect(report?.isSound == true)
        }
    }

    private func deliver(
        _ notice: GrantNotice, to scratch: ScratchLedger
    ) async throws -> NoticeAnswer {
        let result = notice.commands(mapping: mapping, receivedAt: scratch.clock)
        return NoticeAnswer(try await scratch.execute(result.commands))
    }
}
