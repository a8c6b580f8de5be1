/// The nouns that have identifiers; they exist only to keep one kind from being passed for another.
public enum IdentifierKind {
    /// The application's own user.
    public enum User {}
    /// A person inside a user that is an organisation.
    public enum Member {}
    /// What is connected.
    public enum Toolkit {}
    /// Who holds the tokens.
    public enum Platform {}
    /// Where the account lives.
    public enum Provider {}
    /// A platform's authorization of one provider account.
    public enum Grant {}
    /// The ledger's entry for one connected account.
    public enum Credential {}
    /// The application's own name for a credential.
    public enum External {}
    /// A platform's name for one notice.
    public enum Notice {}
    /// A key under which a command is executed once.
    public enum Idempotency {}
    /// What a record belongs to.
    public enum Correlation {}
    /// What a record was caused by.
    public enum Causation {}
}

/// The application's own user; opaque to the ledger.
public typealias UserID = Identifier<IdentifierKind.User>
/// The person inside a user that is an organisation; owner of a credential.
public typealias MemberID = Identifier<IdentifierKind.Member>
/// What is connected, such as `gmail` or `googleCalendar`.
public typealias ToolkitID = Identifier<IdentifierKind.Toolkit>
/// Who holds the tokens, such as `nylas`, `paragon`, `composio`, `nango`, or the application
/// itself.
public typealias PlatformID = Identifier<IdentifierKind.Platform>
/// Where the account lives, such as `google` or `microsoft`.
public typealias ProviderID = Identifier<IdentifierKind.Provider>
/// A platform's authorization of one provider account; held by at most one live credential of a
/// ledger.
public typealias GrantID = Identifier<IdentifierKind.Grant>
/// The ledger's stable name for one connected account: `cred_` and 26 characters of Crockford's
/// base 32.
public typealias CredentialID = Identifier<IdentifierKind.Credential>
/// The application's own name for a credential.
public typealias ExternalID = Identifier<IdentifierKind.External>
/// A platform's name for one notice that it sent.
public typealias NoticeID = Identifier<IdentifierKind.Notice>
/// A key under which a command is executed once; unique in a ledger.
public typealias IdempotencyKey = Identifier<IdentifierKind.Idempotency>
/// What a record belongs to: a request, a job, a conversation.
public typealias CorrelationID = Identifier<IdentifierKind.Correlation>
/// What a record was caused by: a command, a notice, another record.
public typealias CausationID = Identifier<IdentifierKind.Causation>
