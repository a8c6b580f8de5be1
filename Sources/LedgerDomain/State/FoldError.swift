/// An event that cannot follow on what came before it.
package struct FoldError: Error, Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        /// The event names a credential that no earlier event of the user and toolkit made.
        case unknownCredential
        /// The event makes a credential that exists.
        case credentialExists
        /// The event changes a credential that was revoked.
        case credentialRevoked
        /// The event consumes a state that no earlier event issued.
        case unknownState
        /// The event consumes a state that was consumed before.
        case stateConsumed
        /// The event issues a state that exists.
        case stateExists
        /// The record has an idempotency key that an earlier command used.
        case keyUsed
        /// The event's position is not after the one before, or it is another user's event.
        case outOfOrder
    }

    /// The record's position.
    package let position: Position
    /// What is wrong with it.
    package let reason: Reason

    package init(_ position: Position, _ reason: Reason) {
        self.position = position
        self.reason = reason
    }
}
