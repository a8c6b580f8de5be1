/// What it depends on whether narrowed access sees an event.
package enum AccessScope: Hashable, Sendable {
    /// It is about a credential.
    case credential(CredentialID)
    /// It begins the connection of a new credential.
    case connection(ToolkitID, MemberID?)
    /// It clears a choice.
    case choice(ToolkitID)
}

extension Event {
    /// What it depends on whether narrowed access sees the event.
    package var accessScope: AccessScope {
        if let credential { return .credential(credential) }
        switch self {
        case .stateIssued(let event): return .connection(event.toolkit, event.member)
        case .accountSelected(let event): return .choice(event.toolkit)
        case .grantLinked(let event): return .credential(event.credential)
        case .grantExpired(let event): return .credential(event.credential)
        case .grantRevoked(let event): return .credential(event.credential)
        case .labelChanged(let event): return .credential(event.credential)
        }
    }
}
