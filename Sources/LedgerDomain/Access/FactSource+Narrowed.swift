/// The facts as narrowed access sees them.
///
/// Where a fact is found by a name that can be guessed or overheard, what is hidden takes the same
/// questions as what does not exist.
extension FactSource where Self: ~Copyable & ~Escapable {
    /// The user's credential of that id, if it is seen.
    package func credential(
        _ id: CredentialID, of user: UserID, within narrowing: Narrowing
    ) throws(Failure) -> Credential? {
        guard let found = try credential(id, of: user), narrowing.admits(found) else { return nil }
        return found
    }

    /// The user whose credential it is, if it is seen.
    package func owner(
        of credential: CredentialID, within narrowing: Narrowing
    ) throws(Failure) -> UserID? {
        let owner = try owner(of: credential)
        if narrowing.isEverything { return owner }
        // Asked also where nobody has it.
        let found = try self.credential(
            credential, of: owner ?? Self.nobody, within: narrowing)
        return found == nil ? nil : owner
    }

    /// Who holds the grant, or held it last, if the credential is seen.
    package func holding(
        of grant: GrantID, within narrowing: Narrowing
    ) throws(Failure) -> GrantHolding? {
        let holding = try holding(of: grant)
        if narrowing.isEverything { return holding }
        // Asked also where nobody ever held it.
        let found = try credential(
            holding?.credential ?? Self.noCredential, of: holding?.user ?? Self.nobody,
            within: narrowing)
        return found == nil ? nil : holding
    }

    /// The state with that digest, if it is seen.
    ///
    /// Where it was consumed for something hidden it is used, and no delivery is the same again.
    func issuedState(
        _ digest: StateDigest, within narrowing: Narrowing
    ) throws(Failure) -> IssuedState? {
        guard var issued = try issuedState(digest) else { return nil }
        let scope = Event.stateIssued(issued.event).accessScope
        guard try sees(scope, of: issued.user, within: narrowing) else { return nil }
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
        case .credential(let id): try credential(id, of: user, within: narrowing) != nil
        case .connection(let toolkit, let member):
            narrowing.admitsConnection(of: user, toolkit, member)
        case .choice(let toolkit): narrowing.admits(user: user) && narrowing.admits(toolkit)
        }
    }

    private static var nobody: UserID { "nobody" }
    private static var noCredential: CredentialID { "none" }
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
            if try credential(account.credential, of: user, within: narrowing) != nil {
                seen.live.append(account)
            }
        }
        if let choice = all.choice, try credential(choice, of: user, within: narrowing) != nil {
            seen.choice = choice
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
