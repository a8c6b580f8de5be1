internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Random commands")
struct RandomCommandTests {
    /// Always the same seeds, and one that no run had before.
    private static let seeds = Array(1...40) + [UInt64.random(in: 1000...UInt64.max)]
    private static let steps = 120

    @Test("keep every invariant after every step", arguments: seeds)
    func invariants(_ seed: UInt64) throws {
        var commands = RandomCommands(seed: seed)
        var scenario = DecisionScenario(policy: commands.policy())
        var invariants = Invariants(policy: scenario.policy)
        for step in 1...Self.steps {
            let before = scenario
            commands.moveClock(&scenario.clock)
            let command = try commands.next(scenario)
            let outcome = try scenario.when(command)
            invariants.check(command, outcome, before: before, after: scenario)
            try invariants.checkRepetition(of: command, outcome, scenario)
            try invariants.checkSelections(scenario)
            if step.isMultiple(of: 20) {
                try invariants.checkLog(scenario)
                try invariants.checkRemembered(scenario)
            }
            guard invariants.findings.isEmpty else {
                Issue.record("seed \(seed), step \(step), \(command): \(invariants.findings)")
                return
            }
        }
    }

    @Test("meet every event, every kind of outcome and every refusal")
    func coverage() throws {
        var met: Set<String> = []
        for seed in 1...40 as ClosedRange<UInt64> {
            var commands = RandomCommands(seed: seed)
            var scenario = DecisionScenario(policy: commands.policy())
            for _ in 1...Self.steps {
                commands.moveClock(&scenario.clock)
                switch try scenario.when(commands.next(scenario)) {
                case .applied(let receipt):
                    met.formUnion(scenario.events.map(\.wireName))
                    if let kind = receipt.kind { met.insert(kind.rawValue) }
                    if receipt.superseded { met.insert("superseded") }
                    if receipt.labelDropped { met.insert("labelDropped") }
                case .unchanged(let receipt):
                    met.insert(receipt.positions == nil ? "holds already" : "repeated")
                case .refused(let refusal): met.insert(refusal.name)
                }
            }
        }
        let all: Set<String> = [
            "state-issued.v1", "grant-linked.v1", "grant-expired.v1", "grant-revoked.v1",
            "label-changed.v1", "account-selected.v1", "connected", "reconnected", "replaced",
            "superseded", "labelDropped", "holds already", "repeated", "invalid",
            "idempotencyKeyReused", "versionConflict", "unknownState", "stateAlreadyUsed",
            "stateExpired", "toolkitMismatch", "unknownCredential", "unknownGrant",
            "credentialRevoked", "accountMismatch", "grantAlreadyLinked", "accountAlreadyLinked",
            "alreadyConnected", "accountLimitReached", "labelTaken", "notUsable",
        ]
        #expect(all.subtracting(met).isEmpty)
    }

    @Test("of one seed are the same commands every time")
    func deterministic() throws {
        var logs: [[EventRecord]] = []
        for _ in 1...2 {
            var commands = RandomCommands(seed: 7)
            var scenario = DecisionScenario(policy: commands.policy())
            for _ in 1...Self.steps {
                commands.moveClock(&scenario.clock)
                try scenario.when(commands.next(scenario))
            }
            logs.append(scenario.records)
        }
        #expect(logs.first == logs.last)
        #expect(logs.first?.isEmpty == false)
    }
}
