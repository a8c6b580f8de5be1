public import LedgerDomain

extension DecisionScenario {
    /// The position of the last record; 0 for an empty log.
    public var head: Position { state.head }

    /// The user's version: the position of the user's last event.
    public func version(of user: UserID) -> UserVersion {
        state.user(user).version
    }

    /// The user's credentials in the order of first connection.
    public func accounts(of user: UserID, includingRevoked: Bool = false) -> [Credential] {
        state.user(user).credentials.filter { includingRevoked || $0.isLive }
    }

    /// The credential of that id, whoever its user is.
    public func account(_ credential: CredentialID) -> Credential? {
        state.owner(of: credential).flatMap { state.user($0).credential(credential) }
    }

    /// Answers which credential of the user a toolkit acts as.
    ///
    /// - Parameter pin: The credential that a session has pinned for the toolkit.
    /// - Throws: `Refusal` where the pin names no credential of the user, or one of another
    ///   toolkit.
    public func selection(
        of user: UserID, toolkit: ToolkitID, pin: CredentialID? = nil
    ) throws(Refusal) -> Selection {
        let user = state.user(user)
        if let pin, let refusal = checkPin(pin, for: toolkit, in: user) { throw refusal }
        return user.toolkitAccounts(toolkit).select(
            toolkit, pin: pin, policy: policy, at: state.head)
    }

    /// The log folded up to a position, that position included.
    package func folded(through position: Position) throws(FoldError) -> LedgerState {
        var state = LedgerState()
        for record in records where record.position <= position {
            try state.evolve(record)
        }
        return state
    }
}
