internal import AccountLedgerTesting
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerTestSupport
internal import Testing

@Suite("Narrowed access to a random history")
struct NarrowedRandomTests {
    private static let seeds = Array(1...40) + [UInt64.random(in: 1000...UInt64.max)]
    private static let steps = 100

    private static func narrowing(_ random: inout SeededGenerator) -> Narrowing {
        var few: Set<CredentialID> = []
        for _ in 0..<4 {
            few.insert(DecisionScenario.credentialID(Int.random(in: 1...12, using: &random)))
        }
        let narrowing = Narrowing(
            user: random.sometimes(3, "alice"),
            member: random.sometimes(2, random.pick("mia", "ben")),
            credentials: random.sometimes(3, few),
            toolkits: random.sometimes(3, random.pick(["gmail"], ["drive"], ["gmail", "drive"])))
        return random.oneIn(30) ? .nothing : narrowing
    }

    /// A command of a member more often than the generator makes one.
    private static func owned(_ command: Command, _ random: inout SeededGenerator) -> Command {
        var command = command
        let member: MemberID? = random.pick("mia", "mia", "ben", nil)
        if case .issueState(var issue) = command.action, issue.intent == .connect {
            issue.member = member
            command.action = .issueState(issue)
        }
        if case .importGrant(var grant) = command.action {
            grant.member = member
            command.action = .importGrant(grant)
        }
        return command
    }

    private func input(_ command: Command, _ scenario: DecisionScenario) -> DecisionInput {
        let token = StateToken("new")
        return DecisionInput(
            now: scenario.now, newCredential: "cred_new", newState: token,
            newStateDigest: StateDigest(of: token),
            fingerprint: CommandFingerprint(of: command.action))
    }

    @Test("answers as if all that is hidden were another user's", arguments: seeds)
    func equality(_ seed: UInt64) throws {
        var commands = RandomCommands(seed: seed)
        var random = SeededGenerator(seed: seed &+ 1)
        var scenario = DecisionScenario(policy: commands.policy())
        for step in 1...Self.steps {
            commands.moveClock(&scenario.clock)
            var command = Self.owned(try commands.next(scenario), &random)
            if random.oneIn(4) { command.context.narrowing = Self.narrowing(&random) }
            try scenario.when(command)
            guard step.isMultiple(of: 5) else { continue }
            let narrowing = Self.narrowing(&random)
            let model = try HiddenModel(scenario, narrowing)
            let place = "seed \(seed), step \(step), \(narrowing)"
            for _ in 1...8 {
                var command = Self.owned(try commands.next(scenario), &random)
                command.context.narrowing = narrowing
                let input = input(command, scenario)
                let found = decide(
                    command, policy: scenario.policy, with: input, from: scenario.state)
                #expect(found == model.decision(on: command, with: input), "\(place), \(command)")
            }
            expectEqualReads(scenario, narrowing, model, place)
        }
    }

    private func expectEqualReads(
        _ scenario: DecisionScenario, _ narrowing: Narrowing, _ model: HiddenModel, _ place: String
    ) {
        var seen: [EventRecord] = []
        for user in scenario.state.users.keys {
            let expected = model.state.user(user)
            let version = scenario.state.version(of: user, within: narrowing)
            let found = scenario.state.user(user).narrowed(to: narrowing)
            #expect(version == expected.version, "\(place)")
            #expect(found.credentials == expected.credentials, "\(place)")
            #expect(found.choices == expected.choices, "\(place)")
            var visible = VisibleRecords(to: narrowing)
            let own = scenario.records.filter { $0.user == user }
            seen += own.compactMap { visible.next($0) }
            #expect(lastSeen(own, scenario, narrowing) == version, "\(place)")
        }
        seen.sort { $0.position < $1.position }
        #expect(seen.map(\.position) == model.seen.map(\.position), "\(place)")
        #expect(seen.map(\.event) == model.seen.map(\.event), "\(place)")
        for digest in seen.compactMap(\.event.credential) {
            #expect(model.sees(digest), "\(place)")
        }
    }

    /// A user's version found from the last record back.
    private func lastSeen(
        _ records: [EventRecord], _ scenario: DecisionScenario, _ narrowing: Narrowing
    ) -> UserVersion {
        var last = LastVisibleRecord(to: narrowing)
        for record in records.reversed() where !last.isKnown && narrowing.admits(user: record.user)
        {
            let scope = record.event.accessScope
            let isSeen = scenario.state.sees(scope, of: record.user, within: narrowing)
            last.next(record, isSeen: isSeen)
        }
        return UserVersion(last.position ?? .start)
    }

    @Test("is refused, changes nothing and is carried out, each of them often")
    func coverage() throws {
        var met: [String: Int] = [:]
        for seed in 1...60 as ClosedRange<UInt64> {
            var commands = RandomCommands(seed: seed)
            var random = SeededGenerator(seed: seed &+ 1)
            var scenario = DecisionScenario(policy: commands.policy())
            for _ in 1...Self.steps {
                commands.moveClock(&scenario.clock)
                var command = Self.owned(try commands.next(scenario), &random)
                if random.oneIn(2) { command.context.narrowing = Self.narrowing(&random) }
                let isNarrow = !command.context.narrowing.isEverything
                let outcome = try scenario.when(command)
                guard isNarrow else { continue }
                switch outcome {
                case .applied: met[command.action.name, default: 0] += 1
                case .unchanged: met["unchanged", default: 0] += 1
                case .refused(let refusal): met[refusal.name, default: 0] += 1
                }
            }
        }
        for name in [
            "issueState", "link", "expire", "revoke", "relabel", "select", "import", "unchanged",
            "invalid", "unknownState", "unknownCredential", "unknownGrant", "grantAlreadyLinked",
            "accountAlreadyLinked",
        ] {
            #expect(met[name, default: 0] > 3, "\(name)")
        }
    }
}
