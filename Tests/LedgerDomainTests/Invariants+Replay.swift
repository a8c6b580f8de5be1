internal import AccountLedgerTesting
internal import LedgerDomain

extension Invariants {
    /// Checks that the command, delivered again, has nothing left to do.
    mutating func checkRepetition(
        of command: Command, _ outcome: Outcome, _ after: DecisionScenario
    ) throws {
        guard case .applied(let receipt) = outcome else { return }
        let isRemembered =
            command.context.idempotencyKey != nil || command.action.stateDigest != nil
        if isRemembered {
            remembered.append((command, receipt))
            return try checkSameResult(of: command, receipt, after)
        }
        if case .issueState = command.action { return }
        var again = command
        again.context.expectedUserVersion = nil
        var scenario = after
        let second = try scenario.when(again, at: scenario.clock.adding(seconds: 1))
        if case .unchanged = second { return }
        expect(false, "\(command.action.name) repeated is \(second)")
    }

    /// Checks that every remembered command, delivered again, answers with its first result.
    mutating func checkRemembered(_ scenario: DecisionScenario) throws {
        for (command, receipt) in remembered {
            try checkSameResult(of: command, receipt, scenario)
        }
    }

    private mutating func checkSameResult(
        of command: Command, _ receipt: Receipt, _ scenario: DecisionScenario
    ) throws {
        var again = command
        again.context.expectedUserVersion = UserVersion(12345)
        again.context.actor = .operator("another")
        if case .report = command.action {} else { again.context.occurredAt = nil }
        // A connection in the future of a clock that went back would be invalid.
        var scenario = scenario
        let second = try scenario.when(again, at: scenario.clock.adding(seconds: 5000))
        guard case .unchanged(let repeated) = second else {
            return expect(false, "\(command.action.name) again is \(second)")
        }
        expect(repeated.positions == receipt.positions, "a repetition has other positions")
        expect(repeated.userVersion == receipt.userVersion, "a repetition has another version")
        expect(repeated.credential == receipt.credential, "a repetition names another credential")
        expect(repeated.kind == receipt.kind, "a repetition has another kind")
        expect(repeated.state == nil, "a repetition gives the token again")
    }

    /// Checks the log as a whole: folded again, and user by user.
    mutating func checkLog(_ scenario: DecisionScenario) throws {
        let folded = try scenario.folded(through: scenario.head)
        expect(folded.users == scenario.state.users, "the log folds to other users")
        for (id, user) in scenario.state.users {
            var alone = UserState(id: id)
            for record in scenario.records where record.user == id { try alone.apply(record) }
            expect(alone == user, "a user's own events fold to another user")
        }
        var consumed: Set<StateDigest> = []
        var keys: Set<IdempotencyKey> = []
        for record in scenario.records {
            if case .grantLinked(let event) = record.event, case .state(let digest) = event.origin {
                expect(consumed.insert(digest).inserted, "a state was consumed twice")
            }
            if let key = record.idempotencyKey {
                expect(keys.insert(key).inserted, "a key was used twice")
            }
        }
    }

    /// Checks what each toolkit of each user acts as, with each pin.
    mutating func checkSelections(_ scenario: DecisionScenario) throws {
        for user in scenario.state.users.values {
            for toolkit in ["gmail", "drive"] as [ToolkitID] {
                check(try scenario.selection(of: user.id, toolkit: toolkit), nil, of: user)
                for pin in user.credentials where pin.toolkit == toolkit {
                    let answer = try scenario.selection(
                        of: user.id, toolkit: toolkit, pin: pin.id)
                    check(answer, pin.id, of: user)
                }
            }
        }
    }

    private mutating func check(_ answer: Selection, _ pin: CredentialID?, of user: UserState) {
        let live = user.credentials.filter { $0.isLive && $0.toolkit == answer.toolkit }
        let usable = live.filter { $0.status == .valid }
        let explicit = pin ?? user.choices[answer.toolkit]
        let named: [CredentialID]
        switch answer.result {
        case .credential(let id):
            named = [id]
            expect(usable.contains { $0.id == id }, "what acts is not usable")
            expect(explicit == nil || explicit == id, "an explicit choice fell back")
            expect(explicit != nil || id == usable.last?.id, "an older credential acts")
            expect(
                explicit != nil || usable.count == 1 || !policy.requireChoice,
                "a choice was guessed")
            expect(
                explicit != nil || !policy.refuseFallback || id == live.last?.id, "it fell back")
            expect(
                (answer.because == .onlyUsable) == (explicit == nil && usable.count == 1), "rule")
        case .needsReconnect(let id):
            named = [id]
            expect(user.credential(id)?.status == .expired, "a reconnect of what is not expired")
            expect(id == explicit ?? live.last?.id, "a reconnect of another credential")
        case .revoked(let id):
            named = [id]
            expect(user.credential(id)?.status == .revoked, "revoked is not revoked")
            expect(id == explicit, "revoked without an explicit choice")
        case .ambiguous(let ids):
            named = ids
            expect(explicit == nil && policy.requireChoice && ids.count > 1, "ambiguous by itself")
            expect(ids == usable.map(\.id), "ambiguous among others")
        case .none:
            named = []
            expect(live.isEmpty && explicit == nil, "none beside a live credential")
        }
        expect((answer.because == .pinned) == (pin != nil), "the rule is not the pin")
        let isSelected = pin == nil && explicit != nil
        expect((answer.because == .selected) == isSelected, "the rule is not the choice")
        let passed = answer.passedOver.map(\.credential)
        let others = live.map(\.id).filter { !named.contains($0) }
        expect(passed == others, "not all others were passed over")
    }
}
