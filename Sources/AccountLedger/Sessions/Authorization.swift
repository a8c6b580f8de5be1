public import LedgerDomain
internal import LedgerFormat

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// An authorization that was begun: what the application needs to send the user on.
///
/// It holds the state's token, which is given once. Printing or dumping it does not show the token,
/// and it cannot be encoded: whoever has the token can end the authorization.
public struct Authorization: Sendable {
    /// The state: hand it to the authorization request, never to a log.
    public let state: StateToken
    /// What the ledger knows the state by; may be logged and stored.
    public let digest: StateDigest
    /// When the state ends; it is valid while the ledger's time is earlier.
    public let expiresAt: Timestamp
    /// What is to be connected.
    public let toolkit: ToolkitID
    /// What the authorization is for.
    public let intent: AuthorizationIntent
    /// The session that began it: store its settings with the digest, and restore it in the
    /// callback.
    public let session: Session

    init?(_ receipt: Receipt, of issue: IssueState, by session: Session) {
        guard let state = receipt.state, let expiresAt = receipt.expiresAt else { return nil }
        self.state = state
        digest = StateDigest(of: state)
        self.expiresAt = expiresAt
        toolkit = issue.toolkit
        intent = issue.intent
        self.session = session
    }

    /// The user who begins.
    public var user: UserID { session.user }

    /// The address to send the user to: an authorization endpoint with the state in its query.
    ///
    /// The state is added as `state`, in place of one that is there. Where a platform takes it by
    /// another way, pass `state.secret`.
    ///
    /// - Returns: Nil for an address that cannot be taken apart.
    public func redirect(to endpoint: URL) -> URL? {
        guard var parts = URLComponents(url: endpoint, resolvingAgainstBaseURL: true) else {
            return nil
        }
        // The others stay as they are encoded. A token is letters, digits, hyphens and underscores.
        let others = (parts.percentEncodedQueryItems ?? []).filter { $0.name != "state" }
        parts.percentEncodedQueryItems = others + [URLQueryItem(name: "state", value: state.secret)]
        return parts.url
    }
}

extension Authorization: CustomStringConvertible, CustomDebugStringConvertible {
    /// What it is for and how long, without the token.
    public var description: String {
        "<authorization of \(toolkit) until \(expiresAt), state \(digest)>"
    }
    /// What it is for and how long, without the token.
    public var debugDescription: String { description }
}

extension Authorization: CustomReflectable {
    /// Shows nothing, so that dumping does not show the token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
