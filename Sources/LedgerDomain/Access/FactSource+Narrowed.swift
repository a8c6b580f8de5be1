/// The facts as narrowed access sees them.
///
/// A name can be guessed or overheard. So that the work behind an answer does not tell whether
/// something has the name, the nearest name that something has is taken in its stead and asked the
/// same questions; whether it is the one that was meant, and is seen, is looked at last.
extension FactSource where Self: ~Copyable & ~Escapable {
    /// The user's credential of that id, if it is seen.
    package func credential(
        _ id: CredentialID, of user: UserID, within narrowing: Narrowing
    ) throws(Failure) -> Credential? {
        if narrowing.isEverything { return try credential(id, of: user) }
        guard try owner(of: id, within: narrowing) == user else { return nil }
        return try credential(id, of: user)
    }

    /// The user's credential of an id that the log itself names, if it is seen.
    private func known(
        _ id: CredentialID, of user: UserID, within narrowing: Narrowing
    ) throws(Failure) -> Credential? {
        guard let found = try credential(id, of: user), narrowing.admits(found) else { return nil }
        return found
    }

    /// The user whose credential it is, if it is seen.
    package func owner(
        of credential: CredentialID, within narrowing: Narrowing
    ) throws(Failure) -> UserID? {
        if narrowing.isEverything { return try owner(of: credential) }
        guard let near = try nearest(to: credential), let owner = try owner(of: near) else {
            return nil
        }
        let found = try known(near, of: owner, within: narrowing)
        return credential.isWholly(near) && found != nil ? owner : nil
    }

    /// Who holds the grant, or held it last, if the credential is seen.
    package func holding(
        of grant: GrantID, within narrowing: Narrowing
    ) throws(Failure) -> GrantHolding? {
        if narrowing.isEverything { return try holding(of: grant) }
        guard let near = try nearest(to: grant), let holding = try holding(of: near) else {
            return nil
        }
        let found = try known(holding.credential, of: holding.user, within: narrowing)
        return grant.isWholly(near) && found != nil ? holding : nil
    }

    /// The state with that digest, if it is seen.
    ///
    /// Where it was consumed for something hidden it is used, and no delivery is the same again.
    package func issuedState(
        _ digest: StateDigest, within narrowing: Narrowing
    ) throws(Failure) -> IssuedState? {
        if narrowing.isEverything { return try issuedState(digest) }
        guard let near = try nearest(to: digest), var issued = try issuedState(near) else {
            return nil
        }
        let scope = Event.stateIssued(issued.event).accessScope
        let isSeen = try sees(scope, of: issued.user, within: narrowing)
        guard digest.bytes.span.isWholly(near.bytes.span), isSeen else { return nil }
        if let first = issued.consumedBy {
            issued.consumedBy = try seen(first, within: narrowing)
        }
        return issued
    }

    /// The first result of the command that used the key.
    ///
    /// A key is the ledger's: one that was used for something hidden is used, by another command.
    func firstResult(
        of key: IdempotencyKey, within narrowing: Narrowing
    ) throws(Failure) -> FirstResult? {
        guard let first = try firstResult(of: key) else { return nil }
        return try seen(first, within: narrowing)
    }

    private func seen(
        _ first: FirstResult, within narrowing: Narrowing
    ) throws(Failure) -> FirstResult {
        if try sees(first.scope, of: first.user, within: narrowing) { return first }
        var first = first
        first.fingerprint = nil
        return first
    }

    /// Whether what an event is about is seen; a choice that is cleared is, in its toolkits.
    package func sees(
        _ scope: AccessScope, of user: UserID, within narrowing: Narrowing
    ) throws(Failure) -> Bool {
        switch scope {
        case .credential(let id): try known(id, of: user, within: narrowing) != nil
        case .connection(let toolkit, let member):
            narrowing.admitsConnection(of: user, toolkit, member)
        case .choice(let toolkit): narrowing.admits(user: user) && narrowing.admits(toolkit)
        }
    }
}

extension FactSource where Self: ~Copyable & ~Escapable {
    /// The user's live credentials of the toolkit that are seen, and the choice if it is.
    package func toolkitAccounts(
        of user: UserID, _ toolkit: ToolkitID, within narrowing: Narrowing
    ) throws(Failure) -> ToolkitAccounts {
        if narrowing.isEverything { return try toolkitAccounts(of: user, toolkit) }
        guard narrowing.admits(user: user), narrowing.admits(toolkit) else {
            return ToolkitAccounts()
        }
        let all = try toolkitAccounts(of: user, toolkit)
        var seen = ToolkitAccounts()
        for account in all.live {
            if let credentials = narrowing.credentials, !credentials.contains(account.credential) {
                continue
            }
            if try known(account.credential, of: user, within: narrowing) != nil {
                seen.live.append(account)
            }
        }
        // Where nothing was chosen an account is asked instead, as if it had been.
        if let named = all.choice ?? all.live.last?.credential,
            try known(named, of: user, within: narrowing) != nil
        {
            seen.choice = all.choice
        }
        return seen
    }

    /// The user's live credential of the toolkit that bears the label and is seen, other than one.
    func holder(
        of label: String, _ user: UserID, _ toolkit: ToolkitID, but own: CredentialID?,
        within narrowing: Narrowing
    ) throws(Failure) -> CredentialID? {
        if narrowing.isEverything { return try holder(of: label, user, toolkit, but: own) }
        let wanted = Credential.comparable(label)
        let accounts = try toolkitAccounts(of: user, toolkit, within: narrowing)
        for account in accounts.live where account.credential != own {
            let other = try credential(account.credential, of: user)?.label
            if other.map(Credential.comparable) == wanted { return account.credential }
        }
        return nil
    }
}
