public import LedgerDomain

/// What became of an operation on one account.
public struct AccountResult<Value: Sendable>: Sendable {
    /// The account as it was read: its id, grant, label and the account at the provider.
    public let credential: Credential
    /// The position up to which the log was read for it.
    public let position: Position
    /// What became of it.
    public let outcome: AccountOutcome<Value>

    /// The value, where the operation gave one.
    public var value: Value? {
        if case .success(let value) = outcome { value } else { nil }
    }

    /// The error, where the operation failed.
    public var failure: (any Error)? {
        if case .failure(let error) = outcome { error } else { nil }
    }

    /// What the operation has found of the grant, where it says that it does not work any more.
    public var expired: ExpiredGrant? {
        if case .expired(let found) = outcome { found } else { nil }
    }
}

/// What became of an operation on an account.
public enum AccountOutcome<Value: Sendable>: Sendable {
    /// The operation gave a value.
    case success(Value)
    /// The operation threw; `AccountTimeout` where its time ran out, `CancellationError` where it
    /// was cancelled.
    case failure(any Error)
    /// The operation threw `GrantVerdict.expired`.
    case expired(ExpiredGrant)
    /// The operation was not run, because the account has another status than was asked for.
    case skipped(CredentialStatus)
}

/// The time of an operation ran out; it was cancelled, and has ended.
public struct AccountTimeout: Error, Hashable, CustomStringConvertible {
    /// The time that it had.
    public let limit: Duration

    /// What happened.
    public var description: String { "The operation took longer than \(limit) and was cancelled." }
}
