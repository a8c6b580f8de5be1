public import LedgerDomain

/// Who has connected a provider account: whose mailbox two users share.
///
/// Table `users` has a row for every live credential, by provider account; table `credentials`
/// remembers which account and grant each credential has.
public struct AccountUsers: Projection {
    /// A live credential by its provider account, then by user.
    public struct Key: RowCodable, Hashable {
        /// SHA-256 of the provider account; the account itself can be longer than a key.
        public let account: Account
        /// Who has connected it.
        public let user: UserID
        /// As which credential.
        public let credential: CredentialID

        /// Writes account, user and credential.
        public func encode(to row: inout RowEncoder) {
            row.append(account)
            row.append(user)
            row.append(credential)
        }

        /// Reads account, user and credential.
        public init(from row: inout RowDecoder) throws(RowDecodingError) {
            account = try row.next(Account.self)
            user = try row.next(UserID.self)
            credential = try row.next(CredentialID.self)
        }

        init(_ account: ProviderAccount.Identity, _ user: UserID, _ credential: CredentialID) {
            self.account = Account(account)
            self.user = user
            self.credential = credential
        }
    }

    /// A provider account, as the beginning of a key: 64 hexadecimal digits.
    public struct Account: RowCodable, Hashable {
        /// SHA-256 of the provider, a byte 0 and the subject.
        public let digest: String

        /// Digests a provider account.
        public init(_ identity: ProviderAccount.Identity) {
            digest = ViewKeys.account(identity).lowercaseHexadecimal
        }

        /// Writes the digest.
        public func encode(to row: inout RowEncoder) { row.append(digest) }

        /// Reads the digest.
        public init(from row: inout RowDecoder) throws(RowDecodingError) {
            digest = try row.next(String.self)
        }
    }

    /// Which account a row is of, and what it is connected for.
    public struct Connection: RowCodable, Hashable {
        /// The provider account.
        public let account: ProviderAccount.Identity
        /// What it is connected for.
        public let toolkit: ToolkitID

        /// Writes account and toolkit.
        public func encode(to row: inout RowEncoder) {
            row.append(account)
            row.append(toolkit)
        }

        /// Reads account and toolkit.
        public init(from row: inout RowDecoder) throws(RowDecodingError) {
            account = try row.next(ProviderAccount.Identity.self)
            toolkit = try row.next(ToolkitID.self)
        }

        init(_ account: ProviderAccount.Identity, _ toolkit: ToolkitID) {
            self.account = account
            self.toolkit = toolkit
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
            row.append(account)
            row.append(grant)
        }

        /// Reads account and grant.
        public init(from row: inout RowDecoder) throws(RowDecodingError) {
            account = try row.next(ProviderAccount.Identity.self)
            grant = try row.next(GrantID.self)
        }

        init(_ account: ProviderAccount.Identity, _ grant: GrantID) {
            self.account = account
            self.grant = grant
        }
    }

    /// Live credentials by provider account.
    public let users = ProjectionTable<Key, Connection>("users")
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
            try rows.put(Connection(holding.account, event.toolkit), for: key, in: users)
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
