public import LedgerDomain

/// What an operation says of the grant that it was run with, by throwing it.
public enum GrantVerdict: Error, Hashable {
    /// The platform does not accept the grant any more; the user has to connect again.
    ///
    /// The reason is kept in the log: name what the platform answered, and no address or token.
    /// Control characters are left out, and what is beyond 255 bytes.
    case expired(reason: String? = nil)
}

/// A grant that an operation has found expired, and when.
public struct ExpiredGrant: Hashable, Sendable {
    /// The account as it was read before the operation.
    public let credential: Credential
    /// Why, where told.
    public let reason: String?
    /// When the operation began, and never before the authorization that it was run with.
    public let observedAt: Timestamp

    /// The command that records it, as of when the operation began.
    ///
    /// It is for the grant and for the user who had it: where the user has connected again
    /// meanwhile, with the same grant or another, it is recorded as overtaken and changes nothing.
    ///
    /// - Parameter context: Who asks; its occurred-at gives way to `observedAt`.
    public func command(context: CommandContext = CommandContext()) -> Command {
        var context = context
        context.occurredAt = observedAt
        let action = ExpireGrant(
            grant: credential.grant, reason: reason, user: credential.user)
        return Command(.expire(action), context: context)
    }

    init(_ credential: Credential, reason: String?, observedAt: Timestamp) {
        self.credential = credential
        self.reason = reason.flatMap(Self.storable)
        self.observedAt = observedAt
    }

    /// What of a text the log can keep; none where nothing is left.
    private static func storable(_ reason: String) -> String? {
        var kept = ""
        for character in reason where Limits.violation(ofIdentifier: String(character)) == nil {
            guard kept.utf8.count + character.utf8.count <= Limits.identifier.upperBound else {
                break
            }
            kept.append(character)
        }
        return kept.isEmpty ? nil : kept
    }
}

extension Sequence {
    /// The grants that the operations have found expired.
    public func expired<Value>() -> [ExpiredGrant] where Element == AccountResult<Value> {
        compactMap(\.expired)
    }
}

extension Ledger {
    /// Records grants that operations have found expired, each as of when its operation began.
    ///
    /// An account that was connected again meanwhile stays as it is, and repeating this changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - grants: What was found: `results.expired()`.
    ///   - context: Who asks; without idempotency key and expected version, which are for one
    ///     command.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    /// - Returns: The outcomes in the order of the grants.
    @discardableResult
    public func expire(
        _ grants: [ExpiredGrant], context: CommandContext = CommandContext(),
        at time: Timestamp? = nil
    ) async throws(LedgerError) -> [Outcome] {
        try requireOpen()
        let commands = grants.map { $0.command(context: context) }
        guard commands.count <= 1 || !context.isForOneCommand else {
            throw LedgerError(
                .invalidOption, subject: "context",
                "An idempotency key or an expected version is for one command. Leave them out: a"
                    + " grant that is expired again stays as it is.")
        }
        var outcomes: [Outcome] = []
        for start in stride(from: 0, to: commands.count, by: maximumCommandsPerCommit) {
            let part = Array(commands[start...].prefix(maximumCommandsPerCommit))
            outcomes += try await execute(
                part, at: time.map { Array(repeating: $0, count: part.count) })
        }
        return outcomes
    }
}
