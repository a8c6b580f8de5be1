public import LedgerDomain

/// What a token allows: whose accounts, and which of them.
public struct TokenAccess: Hashable, Sendable {
    /// The user whom the token is about.
    public let user: UserID
    /// What may be seen; it names the user too.
    public let narrowing: Narrowing

    /// Limits a narrowing to the user.
    public init(user: UserID, narrowing: Narrowing) {
        self.user = user
        self.narrowing = narrowing.narrowed(to: Narrowing(user: user))
    }
}
