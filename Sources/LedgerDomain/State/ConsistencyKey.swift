/// Something whose history a decision depends on.
///
/// A decision holds as long as none of its keys has changed since it was made. Within one LMDB
/// write transaction that is so by construction. A log shared by several machines accepts a group
/// of decisions on the condition that no record has touched their keys since the position they
/// were made at.
package enum ConsistencyKey: Hashable, Sendable {
    /// The user's credentials and choices.
    case user(UserID)
    /// Whether the state was issued, and whether it was consumed.
    case state(StateDigest)
    /// Who holds the grant, and which notices of it were recorded.
    case grant(GrantID)
    /// Who holds the provider account.
    case account(ProviderAccount.Identity)
    /// Whether the credential exists, and whose it is.
    case credential(CredentialID)
    /// What was done under the key.
    case idempotency(IdempotencyKey)
}

extension Command {
    /// The keys that a decision on the command depends on.
    ///
    /// - Parameter state: What was gathered for it, which tells the user.
    package func consistencyKeys(on state: DecisionState) -> Set<ConsistencyKey> {
        var keys: Set<ConsistencyKey> = []
        if let key = context.idempotencyKey { keys.insert(.idempotency(key)) }
        if let digest = action.stateDigest { keys.insert(.state(digest)) }
        if let grant = action.grant { keys.insert(.grant(grant)) }
        if let account = account(on: state) { keys.insert(.account(account)) }
        if let user = state.user { keys.insert(.user(user.id)) }
        switch action {
        case .relabel(let relabel): keys.insert(.credential(relabel.credential))
        case .revoke(let revoke):
            if case .credential(let credential) = revoke.target {
                keys.insert(.credential(credential))
            }
        case .issueState, .link, .expire, .report, .select, .importGrant: break
        }
        return keys
    }
}
