public import LedgerDomain

/// What a toolkit acts as in a session, and why.
public struct SessionToolkit: Hashable, Sendable {
    /// The answer with its reason, and what was passed over.
    public let selection: Selection
    /// The account that the answer is about: the one that acts, has to be reconnected, or was
    /// revoked; none where nothing is connected or a choice is needed.
    public let account: Credential?

    /// The toolkit.
    public var toolkit: ToolkitID { selection.toolkit }
    /// The account's status.
    public var status: CredentialStatus? { account?.status }
    /// The credential that acts, if one does.
    public var credential: CredentialID? { selection.credential }
}

extension Selection.Result {
    /// The one credential that the answer is about.
    var named: CredentialID? {
        switch self {
        case .credential(let id), .needsReconnect(let id), .revoked(let id): id
        case .ambiguous, .none: nil
        }
    }
}
