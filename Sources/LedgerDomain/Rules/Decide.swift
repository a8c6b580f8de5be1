/// Decides what becomes of a command by the facts that a source has.
///
/// The user's version as narrowed access sees it takes reading the log, so it is asked for only
/// where the decision or the answer tells it.
package func decide<Source: FactSource & ~Copyable & ~Escapable>(
    _ command: Command, policy: Policy, with input: DecisionInput, from source: borrowing Source
) throws(Source.Failure) -> Decision {
    let state = try DecisionState.gather(for: command, policy: policy, from: source)
    let decision = decide(command, on: state, with: input)
    // What was done before tells the version of that time, with its positions.
    guard case .unchanged(var receipt) = decision, receipt.positions == nil,
        let user = state.user, user.version == nil
    else { return decision }
    receipt.userVersion = try source.version(of: user.id, within: command.context.narrowing)
    return .unchanged(receipt)
}

/// Decides what becomes of a command: pure, and the only place where the rules are.
///
/// The checks stand in the order in which refusals are given: the fields, the repeated delivery,
/// the expected version, then each command's own.
package func decide(
    _ command: Command, on state: DecisionState, with input: DecisionInput
) -> Decision {
    let given = command
    let command: Command
    do throws(Refusal) {
        if let refusal = given.violation(at: input.now) { throw refusal }
        command = try given.narrowed()
    } catch {
        return .refused(error)
    }
    if let decision = repeatedDelivery(command, state, input) {
        return decision
    }
    if let expected = command.context.expectedUserVersion,
        let version = state.visibleUser(to: command)?.version,
        version != expected
    {
        return .refused(.versionConflict(current: version))
    }
    let rule = RuleContext(command: command, state: state, input: input)
    do {
        return switch command.action {
        case .issueState(let action): try rule.decide(action)
        case .link(let action): try rule.decide(action)
        case .expire(let action): try rule.decide(action)
        case .report(let action): try rule.decide(action)
        case .revoke(let action): try rule.decide(action)
        case .relabel(let action): try rule.decide(action)
        case .select(let action): try rule.decide(action)
        case .importGrant(let action): try rule.decide(action)
        }
    } catch {
        return .refused(error)
    }
}

/// Answers a command that was delivered before with the first result.
private func repeatedDelivery(
    _ command: Command, _ state: DecisionState, _ input: DecisionInput
) -> Decision? {
    if let first = state.firstResult {
        // A record with a key has a fingerprint; one without was not written by these rules.
        let known = first.fingerprint ?? CommandFingerprint([:])
        if let field = input.fingerprint.firstDifference(from: known) {
            return .refused(.idempotencyKeyReused(field: field.name))
        }
        return .unchanged(first.receipt)
    }
    if case .link = command.action, let first = state.issued?.consumedBy,
        first.fingerprint == input.fingerprint
    {
        return .unchanged(first.receipt)
    }
    return nil
}

/// A command with all that its own rules look at.
struct RuleContext {
    let command: Command
    let state: DecisionState
    let input: DecisionInput

    var occurredAt: Timestamp? { command.context.occurredAt }

    /// The id of the credential that the command makes; whoever has it decided has to bring one.
    var newCredential: CredentialID {
        guard let id = input.newCredential else {
            preconditionFailure("no id for a credential that a command makes")
        }
        return id
    }

    /// The digest of the state that the command issues; whoever has it decided has to bring one.
    var newStateDigest: StateDigest {
        guard let digest = input.newStateDigest, input.newState != nil else {
            preconditionFailure("no token for a state that a command issues")
        }
        return digest
    }

    /// The user whom the command is about, if the command may know.
    var user: UserFacts? { state.visibleUser(to: command) }

    func accept(_ user: UserFacts, _ events: [Event]) -> Proposal {
        let drafts = events.map { Proposal.Draft($0, occurredAt: occurredAt) }
        return Proposal(user: user.id, drafts: drafts)
    }

    /// Nothing has to happen; who decides by a source fills in a version that was not gathered.
    func unchanged(_ user: UserFacts, _ credential: CredentialID?) -> Decision {
        let version = user.version ?? UserVersion(0)
        return .unchanged(Receipt(userVersion: version, credential: credential))
    }
}

extension DecisionState {
    /// The user, unless the command names another owner: then what it names does not exist for it.
    fileprivate func visibleUser(to command: Command) -> UserFacts? {
        let claimed: UserID? =
            switch command.action {
            case .expire(let action): action.user
            case .report(let action): action.user
            case .revoke(let action): action.user
            case .relabel(let action): action.user
            case .issueState, .link, .select, .importGrant: nil
            }
        guard let claimed else { return user }
        return claimed == user?.id ? user : nil
    }
}
