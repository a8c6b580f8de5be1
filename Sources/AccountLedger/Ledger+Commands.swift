public import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage
internal import Logging

extension Ledger {
    /// Carries out a command, and returns when its outcome is durable.
    ///
    /// Cancelling the task does not stop a command that was submitted.
    ///
    /// - Parameters:
    ///   - command: What is to be done, and who asks.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    public func execute(
        _ command: Command, at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        let outcomes = try await submit([command], at: time.map { [$0] })
        return outcomes[0]
    }

    /// Carries out commands in order, each for itself: a refused one leaves the others be.
    ///
    /// They share one commit; more than `LedgerOptions.maximumCommandsPerCommit` are refused as
    /// `overloaded`. When this throws, none was carried out, but for `outcomeUnknown`.
    ///
    /// - Parameters:
    ///   - commands: What is to be done, in this order.
    ///   - times: The ledger's time for each command, for a ledger with a simulated clock.
    /// - Returns: The outcomes in the order of the commands.
    public func execute(
        _ commands: [Command], at times: [Timestamp]? = nil
    ) async throws(LedgerError) -> [Outcome] {
        guard !commands.isEmpty else { return [] }
        return try await submit(commands, at: times)
    }

    /// Lets a user begin an authorization; the receipt holds the state's token, once.
    public func issueState(
        _ action: IssueState, context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await execute(Command(.issueState(action), context: context), at: time)
    }

    /// Ties the grant that a callback brought to a credential, and consumes the callback's state.
    ///
    /// - Parameters:
    ///   - state: The token that the callback brought.
    ///   - grant: The grant that the authorization code was exchanged for.
    ///   - account: The account at the provider.
    ///   - toolkit: What was connected; refused where it is not the state's toolkit.
    ///   - platform: Who holds the tokens.
    ///   - scopes: What the grant allows: at most 64 scopes of 1 to 255 bytes.
    ///   - validUntil: When the authorization ends by itself; it informs and expires nothing.
    ///   - label: A new credential's label, 1 to 200 bytes; wins over the state's.
    ///   - context: Who asks, and under which conditions.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    public func link(
        state: StateToken, grant: GrantID, account: ProviderAccount, toolkit: ToolkitID? = nil,
        platform: PlatformID? = nil, scopes: [String]? = nil, validUntil: Timestamp? = nil,
        label: String? = nil, context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        let action = LinkGrant(
            state: state, grant: grant, account: account, toolkit: toolkit, platform: platform,
            scopes: scopes, validUntil: validUntil, label: label)
        return try await execute(Command(.link(action), context: context), at: time)
    }

    /// Records that a grant stopped working.
    public func expire(
        _ action: ExpireGrant, context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await execute(Command(.expire(action), context: context), at: time)
    }

    /// Records what a platform reports of a grant, in whatever order its reports come.
    ///
    /// - Parameters:
    ///   - action: What is reported.
    ///   - context: Who asks, and when it happened: a report without occurred-at is refused.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    public func report(
        _ action: ReportGrant, context: CommandContext, at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        try await execute(Command(.report(action), context: context), at: time)
    }

    /// Withdraws a grant for good; the user's other accounts stay.
    public func revoke(
        _ target: RevokeGrant.Target, reason: RevocationReason? = nil, of user: UserID? = nil,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        let action = RevokeGrant(target, reason: reason, user: user)
        return try await execute(Command(.revoke(action), context: context), at: time)
    }

    /// Sets or clears a credential's label.
    public func relabel(
        _ credential: CredentialID, to label: String?, of user: UserID? = nil,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        let action = Relabel(credential: credential, label: label, user: user)
        return try await execute(Command(.relabel(action), context: context), at: time)
    }

    /// Stores a user's choice for a toolkit.
    public func select(
        _ credential: CredentialID, for toolkit: ToolkitID, of user: UserID,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        let action = SelectAccount(user: user, toolkit: toolkit, credential: credential)
        return try await execute(Command(.select(action), context: context), at: time)
    }

    /// Clears a user's choice for a toolkit.
    public func clearSelection(
        for toolkit: ToolkitID, of user: UserID,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> Outcome {
        let action = SelectAccount(user: user, toolkit: toolkit, credential: nil)
        return try await execute(Command(.select(action), context: context), at: time)
    }

    /// Records grants that exist already, with one commit.
    ///
    /// Importing the same again changes nothing.
    /// More grants than `LedgerOptions.maximumCommandsPerCommit` are refused as `overloaded`.
    ///
    /// - Parameters:
    ///   - grants: The grants; at most `LedgerOptions.maximumCommandsPerCommit`.
    ///   - handling: What one refused grant means for the others.
    ///   - context: Who asks; without idempotency key and expected version, which are for one
    ///     command.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    public func importGrants(
        _ grants: [ImportGrant], refused handling: RefusedImports = .leaveOut,
        context: CommandContext = CommandContext(), at time: Timestamp? = nil
    ) async throws(LedgerError) -> ImportResult {
        let commands = grants.map { Command(.importGrant($0), context: context) }
        guard !commands.isEmpty else { return ImportResult(outcomes: [], isCommitted: true) }
        guard commands.count == 1 || !context.isForOneCommand else {
            throw LedgerError(
                .invalidOption, subject: "context",
                "An idempotency key or an expected version is for one command. Leave them out: an"
                    + " import that is repeated changes nothing.")
        }
        let isAllOrNone = handling == .abandonAll
        let times = time.map { Array(repeating: $0, count: commands.count) }
        let outcomes = try await submit(commands, at: times, isAllOrNone: isAllOrNone)
        let isRefused = outcomes.contains { $0.refusal != nil }
        return ImportResult(outcomes: outcomes, isCommitted: !(isAllOrNone && isRefused))
    }

    private func submit(
        _ commands: [Command], at times: [Timestamp]?, isAllOrNone: Bool = false
    ) async throws(LedgerError) -> [Outcome] {
        guard let journal else {
            throw LedgerError(
                .readOnly, subject: path,
                "\(path) was opened for reading only. Open it for writing.")
        }
        guard commands.count <= maximumCommandsPerCommit else {
            throw LedgerError(
                .overloaded,
                "\(commands.count) commands are too many for one commit; nothing was done. Submit"
                    + " at most \(maximumCommandsPerCommit) at once.")
        }
        try checkClock(times, count: commands.count)
        do { try environment.requireOwnProcess() } catch { throw LedgerError(error) }
        let request = CommandRequest(commands: commands, times: times, isAllOrNone: isAllOrNone)
        do {
            let answer = try await journal.submit(request, weight: request.weight)
            reportClock(answer)
            let outcomes = answer.outcomes
            // What an abandoned import would have appended was not appended.
            let isAbandoned = isAllOrNone && outcomes.contains { $0.refusal != nil }
            instruments.record(isAbandoned ? outcomes.filter { $0.refusal != nil } : outcomes)
            tellWaits(commands, outcomes)
            return outcomes
        } catch {
            throw LedgerError(error)
        }
    }

    private func reportClock(_ answer: CommandAnswer) {
        guard answer.clampedClocks > 0 else { return }
        instruments.countClampedClocks(answer.clampedClocks)
        // Commands within one microsecond are ordinary; a clock that was set back is worth a line.
        guard answer.largestClamp > 1_000_000 else { return }
        logger.warning(
            "the clock is behind the last record; times are taken from the record",
            metadata: ["microseconds": "\(answer.largestClamp)"])
    }

    /// Tells those who wait for a state that a link with it was refused: the log does not.
    private func tellWaits(_ commands: [Command], _ outcomes: [Outcome]) {
        for (command, outcome) in zip(commands, outcomes) {
            guard case .link(let link) = command.action, let refusal = outcome.refusal else {
                continue
            }
            waits.note(refusal, of: link.state)
        }
    }

    func checkClock(_ times: [Timestamp]?, count: Int) throws(LedgerError) {
        if usesSimulatedClock {
            guard times?.count == count else {
                throw LedgerError(
                    .clockMismatch, subject: path,
                    "\(path) has a simulated clock: every command has to bring its time.")
            }
            guard times?.allSatisfy(\.canBeNow) == true else {
                throw LedgerError(
                    .clockMismatch, subject: path,
                    "A simulated time is not in the years 1 to 9999, or is the last day of them.")
            }
        } else if times != nil {
            throw LedgerError(
                .clockMismatch, subject: path,
                "\(path) keeps its own clock: a command cannot bring its time. Only a ledger that"
                    + " was made with a simulated clock takes one.")
        }
    }
}

extension CommandContext {
    var isForOneCommand: Bool {
        idempotencyKey != nil || expectedUserVersion != nil
    }
}

extension LinkGrant {
    /// Describes a grant to link by the token that the callback brought.
    public init(
        state: StateToken, grant: GrantID, account: ProviderAccount, toolkit: ToolkitID? = nil,
        platform: PlatformID? = nil, scopes: [String]? = nil, validUntil: Timestamp? = nil,
        label: String? = nil
    ) {
        self.init(
            state: StateDigest(of: state), grant: grant, account: account, toolkit: toolkit,
            platform: platform, scopes: scopes, validUntil: validUntil, label: label)
    }
}

/// What one refused grant means for the others of an import.
public enum RefusedImports: Sendable, Hashable {
    /// The others are recorded.
    case leaveOut
    /// Nothing is recorded.
    case abandonAll
}

/// What became of an import.
public struct ImportResult: Sendable, Hashable {
    /// The outcomes in the order of the grants; where nothing was committed, what each would have
    /// been.
    public let outcomes: [Outcome]
    /// Whether the grants that were not refused are recorded.
    public let isCommitted: Bool
}
