/// What a platform does not tell: which user, which toolkit, and what stands for the account.
///
/// Nothing is guessed. A notice that needs to be told whose it is, and is not, becomes an
/// `UnattributedNotice` that names what is missing.
public struct NoticeMapping: Sendable {
    /// What becomes of the notice that a grant was made.
    @nonexhaustive
    public enum Creations: String, Sendable, Hashable, CaseIterable {
        /// Nothing: the application links the grant with the state that it issued, when the user
        /// comes back. Then a label, an external id and a member given to the state are kept.
        case linkedByCallback
        /// It is imported: there is no callback. An import that came before a callback would take
        /// the place of what the callback makes.
        case imported
    }

    /// What stands for the stable name of an account.
    @nonexhaustive
    public enum Subject: Sendable, Hashable {
        /// The stable name at the provider, where the platform tells it.
        case told
        /// The e-mail address: it may change hands.
        case email
        /// What the application has put there under this name.
        case attribute(String)
        /// The grant itself: two grants of one account are then two accounts.
        case grant
    }

    /// What an application knows of a notice beyond what it says.
    public struct Attribution: Sendable, Hashable {
        /// The user.
        public var user: UserID?
        /// What is connected.
        public var toolkit: ToolkitID?
        /// The account at the provider.
        public var account: ProviderAccount?
        /// The label of a new credential.
        public var label: String?
        /// The application's own name for a new credential.
        public var externalID: ExternalID?
        /// The member who owns a new credential.
        public var member: MemberID?

        /// Describes what is known; what is left out is looked for in the notice.
        public init(
            user: UserID? = nil, toolkit: ToolkitID? = nil, account: ProviderAccount? = nil,
            label: String? = nil, externalID: ExternalID? = nil, member: MemberID? = nil
        ) {
            self.user = user
            self.toolkit = toolkit
            self.account = account
            self.label = label
            self.externalID = externalID
            self.member = member
        }
    }

    /// What becomes of the notice that a grant was made.
    public var creations: Creations
    /// The toolkit of each provider, as the platform names it.
    public var toolkits: [ProviderID: ToolkitID]
    /// Whether the provider's own name stands for the toolkit where none is mapped.
    public var takesProviderForToolkit: Bool
    /// The names under which the application has put its user on a grant, the first found counts.
    ///
    /// A field that the platform itself has for the user comes before them.
    public var userAttributes: [String]
    /// What stands for the stable name of an account, the first found counts.
    public var subjects: [Subject]
    /// What the application knows; it comes before all else.
    public var attribution: @Sendable (GrantNotice) -> Attribution?

    /// Describes a mapping.
    public init(
        creations: Creations, toolkits: [ProviderID: ToolkitID] = [:],
        takesProviderForToolkit: Bool = false, userAttributes: [String] = [],
        subjects: [Subject] = [.told, .email],
        attribution: @escaping @Sendable (GrantNotice) -> Attribution? = { _ in nil }
    ) {
        self.creations = creations
        self.toolkits = toolkits
        self.takesProviderForToolkit = takesProviderForToolkit
        self.userAttributes = userAttributes
        self.subjects = subjects
        self.attribution = attribution
    }
}

/// A notice that would connect an account, and does not tell whose it is.
public struct UnattributedNotice: Hashable, Sendable {
    /// What a notice has to tell before an account can be connected.
    @nonexhaustive
    public enum Missing: String, Hashable, Sendable, CaseIterable {
        /// The application's user.
        case user
        /// What is connected.
        case toolkit
        /// Where the account lives.
        case provider
        /// The account's stable name at the provider.
        case subject
    }

    /// The notice.
    public let notice: GrantNotice
    /// What is missing; at least one.
    public let missing: [Missing]
}

extension NoticeMapping {
    /// Everything that an import of a notice's grant needs, or what of it is missing.
    func attribute(_ notice: GrantNotice) -> Result<ImportGrant, UnattributedError> {
        let known = facts(of: notice)
        guard let user = known.user, let toolkit = known.toolkit, let account = known.account
        else {
            var missing: [UnattributedNotice.Missing] = []
            if known.user == nil { missing.append(.user) }
            if known.toolkit == nil { missing.append(.toolkit) }
            if known.account == nil {
                if notice.provider == nil { missing.append(.provider) }
                if subject(of: notice) == nil { missing.append(.subject) }
            }
            return .failure(UnattributedError(missing: missing))
        }
        return .success(
            ImportGrant(
                user: user, toolkit: toolkit, grant: notice.grant, account: account,
                label: known.label, externalID: known.externalID, member: known.member,
                platform: notice.platform, source: "\(notice.platform)-notice"))
    }

    /// What the application knows of a notice, else what the notice says.
    func facts(of notice: GrantNotice) -> Attribution {
        var known = attribution(notice) ?? Attribution()
        known.user = known.user ?? notice.user ?? user(in: notice.attributes)
        known.toolkit = known.toolkit ?? toolkit(of: notice)
        known.account = known.account ?? account(of: notice)
        return known
    }

    /// What of an attribution is missing.
    struct UnattributedError: Error {
        let missing: [UnattributedNotice.Missing]
    }

    private func user(in attributes: [String: String]) -> UserID? {
        userAttributes.lazy.compactMap { attributes[$0] }.first.map { UserID($0) }
    }

    private func toolkit(of notice: GrantNotice) -> ToolkitID? {
        guard let provider = notice.provider else { return nil }
        return toolkits[provider]
            ?? (takesProviderForToolkit ? ToolkitID(provider.text) : nil)
    }

    private func account(of notice: GrantNotice) -> ProviderAccount? {
        guard let provider = notice.provider, let subject = subject(of: notice) else { return nil }
        return ProviderAccount(
            provider: provider, subject: subject, email: notice.email, name: notice.name)
    }

    private func subject(
        of notice: GrantNotice
    ) -> Identifier<ProviderAccount.Subject>? {
        subjects.lazy.compactMap { rule in
            switch rule {
            case .told: notice.subject
            case .email: notice.email.map { Identifier($0) }
            case .attribute(let name): notice.attributes[name].map { Identifier($0) }
            case .grant: Identifier(notice.grant.text)
            }
        }.first
    }
}
