internal import LedgerDomain

extension Authorization {
    /// Waits until the account is connected, by whichever process of this machine.
    ///
    /// It waits as `Ledger.connection(authorizedBy:timeout:refusedLinks:)` does. A link outside of
    /// the session may have used the state for an account that the session does not see: then the
    /// wait ends with the refusal `stateAlreadyUsed`, and says nothing of the account. Where such a
    /// link was refused because of a credential that the session does not see, the refusal is the
    /// one that names nobody, else `unknownCredential`.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait at most; until the state ends where left out.
    ///   - refusedLinks: What a link that this process refuses means for the wait.
    /// - Throws: `ConnectionWaitError`, `LedgerError` where the log cannot be read, or
    ///   `CancellationError`.
    public func connection(
        timeout: Duration? = nil, refusedLinks: RefusedLinks = .end
    ) async throws -> Connection {
        let connection: Connection
        do {
            connection = try await session.ledger.connection(
                authorizedBy: digest, timeout: timeout, refusedLinks: refusedLinks)
        } catch let error as ConnectionWaitError {
            guard case .refused(let refusal) = error.code else { throw error }
            throw ConnectionWaitError(.refused(try session.known(refusal, of: toolkit)))
        }
        guard session.settings.access.admits(connection.credential) else {
            throw ConnectionWaitError(.refused(.stateAlreadyUsed))
        }
        return connection
    }
}

extension Session {
    /// A refusal of a link by somebody who may see more, as far as the session may know of it.
    fileprivate func known(
        _ refusal: Refusal, of toolkit: ToolkitID
    ) throws(LedgerError) -> Refusal {
        let accounts = try access.accounts(of: user, includingRevoked: true)
        func sees(_ id: CredentialID) -> Bool { accounts.contains { $0.id == id } }
        switch refusal {
        case .grantAlreadyLinked(let id?) where !sees(id): return .grantAlreadyLinked(nil)
        case .accountAlreadyLinked(let id?) where !sees(id): return .accountAlreadyLinked(nil)
        // The state's own credential is seen: this one holds the grant, for another account.
        case .accountMismatch(let id) where !sees(id): return .grantAlreadyLinked(nil)
        case .credentialRevoked(let id) where !sees(id),
            .alreadyConnected(let id) where !sees(id), .labelTaken(by: let id) where !sees(id),
            .notUsable(let id, _) where !sees(id):
            return .unknownCredential
        case .accountLimitReached(let limit):
            // Of accounts that are not seen it would tell that they are there.
            let live = accounts.count { $0.toolkit == toolkit && $0.isLive }
            return live < limit ? .unknownCredential : refusal
        case .toolkitMismatch(let other) where !settings.access.admits(other):
            return .unknownCredential
        default: return refusal
        }
    }
}
