/// What is to become of a command.
package enum Decision: Hashable, Sendable {
    /// These events happen, all or none.
    case accepted(Proposal)
    /// Nothing has to happen.
    case unchanged(Receipt)
    /// Nothing may happen.
    case refused(Refusal)
}

/// The events of an accepted command, before they have positions.
package struct Proposal: Hashable, Sendable {
    package struct Draft: Hashable, Sendable {
        package var event: Event
        package var occurredAt: Timestamp?

        package init(_ event: Event, occurredAt: Timestamp?) {
            self.event = event
            self.occurredAt = occurredAt
        }
    }

    package var user: UserID
    package var drafts: [Draft]
    package var credential: CredentialID?
    package var kind: LinkKind?
    package var superseded = false
    package var previousGrant: GrantID?
    package var labelDropped = false
    package var state: StateToken?
    package var expiresAt: Timestamp?

    package init(user: UserID, drafts: [Draft]) {
        self.user = user
        self.drafts = drafts
    }

    package func receipt(at positions: ClosedRange<Position>) -> Receipt {
        Receipt(
            positions: positions, userVersion: UserVersion(positions.upperBound),
            credential: credential, kind: kind, superseded: superseded,
            previousGrant: previousGrant,
            labelDropped: labelDropped, state: state, expiresAt: expiresAt)
    }
}

/// What a decision needs that is neither in the log nor in the command.
package struct DecisionInput: Hashable, Sendable {
    /// The time that the command's first record will bear.
    package var now: Timestamp
    /// The id of a credential, for a command that may make one.
    package var newCredential: CredentialID?
    /// The token of a state and its digest, for a command that may issue one.
    package var newState: StateToken?
    package var newStateDigest: StateDigest?
    /// What the command says, for comparing it with a first delivery.
    package var fingerprint: CommandFingerprint

    package init(
        now: Timestamp, newCredential: CredentialID? = nil, newState: StateToken? = nil,
        newStateDigest: StateDigest? = nil, fingerprint: CommandFingerprint
    ) {
        self.now = now
        self.newCredential = newCredential
        self.newState = newState
        self.newStateDigest = newStateDigest
        self.fingerprint = fingerprint
    }
}
