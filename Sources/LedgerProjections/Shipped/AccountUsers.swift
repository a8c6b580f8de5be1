public import LedgerDomain

/// Who has connected a provider account: whose mailbox two users share.
///
/// Table `users` has a row for every live credential, by provider account; table `credentials`
/// remembers which account and grant each credential has.
public struct AccountUsers: Projection {
    /// A live credential by its provider account, then by user.
    public struct Key: RowCodable, Hashable {
        /// The provider account.
        public let account: ProviderAccount.Identity
        /// Who has connected it.
        public let user: UserID
        /// As which credential.
        public let credential: CredentialID

        /// Writes account, user and credential.
        public func encode(to row: inout RowEncoder) {
            row.append(account.provider)
            row.append(account.subject)
            row.append(user)
            row.append(credential)
        }

        /// Reads account, user and credential.
        public init(from row: inout RowDecoder) throws(RowDecodingError) {
            account = ProviderAccount.Identity(
                provider: try row.next(ProviderID.self),
                subject: try row.next(Identifier<ProviderAccount.Subject>.self))
            user = try row.next(UserID.self)
            credential = try row.next(CredentialID.self)
        }

        init(_ account: ProviderAccount.Identity, _ user: UserID, _ credential: CredentialID) {
            self.account = account
            self.user = user
            self.credential = credential
        }
    }

    /// A provider account, as the beginning of a key.
    public struct Account: RowCodable, Hashable {
        /// The provider account.
        public let identity: ProviderAccount.Identity

        /// Wraps a provider account.
        public init(_ identity: ProviderAccount.Identity) { self.identity = identity }

        /// Writes provider and subject.
        public func encode(to row: inout RowEncoder) {
            row.append(identity.provider)
            row.append(identity.subject)
        }

        /// Reads provider and subject.
        public init(from row: inout RowDecoder) throws(RowDecodingError) {
            identity = ProviderAccount.Identity(
                provider: try row.next(ProviderID.self),
                subject: try row.next(Identifier<ProviderAccount.Subject>.self))
        }
    }

    /// What a live credential holds.
    public struct Holding: RowCodable, Hashable {
        /// The provider account.
        public let account: ProviderAccount.Identity
        /// The grant.
        public let grant: GrantID

        /// Writes account and grant.
        public func encode(to row: inout RowEncoder) {
            row.append(Account(account))
            row.append(grant)
        }

        /// Reads account and grant.
        public init(from row: inout RowDecoder) throws(RowDecodingError) {
            account = try row.next(Account.self).identity
            grant = try row.next(GrantID.self)
        }

        init(_ account: ProviderAccount.Identity, _ grant: GrantID) {
            self.account = account
            self.grant = grant
        }
    }

    /// Live credentials by provider account, with the toolkit of each.
    public let users = ProjectionTable<Key, ToolkitID>("users")
    /// What each live credential holds.
    public let credentials = ProjectionTable<CredentialID, Holding>("credentials")

    /// `account-users`.
    public let name = "account-users"
    /// 1.
    public let version = 1
    /// Both tables.
    public var tables: [any ProjectionTableDefinition] { [users, credentials] }
    /// What ties accounts to credentials and takes them away.
    public let handles: Set<EventKind> = [.grantLinked, .grantRevoked]
    /// What leaves the accounts of credentials as they are.
    public let ignores: Set<EventKind> = [
        .stateIssued, .grantExpired, .labelChanged, .accountSelected,
    ]

    /// Makes the projection.
    public init() {}

    /// Takes a record in.
    public func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws {
        switch record.event {
        case .grantLinked(let event):
            let holding = Holding(event.account.identity, event.grant)
            if let old = try rows.value(for: event.credential, in: credentials) {
                try rows.remove(Key(old.account, record.user, event.credential), from: users)
            }
            let key = Key(holding.account, record.user, event.credential)
            try rows.put(event.toolkit, for: key, in: users)
            try rows.put(holding, for: event.credential, in: credentials)
        case .grantRevoked(let event):
            // A grant that a replacement has taken from the credential is revoked after it.
            guard let held = try rows.value(for: event.credential, in: credentials),
                held.grant == event.grant
            else { return }
            try rows.remove(Key(held.account, record.user, event.credential), from: users)
            try rows.remove(event.credential, from: credentials)
        case .stateIssued, .grantExpired, .labelChanged, .accountSelected: return
        }
    }
}
