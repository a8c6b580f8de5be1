internal import AccountLedgerTesting
internal import LedgerDomain
internal import LedgerFormat
internal import Synchronization
internal import Testing

/// A log in memory that notes every question put to it.
private struct AskedState: FactSource {
    let state: LedgerState
    let questions: Questions

    final class Questions: Sendable {
        private let names = Mutex<[String]>([])

        var all: [String] { names.withLock { $0 } }

        func note(_ name: String) { names.withLock { $0.append(name) } }
    }

    private func asked<R>(_ answer: R, _ name: String = #function) -> R {
        questions.note(name)
        return answer
    }

    func firstResult(of key: IdempotencyKey) -> FirstResult? { asked(state.firstResult(of: key)) }
    func issuedState(_ digest: StateDigest) -> IssuedState? { asked(state.issuedState(digest)) }
    func owner(of credential: CredentialID) -> UserID? { asked(state.owner(of: credential)) }
    func holding(of grant: GrantID) -> GrantHolding? { asked(state.holding(of: grant)) }
    func isHeldByAnother(_ account: ProviderAccount.Identity, than user: UserID) -> Bool {
        asked(state.isHeldByAnother(account, than: user))
    }
    func hasSeen(_ notice: NoticeKey) -> Bool { asked(state.hasSeen(notice)) }
    func version(of user: UserID) -> UserVersion { asked(state.version(of: user)) }
    func version(of user: UserID, within narrowing: Narrowing) -> UserVersion {
        asked(state.version(of: user, within: narrowing))
    }
    func credential(_ id: CredentialID, of user: UserID) -> Credential? {
        asked(state.credential(id, of: user))
    }
    func toolkitAccounts(of user: UserID, _ toolkit: ToolkitID) -> ToolkitAccounts {
        asked(state.toolkitAccounts(of: user, toolkit))
    }
    func liveCredential(
        of user: UserID, _ toolkit: ToolkitID, with account: ProviderAccount.Identity
    ) -> Credential? {
        asked(state.liveCredential(of: user, toolkit, with: account))
    }
    func holder(
        of label: String, _ user: UserID, _ toolkit: ToolkitID, but own: CredentialID?
    ) -> CredentialID? {
        asked(state.holder(of: label, user, toolkit, but: own))
    }
    func nearest(to credential: CredentialID) -> CredentialID? {
        asked(state.nearest(to: credential), "nearest credential")
    }
    func nearest(to grant: GrantID) -> GrantID? {
        asked(state.nearest(to: grant), "nearest grant")
    }
    func nearest(to digest: StateDigest) -> StateDigest? {
        asked(state.nearest(to: digest), "nearest state")
    }
}

@Suite("What is hidden and what does not exist")
struct NarrowedStepTests {
    private static let hidden = credential(1)
    private static let absent = credential(99)
    private static let mia = Narrowing(user: "acme", member: "mia")

    /// An organisation in which Ben has g1 and Mia g2.
    private func scenario() throws -> DecisionScenario {
        try DecisionScenario().given(
            .importing("acme", grant: "g1", as: google("a"), label: "Work", member: "ben"),
            .importing("acme", grant: "g2", as: google("b"), member: "mia"))
    }

    private func decide(
        _ command: Command, _ scenario: DecisionScenario
    ) -> (decision: Decision, questions: [String]) {
        let command = command.with { $0.narrowing = Self.mia }
        let source = AskedState(state: scenario.state, questions: .init())
        let token = StateToken("new")
        let input = DecisionInput(
            now: scenario.now, newCredential: "cred_new", newState: token,
            newStateDigest: StateDigest(of: token),
            fingerprint: CommandFingerprint(of: command.action))
        let decision = LedgerDomain.decide(
            command, policy: scenario.policy, with: input, from: source)
        return (decision, source.questions.all)
    }

    private typealias Pair = (hidden: Command, absent: Command)

    private static func pair(_ make: (CredentialID) -> Command) -> Pair {
        (make(hidden), make(absent))
    }

    @Test("get the same answer after the same questions, whoever is named as the owner")
    func steps() throws {
        var scenario = try scenario()
        let bens = try scenario.issue("acme", member: "ben")
        let pairs: [Pair] = [
            Self.pair { .relabel($0, "x") }, Self.pair { .relabel($0, "x", user: "acme") },
            Self.pair { .revoke($0) }, Self.pair { .revoke($0, user: "acme") },
            Self.pair { .select($0, "acme") },
            Self.pair { .issue("acme", reconnect: $0) }, Self.pair { .issue("acme", replace: $0) },
            (.expire("g1"), .expire("g9")), (.revoke(grant: "g1"), .revoke(grant: "g9")),
            (.expire("g1", user: "acme"), .expire("g9", user: "acme")),
            (.link(bens, grant: "g5"), .link(DecisionScenario.state(9), grant: "g5")),
        ]
        for (hidden, absent) in pairs {
            let (left, right) = (decide(hidden, scenario), decide(absent, scenario))
            #expect(left.decision == right.decision, "\(hidden)")
            #expect(left.questions == right.questions, "\(hidden)")
            #expect(!left.questions.isEmpty)
            guard case .refused(let refusal) = left.decision else {
                Issue.record("\(hidden) is not refused")
                continue
            }
            #expect(refusal.name.hasPrefix("unknown"), "\(hidden)")
        }
    }

    @Test("A hidden choice takes the questions that none takes")
    func hiddenChoice() throws {
        let none = try scenario().given(.relabel(Self.hidden, "x"))
        for chosen in [Self.hidden, credential(3)] {
            let hidden = try scenario().given(
                .importing("acme", grant: "g3", as: google("c"), member: "ben"),
                .select(chosen, "acme"))
            for command in [
                Command.select(credential(2), "acme"), .select(nil, "acme"),
                .issue("acme", multiple: true),
            ] {
                let beside = try none.given(
                    .importing("acme", grant: "g3", as: google("c"), member: "ben"))
                let (left, right) = (decide(command, hidden), decide(command, beside))
                #expect(left.questions == right.questions, "\(command)")
            }
        }
    }

    @Test("A credential that is not there is refused without a look at the user's others")
    func refusedAtOnce() throws {
        let scenario = try scenario()
        for id in [Self.hidden, Self.absent] {
            for command in [
                Command.select(id, "acme"), .issue("acme", reconnect: id),
                .issue("acme", replace: id),
            ] {
                let asked = decide(command, scenario).questions
                #expect(!asked.contains("toolkitAccounts(of:_:)"), "\(command)")
            }
        }
        #expect(
            decide(.select(credential(2), "acme"), scenario).questions
                .contains("toolkitAccounts(of:_:)"))
    }

    @Test("The version that is seen is looked for where the answer needs it, and only there")
    func versionQuestions() throws {
        let scenario = try scenario()
        func isAsked(_ command: Command) -> Bool {
            decide(command, scenario).questions.contains("version(of:within:)")
        }
        let own = credential(2)
        #expect(!isAsked(.relabel(own, "y")))
        #expect(!isAsked(.revoke(own)))
        #expect(!isAsked(.relabel(Self.hidden, "y")))
        #expect(!isAsked(.relabel(Self.hidden, "y").expecting(2)))
        #expect(isAsked(.relabel(own, nil)))
        #expect(isAsked(.relabel(own, "y").expecting(2)))
        guard case .unchanged(let receipt) = decide(.relabel(own, nil), scenario).decision else {
            Issue.record("a label that was none was made none")
            return
        }
        #expect(receipt.userVersion == UserVersion(2))
    }

    @Test("A toolkit, a member or a user outside is refused alike, whether there is one or not")
    func outside() throws {
        var scenario = try scenario()
        let narrow = Narrowing(user: "acme", member: "mia", toolkits: ["gmail"])
        func field(_ command: Command) throws -> String? {
            let refusal = try scenario.refusal(command.with { $0.narrowing = narrow })
            guard case .invalid(let field, _) = refusal else { return nil }
            return field
        }
        for toolkit: ToolkitID in ["drive", "nonsense"] {
            #expect(try field(.issue("acme", toolkit)) == "toolkit")
            #expect(try field(.importing("acme", toolkit, grant: "g7")) == "toolkit")
        }
        for member: MemberID in ["ben", "nobody"] {
            #expect(try field(.issue("acme", member: member)) == "member")
        }
        for user: UserID in ["other", "nobody"] { #expect(try field(.issue(user)) == "user") }
        let few = Narrowing(credentials: [credential(2)])
        let refusal = try scenario.refusal(.issue("acme").with { $0.narrowing = few })
        #expect(refusal?.name == "invalid")
    }

    @Test("A connection takes the member, and counts and names no hidden account")
    func connecting() throws {
        var scenario = try DecisionScenario(policy: Policy(accountLimit: 1)).given(
            .importing("acme", grant: "g1", as: google("a"), label: "Work", member: "ben"))
        let issue = Command.issue("acme", label: "work").with { $0.narrowing = Self.mia }
        let state = StateDigest(of: try #require(try scenario.apply(issue).state))
        let link = Command.link(state, grant: "g2", as: google("b"))
        let receipt = try scenario.apply(link.with { $0.narrowing = Self.mia })
        let made = try scenario.require(try #require(receipt.credential))
        #expect(made.member == "mia")
        #expect(made.label == "work")
        let again = try scenario.refusal(.issue("acme").with { $0.narrowing = Self.mia })
        #expect(again == .alreadyConnected(made.id))
    }

    @Test("A grant and a provider account that are hidden are held by nobody who is named")
    func uniqueness() throws {
        var scenario = try scenario()
        for policy in [false, true] {
            if policy {
                scenario = try DecisionScenario(policy: Policy(sharedAccounts: true)).given(
                    .importing("acme", grant: "g1", as: google("a"), member: "ben"))
            }
            let issue = Command.issue("acme", multiple: true).with { $0.narrowing = Self.mia }
            let state = StateDigest(of: try #require(try scenario.apply(issue).state))
            func refusal(_ grant: GrantID, _ subject: String) throws -> Refusal? {
                let link = Command.link(state, grant: grant, as: google(.init(subject)))
                return try scenario.refusal(link.with { $0.narrowing = Self.mia })
            }
            #expect(try refusal("g1", "c") == .grantAlreadyLinked(nil))
            #expect(try refusal("g3", "a") == .accountAlreadyLinked(nil))
            #expect(try refusal("g3", "c") == nil)
        }
    }

    @Test("A state of another member, or of none, is unknown; one's own is used once")
    func states() throws {
        var scenario = try scenario()
        let narrowed = { (command: Command) in command.with { $0.narrowing = Self.mia } }
        for member: MemberID? in ["ben", nil] {
            let state = try scenario.issue("acme", member: member)
            let link = Command.link(state, grant: "g5", as: google("e"))
            #expect(try scenario.refusal(narrowed(link)) == .unknownState)
        }
        // A callback without a session reconnects Ben's account by Mia's state.
        let state = try scenario.issue("acme", member: "mia")
        let link = Command.link(state, grant: "g1", as: google("a"))
        try scenario.apply(link)
        try scenario.repeated(link)
        #expect(try scenario.refusal(narrowed(link)) == .stateAlreadyUsed)
    }

    @Test("A key that was used for something hidden is used, whatever the command says")
    func keys() throws {
        var scenario = try scenario()
        let relabel = Command.relabel(Self.hidden, "x").key("k")
        try scenario.apply(relabel)
        for command in [relabel, Command.relabel(credential(2), "y").key("k")] {
            #expect(
                try scenario.refusal(command.with { $0.narrowing = Self.mia })
                    == .idempotencyKeyReused(field: "command"))
        }
    }

    @Test("A hidden choice is none, is not cleared, and gives way to one that is seen")
    func choices() throws {
        var scenario = try scenario().given(.select(Self.hidden, "acme"))
        let narrowed = { (command: Command) in command.with { $0.narrowing = Self.mia } }
        try scenario.repeated(narrowed(.select(nil, "acme")))
        #expect(try scenario.selection(of: "acme", toolkit: "gmail").because == .selected)
        try scenario.apply(narrowed(.select(credential(2), "acme")))
        #expect(try scenario.selection(of: "acme", toolkit: "gmail").credential == credential(2))
    }

    @Test("A version moves by what is seen, and an expected one compares with that")
    func versions() throws {
        var scenario = try scenario().given(.relabel(Self.hidden, "x"))
        let narrowed = { (command: Command) in command.with { $0.narrowing = Self.mia } }
        #expect(
            try scenario.refusal(narrowed(.relabel(credential(2), "y").expecting(3)))
                == .versionConflict(current: UserVersion(2)))
        try scenario.apply(narrowed(.relabel(credential(2), "y").expecting(2)))
    }
}
