/// Why a command was not carried out, with what the caller needs to act.
///
/// A refused command has changed nothing. A refusal never names another user's credential. Where
/// several hold, the first in the order of the cases is given.
@nonexhaustive
public enum Refusal: Error, Hashable, Sendable {
    /// A field is outside its limits: which, and what is wrong with it.
    case invalid(field: String, reason: String)
    /// The idempotency key was used by a command that said something else in this field.
    case idempotencyKeyReused(field: String)
    /// The user has changed since: the current version.
    case versionConflict(current: UserVersion)
    /// No such state was issued.
    case unknownState
    /// The state was consumed by another link.
    case stateAlreadyUsed
    /// The state ended before it was used.
    case stateExpired(at: Timestamp)
    /// State or credential belong to this other toolkit.
    case toolkitMismatch(toolkit: ToolkitID)
    /// The user has no such credential.
    case unknownCredential
    /// No credential that the caller may know holds or held the grant.
    case unknownGrant
    /// The credential was revoked; revoked is final.
    case credentialRevoked(CredentialID)
    /// The grant authorizes another provider account than this credential's.
    case accountMismatch(CredentialID)
    /// A live credential holds the grant; named where it is the same user's.
    case grantAlreadyLinked(CredentialID?)
    /// A live credential holds the provider account; named where it is the same user's.
    case accountAlreadyLinked(CredentialID?)
    /// The user has a live credential of the toolkit; this one can be reconnected.
    case alreadyConnected(CredentialID)
    /// The user has as many live credentials of the toolkit as the policy allows.
    case accountLimitReached(limit: Int)
    /// A live credential of the same user and toolkit has the label.
    case labelTaken(by: CredentialID)
    /// The credential is not valid, so it cannot be chosen.
    case notUsable(CredentialID, status: CredentialStatus)
}

extension Refusal {
    /// The refusal's name in outcomes, logs and metrics.
    public var name: String {
        switch self {
        case .invalid: "invalid"
        case .idempotencyKeyReused: "idempotencyKeyReused"
        case .versionConflict: "versionConflict"
        case .unknownState: "unknownState"
        case .stateAlreadyUsed: "stateAlreadyUsed"
        case .stateExpired: "stateExpired"
        case .toolkitMismatch: "toolkitMismatch"
        case .unknownCredential: "unknownCredential"
        case .unknownGrant: "unknownGrant"
        case .credentialRevoked: "credentialRevoked"
        case .accountMismatch: "accountMismatch"
        case .grantAlreadyLinked: "grantAlreadyLinked"
        case .accountAlreadyLinked: "accountAlreadyLinked"
        case .alreadyConnected: "alreadyConnected"
        case .accountLimitReached: "accountLimitReached"
        case .labelTaken: "labelTaken"
        case .notUsable: "notUsable"
        }
    }
}
