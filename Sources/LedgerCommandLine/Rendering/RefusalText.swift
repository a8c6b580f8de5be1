internal import LedgerDomain

/// What a refusal means and what to do about it, in a sentence without any personal field.
enum RefusalText {
    static func sentence(_ refusal: Refusal) -> String {
        switch refusal {
        case .invalid("line", let reason): "The line \(reason)."
        case .invalid(let field, let reason): "The field \(field) \(reason)."
        case .idempotencyKeyReused(let field):
            "The idempotency key was used by a command that differs in \(field); take a new key."
        case .versionConflict(let current):
            "The user has changed meanwhile; the version is \(current) now. Look, then repeat."
        case .unknownState: "No such state was issued."
        case .stateAlreadyUsed: "The state was consumed by another link; issue a new one."
        case .stateExpired(let time): "The state ended at \(time); issue a new one."
        case .toolkitMismatch(let toolkit): "It belongs to the toolkit \(toolkit)."
        case .unknownCredential: "The user has no such credential."
        case .unknownGrant: "No credential of the user holds or held the grant."
        case .credentialRevoked(let credential):
            "\(credential) was revoked, which is final; connect the account anew."
        case .notUsable(let credential, let status):
            "\(credential) is \(status.rawValue) and cannot be chosen."
        default: aboutOthers(refusal)
        }
    }

    /// The refusals that are about what is connected already.
    private static func aboutOthers(_ refusal: Refusal) -> String {
        switch refusal {
        case .accountMismatch(let credential):
            "The grant is for another account than \(credential)'s; replace it, or connect anew."
        case .grantAlreadyLinked(let credential?): "\(credential) holds the grant already."
        case .grantAlreadyLinked: "A credential of another user holds the grant."
        case .accountAlreadyLinked(let credential?): "\(credential) has the account already."
        case .accountAlreadyLinked: "Another user has connected the account."
        case .alreadyConnected(let credential):
            "The user has connected \(credential); reconnect it, or allow several"
                + " (--allow-multiple)."
        case .accountLimitReached(let limit):
            "The user has \(limit) accounts of the toolkit, as many as the ledger allows."
        case .labelTaken(let credential): "\(credential) has the label; choose another one."
        default: refusal.name
        }
    }
}
