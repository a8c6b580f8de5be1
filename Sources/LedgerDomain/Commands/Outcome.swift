/// What became of a command.
public enum Outcome: Hashable, Sendable {
    /// Records were appended, and they are durable.
    case applied(Receipt)
    /// Nothing had to be done: the command was delivered before, or what it asks for holds already.
    case unchanged(Receipt)
    /// The command was not carried out.
    case refused(Refusal)

    /// The receipt of a command that was applied or had nothing to change; throws the refusal
    /// otherwise.
    public func get() throws(Refusal) -> Receipt {
        switch self {
        case .applied(let receipt), .unchanged(let receipt): return receipt
        case .refused(let refusal): throw refusal
        }
    }

    /// The refusal, if the command was refused.
    public var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

/// What a command that was not refused did.
public struct Receipt: Hashable, Sendable {
    /// The records of the command, or of its first delivery; none where nothing was ever appended
    /// for it.
    public var positions: ClosedRange<Position>?
    /// The user's version after it.
    public var userVersion: UserVersion
    /// The credential that it was about.
    public var credential: CredentialID?
    /// How a grant came to its credential.
    public var kind: LinkKind?
    /// Whether an expiry was recorded that a later authorization had overtaken, or an
    /// authentication that a later expiry had.
    public var superseded: Bool
    /// The grant that the credential held before a link, where it is another.
    public var previousGrant: GrantID?
    /// Whether an import left the label out because another credential has it.
    public var labelDropped: Bool
    /// The token of an issued state; given once, in the outcome of the command that issued it.
    public var state: StateToken?
    /// When an issued state ends.
    public var expiresAt: Timestamp?

    package init(
        positions: ClosedRange<Position>? = nil, userVersion: UserVersion,
        credential: CredentialID? = nil, kind: LinkKind? = nil, superseded: Bool = false,
        previousGrant: GrantID? = nil, labelDropped: Bool = false, state: StateToken? = nil,
        expiresAt: Timestamp? = nil
    ) {
        self.positions = positions
        self.userVersion = userVersion
        self.credential = credential
        self.kind = kind
        self.superseded = superseded
        self.previousGrant = previousGrant
        self.labelDropped = labelDropped
        self.state = state
        self.expiresAt = expiresAt
    }
}
