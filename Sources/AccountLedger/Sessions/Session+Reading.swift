public import LedgerDomain

extension Session {
    /// What each toolkit acts as: every toolkit with a live credential, a stored choice or a pin,
    /// and those asked for, in the order of their bytes.
    ///
    /// - Parameter also: More toolkits to answer for.
    public func toolkits(_ also: [ToolkitID] = []) throws(LedgerError) -> [SessionToolkit] {
        try access.read { (view) throws(LedgerError) in
            let selections = try view.selections(of: user, toolkits: also, pins: settings.pins)
            var accounts: [CredentialID: Credential] = [:]
            for account in try view.accounts(of: user, includingRevoked: true) {
                accounts[account.id] = account
            }
            return selections.map { selection in
                SessionToolkit(
                    selection: selection,
                    account: selection.result.named.flatMap { accounts[$0] })
            }
        }
    }

    /// Which credential a toolkit acts as, and why.
    public func selection(of toolkit: ToolkitID) throws(LedgerError) -> Selection {
        try access.selection(of: user, toolkit: toolkit, pins: settings.pins)
    }

    /// The user's accounts that the session sees, in the order of first connection.
    ///
    /// A session sees all of them, and not only those that act.
    ///
    /// - Parameters:
    ///   - toolkit: The only toolkit; any where left out.
    ///   - status: The only status; any but revoked where left out.
    public func accounts(
        toolkit: ToolkitID? = nil, status: CredentialStatus? = nil
    ) throws(LedgerError) -> [Credential] {
        try access.accounts(of: user, includingRevoked: status == .revoked).filter { account in
            account.toolkit == (toolkit ?? account.toolkit)
                && account.status == (status ?? account.status)
        }
    }
}
