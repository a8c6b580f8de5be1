public import LedgerDomain

/// What an authorization came to: the credential that the link with its state made or renewed.
public struct Connection: Hashable, Sendable {
    /// The credential, as it is when handed over; it may have expired or been revoked since.
    public let credential: Credential
    /// How the grant came to the credential.
    public let kind: LinkKind
    /// The position of the record that consumed the state.
    public let position: Position
}

/// What a refused link means for those who wait for its state.
public enum RefusedLinks: Hashable, Sendable {
    /// The wait ends, with the refusal, where the link itself was what could not be.
    ///
    /// The state can still be used, by another account or once what was in the way is gone: wait
    /// again then. A delivery that was only garbled, or came at a wrong moment, ends no wait.
    case end
    /// The wait goes on, until another link succeeds or the state expires.
    case letPass
}
