internal import AccountLedgerTesting
internal import LedgerDomain
internal import LedgerTestSupport

/// Random commands over small pools of names, so that they meet each other.
struct RandomCommands {
    var random: SeededGenerator
    /// The commands given so far, for giving them again.
    private var past: [Command] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func policy() -> Policy {
        Policy(
            allowMultiple: !random.oneIn(3), accountLimit: random.sometimes(3, Int(2)),
            sharedAccounts: random.oneIn(3), duplicateLabels: random.oneIn(3),
            requireChoice: random.oneIn(3), refuseFallback: random.oneIn(3))
    }

    /// Moves the clock: mostly a little ahead, now and then back, or past the end of states.
    mutating func moveClock(_ clock: inout Timestamp) {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: clock = clock.adding(seconds: random.oneIn(3) ? 700 : 20)
        case 1: clock = clock.adding(seconds: -200)
        case 2...8: break
        default: clock = clock.adding(microseconds: Int64.random(in: 0...5_000_000, using: &random))
        }
    }

    /// Gives the next command: a new one, or one of the past, as it was or in another context.
    mutating func next(_ scenario: DecisionScenario) throws -> Command {
        if random.oneIn(6), var again = random.pick(past) {
            if random.oneIn(2) { again.context = context(scenario) }
            return again
        }
        var command = Command(try action(scenario), context: context(scenario))
        if case .report = command.action, !random.oneIn(9), command.context.occurredAt == nil {
            let age = Int64.random(in: 0...60, using: &random)
            command.context.occurredAt = scenario.clock.adding(seconds: -age)
        }
        past.append(command)
        return command
    }

    private mutating func action(_ scenario: DecisionScenario) throws -> Command.Action {
        switch Int.random(in: 0..<24, using: &random) {
        case 0...5: issue(scenario).action
        case 6...12: try link(scenario).action
        case 13, 14: expire().action
        case 15: report().action
        case 16: revoke(scenario).action
        case 17, 18: relabel(scenario).action
        case 19, 20: select(scenario).action
        default: importing(scenario).action
        }
    }

    private mutating func issue(_ scenario: DecisionScenario) -> Command {
        if random.oneIn(3), let one = existing(scenario) {
            let isReplacing = random.oneIn(2)
            return .issue(
                one.user, random.oneIn(9) ? toolkit() : one.toolkit,
                reconnect: isReplacing ? random.sometimes(40, one.id) : one.id,
                replace: isReplacing ? one.id : nil, label: random.sometimes(40, "Work"))
        }
        return .issue(
            user(), toolkit(), lifetime: random.sometimes(5, random.oneIn(9) ? 4000 : 1),
            multiple: random.pick(nil, true, true, false), label: label(3),
            externalID: random.sometimes(5, "x-1"), member: random.sometimes(5, "mia"))
    }

    private mutating func link(_ scenario: DecisionScenario) throws -> Command {
        let issued = scenario.records.filter { $0.event.wireName == "state-issued.v1" }
        let record = random.oneIn(3) ? random.pick(issued) : issued.last
        var state = DecisionScenario.state(999)
        if case .stateIssued(let event)? = record?.event, !random.oneIn(60) { state = event.digest }
        let own = random.pick(record.map { scenario.accounts(of: $0.user) } ?? [])
        let isOwn = random.oneIn(3)
        return .link(
            state, grant: isOwn && random.oneIn(2) ? own?.grant ?? grant() : grant(),
            as: isOwn ? own?.account ?? account() : account(),
            toolkit: random.sometimes(9, toolkit()),
            platform: random.sometimes(3, random.pick("nylas", "nango")),
            scopes: random.sometimes(3, random.pick([], ["a"], ["a", "b"])),
            validUntil: random.sometimes(4, scenario.clock.adding(seconds: 10)), label: label(6))
    }

    private mutating func expire() -> Command {
        .expire(
            grant(), reason: random.sometimes(3, random.oneIn(30) ? "" : "failed"),
            notice: random.sometimes(3, random.pick("n1", "n2", "n3")),
            user: random.sometimes(9, user()))
    }

    private mutating func report() -> Command {
        Command(
            .report(
                ReportGrant(
                    grant: grant(), status: random.pick(.authenticated, .expired),
                    notice: random.pick("n1", "n2", "n3"), reason: random.sometimes(3, "failed"),
                    user: random.sometimes(9, user()))))
    }

    private mutating func relabel(_ scenario: DecisionScenario) -> Command {
        let id = existing(scenario)?.id ?? credential()
        return .relabel(id, label(2), user: random.sometimes(9, user()))
    }

    private mutating func select(_ scenario: DecisionScenario) -> Command {
        guard let one = existing(scenario), !random.oneIn(4) else {
            return .select(random.sometimes(2, credential()), user(), toolkit())
        }
        return .select(one.id, one.user, random.oneIn(6) ? toolkit() : one.toolkit)
    }

    private mutating func revoke(_ scenario: DecisionScenario) -> Command {
        let reason = random.sometimes(3, random.pick(RevocationReason.erased, .replaced))
        let user = random.sometimes(9, user())
        return random.oneIn(3)
            ? .revoke(grant: grant(), reason: reason, user: user)
            : .revoke(existing(scenario)?.id ?? credential(), reason: reason, user: user)
    }

    private mutating func importing(_ scenario: DecisionScenario) -> Command {
        let connectedAt = scenario.clock.adding(
            seconds: Int64.random(in: -900...400, using: &random))
        return .importing(
            user(), toolkit(), grant: grant(), as: account(), label: label(2),
            externalID: random.sometimes(5, "x-2"), member: random.sometimes(5, "ben"),
            connectedAt: random.sometimes(2, connectedAt),
            status: random.pick(nil, .valid, .expired, .revoked))
    }
}

extension RandomCommands {
    private mutating func context(_ scenario: DecisionScenario) -> CommandContext {
        let occurredAt = scenario.clock.adding(
            microseconds: Int64.random(in: -30_000_000...1_000_000, using: &random))
        let far = scenario.clock.adding(seconds: 301)
        let key = IdempotencyKey("k\(Int.random(in: 1...20, using: &random))")
        let version = random.pick(scenario.version(of: user()), UserVersion(3))
        return CommandContext(
            actor: random.pick(.application, .operator("olga"), .user("alice"), .platform("nylas")),
            occurredAt: random.sometimes(90, far) ?? random.sometimes(3, occurredAt),
            idempotencyKey: random.sometimes(6, key),
            expectedUserVersion: random.sometimes(16, version),
            correlationID: random.sometimes(4, "request"), causationID: random.sometimes(4, "job"))
    }

    /// A credential that exists; mostly a live one.
    private mutating func existing(_ scenario: DecisionScenario) -> Credential? {
        let isAnyRight = random.oneIn(6)
        let numbers = (1...40).map(DecisionScenario.credentialID)
        return random.pick(
            numbers.compactMap { scenario.account($0) }.filter { isAnyRight || $0.isLive })
    }

    private mutating func user() -> UserID {
        random.pick("alice", "alice", "zo\u{EB}", "zoe\u{308}")
    }

    private mutating func toolkit() -> ToolkitID { random.pick("gmail", "gmail", "gmail", "drive") }

    private mutating func grant() -> GrantID {
        GrantID("g\(Int.random(in: 1...12, using: &random))")
    }

    private mutating func account() -> ProviderAccount {
        let subject = "s\(Int.random(in: 1...6, using: &random))"
        return google(
            .init(subject), email: random.sometimes(3, subject + "@example.com"),
            name: random.sometimes(4, subject.uppercased()))
    }

    private mutating func credential() -> CredentialID {
        DecisionScenario.credentialID(Int.random(in: 1...12, using: &random))
    }

    private mutating func label(_ count: Int) -> String? {
        let label = random.pick("Work", "work", "Zo\u{EB}", "zoe\u{308}", "Home", "Garden")
        return random.sometimes(count, random.oneIn(30) ? "" : label)
    }
}
