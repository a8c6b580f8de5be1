internal import LedgerDomain

extension Authorization {
    /// Waits until the account is connected, by whichever process of this machine.
    ///
    /// It waits as `Ledger.connection(authorizedBy:timeout:refusedLinks:)` does. A link outside of
    /// the session may have used the state for an account that the session does not see: then the
    /// wait ends with the refusal `stateAlreadyUsed`, and says nothing of the account.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait at most; until the state ends where left out.
    ///   - refusedLinks: What a link that this process refuses means for the wait.
    /// - Throws: `ConnectionWaitError`, `LedgerError` where the log cannot be read, or
    ///   `CancellationError`.
    public func connection(
        timeout: Duration? = nil, refusedLinks: RefusedLinks = .end
    ) async throws -> Connection {
        let connection = try await session.ledger.connection(
            authorizedBy: digest, timeout: timeout, refusedLinks: refusedLinks)
        guard session.settings.access.admits(connection.credential) else {
            throw ConnectionWaitError(.refused(.stateAlreadyUsed))
        }
        return connection
    }
}
