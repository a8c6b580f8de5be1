internal import AccountLedger
internal import AccountLedgerTesting
internal import LedgerPlatforms
internal import Testing

@Suite("From notices to commands")
struct MappingTests {
    private let notice = GrantNotice(
        platform: "nylas", change: .created, grant: "g", occurredAt: second(100), notice: "nylas:1",
        cause: "evt", provider: "google", email: "a@example.com", name: "A",
        attributes: ["user": "ann", "id": "77"])

    private func mapping(_ change: (inout NoticeMapping) -> Void = { _ in }) -> NoticeMapping {
        var mapping = NoticeMapping(
            creations: .imported, toolkits: ["google": "gmail"], userAttributes: ["owner", "user"])
        change(&mapping)
        return mapping
    }

    @Test("a creation is an import, by the platform, at its time, once")
    func creation() {
        let commands = notice.commands(mapping: mapping(), receivedAt: second(500)).commands
        let account = ProviderAccount(
            provider: "google", subject: "a@example.com", email: "a@example.com", name: "A")
        let action = ImportGrant(
            user: "ann", toolkit: "gmail", grant: "g", account: account, connectedAt: second(100),
            platform: "nylas", source: "nylas-notice")
        let context = CommandContext(actor: .platform("nylas"), causationID: "evt")
        #expect(commands == [Command(.importGrant(action), context: context)])
    }

    @Test("a notice that has a name and no time changes nothing when it is delivered again")
    func namedWithoutTime() async throws {
        let scratch = try ScratchLedger(clock: second(1_000_000))
        var notice = notice
        notice.occurredAt = nil
        for change in [GrantNotice.Change.created, .expired, .authenticated, .deleted] {
            notice.change = change
            notice.notice = NoticeID("nylas:\(change)")
            for delivery in 0..<3 {
                scratch.clock = scratch.clock.adding(seconds: 60)
                let result = notice.commands(mapping: mapping(), receivedAt: scratch.clock)
                let outcomes = try await scratch.execute(result.commands)
                let isUnchanged = outcomes.allSatisfy { outcome in
                    if case .unchanged = outcome { true } else { false }
                }
                #expect(outcomes.allSatisfy { $0.refusal == nil }, "\(change) \(outcomes)")
                #expect(isUnchanged == (delivery > 0), "\(change) \(outcomes)")
            }
        }
    }

    @Test("a creation is left to the callback where that links it")
    func callback() {
        let left = mapping { $0.creations = .linkedByCallback }
        guard case .ignored(let ignored) = notice.commands(mapping: left, receivedAt: second(1))
        else {
            Issue.record("not ignored")
            return
        }
        #expect(ignored.reason == .linkedByCallback && ignored.grant == "g")
    }

    @Test("what is missing is named, and nothing is guessed")
    func missing() {
        func missing(_ change: (inout NoticeMapping) -> Void) -> [UnattributedNotice.Missing] {
            notice.commands(mapping: mapping(change), receivedAt: second(1)).missing
        }
        #expect(missing { $0.userAttributes = ["User"] } == [.user])
        #expect(missing { $0.toolkits = [:] } == [.toolkit])
        #expect(missing { $0.subjects = [.told, .attribute("none")] } == [.subject])
        #expect(missing { $0.subjects = [.told, .attribute("id")] } == [])
        #expect(missing { $0.subjects = [.grant] } == [])
        var bare = notice
        bare.provider = nil
        #expect(
            bare.commands(mapping: mapping(), receivedAt: second(1)).missing
                == [.toolkit, .provider])
    }

    @Test("what the application knows comes before what the notice says")
    func attribution() throws {
        let account = ProviderAccount(provider: "p", subject: "s")
        let knowing = mapping {
            $0.attribution = { notice in
                NoticeMapping.Attribution(
                    user: "bob", toolkit: "t", account: account, label: "L",
                    externalID: ExternalID(notice.grant.text), member: "m")
            }
        }
        let command = notice.commands(mapping: knowing, receivedAt: second(1)).commands.first
        guard case .importGrant(let action)? = command?.action else {
            Issue.record("no import")
            return
        }
        #expect(action.user == "bob" && action.toolkit == "t" && action.account == account)
        #expect(action.label == "L" && action.externalID == "g" && action.member == "m")
    }

    @Test("an authentication, an expiry and a deletion name the grant alone")
    func changes() {
        let empty = NoticeMapping(creations: .linkedByCallback)
        func action(_ change: GrantNotice.Change) -> Command? {
            var notice = notice
            (notice.change, notice.reason) = (change, "why")
            return notice.commands(mapping: empty, receivedAt: second(9)).commands.first
        }
        let report = ReportGrant(grant: "g", status: .authenticated, notice: "nylas:1")
        #expect(action(.authenticated)?.action == .report(report))
        let expiry = ReportGrant(grant: "g", status: .expired, notice: "nylas:1", reason: "why")
        #expect(action(.expired)?.action == .report(expiry))
        let revocation = RevokeGrant(.grant("g"), reason: .withdrawnAtProvider)
        #expect(action(.deleted)?.action == .revoke(revocation))
        for change in [.authenticated, .expired, .deleted] as [GrantNotice.Change] {
            #expect(action(change)?.context.occurredAt == second(100))
            #expect(action(change)?.context.actor == .platform("nylas"))
        }
    }

    @Test("without a time of its own, a notice is of the moment of receipt")
    func receipt() {
        let mapping = NoticeMapping(creations: .linkedByCallback)
        var notice = GrantNotice(platform: "nango", change: .expired, grant: "g", reason: "why")
        let expiry = notice.commands(mapping: mapping, receivedAt: second(9)).commands.first
        #expect(expiry?.action == .expire(ExpireGrant(grant: "g", reason: "why")))
        #expect(expiry?.context.occurredAt == second(9))
        #expect(expiry?.context.idempotencyKey == nil)
        notice.change = .authenticated
        let again = notice.commands(mapping: mapping, receivedAt: second(9)).commands.first
        guard case .report(let report)? = again?.action else {
            Issue.record("no report")
            return
        }
        #expect(report.notice == "nango:received:9000000" && report.status == .authenticated)
    }

    @Test("the answer follows from the outcomes")
    func answers() {
        #expect(NoticeAnswer([]) == .taken)
        #expect(NoticeAnswer([.refused(.unknownGrant)]) == .unknownGrant)
        #expect(
            NoticeAnswer([.refused(.accountAlreadyLinked(nil)), .refused(.unknownGrant)])
                == .refused(.accountAlreadyLinked(nil)))
        #expect(
            NoticeAnswer([.refused(.accountAlreadyLinked("cred-1"))])
                == .accountStillHeld(by: "cred-1"))
        #expect(NoticeAnswer([.refused(.unknownGrant)]).dependsOnOthers)
        #expect(NoticeAnswer([.refused(.accountAlreadyLinked("cred-1"))]).dependsOnOthers)
        #expect(!NoticeAnswer([.refused(.accountAlreadyLinked(nil))]).dependsOnOthers)
        #expect(!NoticeAnswer([]).dependsOnOthers)
    }
}
