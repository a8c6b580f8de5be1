internal import LedgerDomain

/// Which claims of a token limit access, and to what.
///
/// A claim that is named here has to be in every token: one that is missing, or of another kind, is
/// an error and never no limit.
public struct ClaimMapping: Hashable, Sendable {
    /// The claim that names the member, a text; no limit where left out.
    public var member: String?
    /// The claim that names the credentials, a list of texts; no limit where left out.
    public var credentials: String?
    /// The claim that names the toolkits, a list of texts; no limit where left out.
    public var toolkits: String?
    /// The claim that names the user, a text; `sub`.
    public var user: String

    /// Names the claims.
    public init(
        user: String = "sub", member: String? = nil, credentials: String? = nil,
        toolkits: String? = nil
    ) {
        self.user = user
        self.member = member
        self.credentials = credentials
        self.toolkits = toolkits
    }

    /// What a token allows.
    public func access(_ token: VerifiedClaims) throws(ClaimError) -> TokenAccess {
        var narrowing = Narrowing()
        if let member { narrowing.member = MemberID(try text(member, token)) }
        if let credentials {
            narrowing.credentials = Set(try texts(credentials, token).map { CredentialID($0) })
        }
        if let toolkits {
            narrowing.toolkits = Set(try texts(toolkits, token).map { ToolkitID($0) })
        }
        return TokenAccess(user: UserID(try text(user, token)), narrowing: narrowing)
    }

    private func text(_ name: String, _ token: VerifiedClaims) throws(ClaimError) -> String {
        guard let value = token.claims[name] else { throw ClaimError(.missing, name, "") }
        guard let text = value.text, !text.isEmpty else {
            throw ClaimError(.kind, name, "has to be a text that is not empty")
        }
        return text
    }

    private func texts(_ name: String, _ token: VerifiedClaims) throws(ClaimError) -> [String] {
        guard let value = token.claims[name] else { throw ClaimError(.missing, name, "") }
        guard let texts = value.texts else {
            throw ClaimError(.kind, name, "has to be a list of texts")
        }
        return texts
    }
}
