/// A grant as a platform lists it: which, how it stands, and whose it is as far as the platform
/// knows.
///
/// What a platform does not say is left out. It costs no answer about a grant that the ledger
/// knows; to take one in that the ledger does not know, status, user, toolkit, provider, and
/// subject or e-mail address are needed.
public struct ListedGrant: Hashable, Sendable, Codable {
    /// The platform's name for the grant, 1 to 255 bytes.
    public var grant: GrantID
    /// How it stands there; `revoked` for one that is listed although it was withdrawn, none where
    /// the platform does not say, or says something that is neither.
    ///
    /// A grant without a status is there all the same: leave it out, and it is missing.
    public var status: CredentialStatus?
    /// The application's user whose grant it is.
    public var user: UserID?
    /// What is connected.
    public var toolkit: ToolkitID?
    /// The person inside the user who owns it.
    public var member: MemberID?
    /// Where the account lives.
    public var provider: ProviderID?
    /// The account's stable name at the provider.
    public var subject: Identifier<ProviderAccount.Subject>?
    /// The account's e-mail address, at most 320 bytes; stands for a subject that is left out.
    public var email: String?
    /// The account's display name, at most 320 bytes.
    public var name: String?
    /// The application's own name for it.
    public var externalID: ExternalID?
    /// When it was first connected.
    public var connectedAt: Timestamp?
    /// When its user last authenticated.
    public var authenticatedAt: Timestamp?
    /// When its status last changed.
    public var statusChangedAt: Timestamp?

    /// Describes a listed grant.
    public init(
        _ grant: GrantID, _ status: CredentialStatus?, user: UserID? = nil,
        toolkit: ToolkitID? = nil, member: MemberID? = nil, provider: ProviderID? = nil,
        subject: Identifier<ProviderAccount.Subject>? = nil, email: String? = nil,
        name: String? = nil, externalID: ExternalID? = nil, connectedAt: Timestamp? = nil,
        authenticatedAt: Timestamp? = nil, statusChangedAt: Timestamp? = nil
    ) {
        self.grant = grant
        self.status = status
        self.user = user
        self.toolkit = toolkit
        self.member = member
        self.provider = provider
        self.subject = subject
        self.email = email
        self.name = name
        self.externalID = externalID
        self.connectedAt = connectedAt
        self.authenticatedAt = authenticatedAt
        self.statusChangedAt = statusChangedAt
    }
}

extension ListedGrant {
    /// The account at the provider, where the listing says enough of it.
    package var account: ProviderAccount? {
        guard let provider, let subject = subject ?? email.map({ Identifier($0) }) else {
            return nil
        }
        return ProviderAccount(provider: provider, subject: subject, email: email, name: name)
    }

    /// Whether the grant may be for this account: nothing that the listing says contradicts it.
    ///
    /// An account that was imported from a table without subjects has the address as its subject.
    package func mayBe(_ account: ProviderAccount) -> Bool {
        if let provider, provider != account.provider { return false }
        guard let subject else { return true }
        return subject == account.subject || email.map { Identifier($0) } == account.subject
    }
}

extension ListedGrant {
    /// What two rows about one grant say together; none where they contradict each other.
    ///
    /// It does not matter which of the rows comes first.
    package func merged(with other: ListedGrant) -> ListedGrant? {
        guard grant == other.grant else { return nil }
        var merged = self
        let agrees = [
            Self.merge(&merged.status, other.status),
            Self.merge(&merged.user, other.user), Self.merge(&merged.toolkit, other.toolkit),
            Self.merge(&merged.member, other.member),
            Self.merge(&merged.provider, other.provider),
            Self.merge(&merged.subject, other.subject), Self.merge(&merged.email, other.email),
            Self.merge(&merged.name, other.name),
            Self.merge(&merged.externalID, other.externalID),
            Self.merge(&merged.connectedAt, other.connectedAt),
            Self.merge(&merged.authenticatedAt, other.authenticatedAt),
            Self.merge(&merged.statusChangedAt, other.statusChangedAt),
        ]
        return agrees.allSatisfy { $0 } ? merged : nil
    }

    private static func merge<Value: Equatable>(_ value: inout Value?, _ other: Value?) -> Bool {
        guard let other else { return true }
        defer { value = value ?? other }
        return value == nil || value == other
    }

    /// The first field that is outside its limits, and what is wrong with it.
    package var violation: (field: String, reason: String)? {
        let texts: [(String, String?)] = [
            ("grant", grant.text), ("user", user?.text), ("toolkit", toolkit?.text),
            ("member", member?.text), ("provider", provider?.text),
            ("account.subject", subject?.text), ("externalID", externalID?.text),
        ]
        for case (let field, let text?) in texts {
            if let reason = Limits.violation(ofIdentifier: text) { return (field, reason) }
        }
        for case (let field, let text?) in [("account.email", email), ("account.name", name)] {
            if let reason = Limits.violation(of: text, Limits.personal) { return (field, reason) }
        }
        for case (let field, let time?) in [
            ("connectedAt", connectedAt), ("authenticatedAt", authenticatedAt),
            ("statusChangedAt", statusChangedAt),
        ] where !time.isInRange {
            return (field, "is not in the years 1 to 9999")
        }
        return nil
    }
}

extension CredentialStatus: Codable {}
