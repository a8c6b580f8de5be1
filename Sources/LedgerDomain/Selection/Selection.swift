/// Which credential a toolkit acts as, and why.
public struct Selection: Hashable, Sendable {
    /// The answer.
    @nonexhaustive
    public enum Result: Hashable, Sendable {
        /// This credential acts.
        case credential(CredentialID)
        /// This credential would act if its account were authorized again.
        case needsReconnect(CredentialID)
        /// The chosen or pinned credential was revoked; nothing acts until another choice.
        case revoked(CredentialID)
        /// These are usable, and policy asks for a choice.
        case ambiguous([CredentialID])
        /// The user has no live credential of the toolkit.
        case none
    }

    /// The rule that decided.
    @nonexhaustive
    public enum Rule: String, Hashable, Sendable, CaseIterable {
        /// A session's pin.
        case pinned
        /// The user's stored choice.
        case selected
        /// No other credential is usable.
        case onlyUsable
        /// The most recent connection; reconnecting does not count.
        case mostRecentlyConnected
    }

    /// Why a credential was passed over.
    @nonexhaustive
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Its grant stopped working.
        case expired
        /// Another one was connected more recently.
        case older
        /// Another one is chosen.
        case notSelected
        /// Another one is pinned.
        case notPinned
    }

    /// A live credential that does not act.
    public struct PassedOver: Hashable, Sendable {
        /// The credential.
        public let credential: CredentialID
        /// Why it does not act.
        public let why: Reason
    }

    /// The toolkit asked for.
    public let toolkit: ToolkitID
    /// The answer.
    public let result: Result
    /// The rule that decided; none for `none` and `ambiguous`.
    public let because: Rule?
    /// The live credentials that do not act, in the order of first connection.
    public let passedOver: [PassedOver]
    /// The position that the answer holds at.
    public let position: Position

    /// The credential that acts, if one does.
    public var credential: CredentialID? {
        if case .credential(let credential) = result { credential } else { nil }
    }
}

/// What a selection depends on: a user's live credentials of a toolkit and the stored choice.
package struct ToolkitAccounts: Hashable, Sendable {
    package struct Account: Hashable, Sendable {
        package var credential: CredentialID
        package var isUsable: Bool

        package init(credential: CredentialID, isUsable: Bool) {
            self.credential = credential
            self.isUsable = isUsable
        }
    }

    /// The live credentials, in the order of first connection.
    package var live: [Account]
    /// The stored choice; a credential of the user and toolkit, which may have been revoked since.
    package var choice: CredentialID?

    package init(live: [Account] = [], choice: CredentialID? = nil) {
        self.live = live
        self.choice = choice
    }

    /// Whether there is nothing to select from and no choice.
    package var isEmpty: Bool { live.isEmpty && choice == nil }
}

extension ToolkitAccounts {
    /// Selects the credential that acts.
    ///
    /// - Parameter pin: A credential of the same user and toolkit, which may have been revoked.
    package func select(
        _ toolkit: ToolkitID, pin: CredentialID? = nil, policy: Policy, at position: Position
    ) -> Selection {
        let (result, rule) = decide(pin: pin, policy: policy)
        return Selection(
            toolkit: toolkit, result: result, because: rule,
            passedOver: passedOver(by: result, rule), position: position)
    }

    private func decide(
        pin: CredentialID?, policy: Policy
    ) -> (Selection.Result, Selection.Rule?) {
        if let pin { return (explicit(pin), .pinned) }
        if let choice { return (explicit(choice), .selected) }
        guard let newest = live.last else { return (.none, nil) }
        let usableCount = live.count(where: \.isUsable)
        if policy.requireChoice, usableCount > 1 {
            return (.ambiguous(live.filter(\.isUsable).map(\.credential)), nil)
        }
        guard let newestUsable = live.last(where: \.isUsable),
            newest.isUsable || !policy.refuseFallback
        else { return (.needsReconnect(newest.credential), .mostRecentlyConnected) }
        let rule: Selection.Rule = usableCount == 1 ? .onlyUsable : .mostRecentlyConnected
        return (.credential(newestUsable.credential), rule)
    }

    /// An explicit choice never falls back.
    private func explicit(_ credential: CredentialID) -> Selection.Result {
        guard let account = live.first(where: { $0.credential == credential }) else {
            return .revoked(credential)
        }
        return account.isUsable ? .credential(credential) : .needsReconnect(credential)
    }

    private func passedOver(
        by result: Selection.Result, _ rule: Selection.Rule?
    ) -> [Selection.PassedOver] {
        live.compactMap { account in
            if result.names(account.credential) { return nil }
            let why: Selection.Reason =
                switch rule {
                case .pinned: .notPinned
                case .selected: .notSelected
                case .onlyUsable, .mostRecentlyConnected, nil: account.isUsable ? .older : .expired
                }
            return Selection.PassedOver(credential: account.credential, why: why)
        }
    }
}

extension Selection.Result {
    fileprivate func names(_ credential: CredentialID) -> Bool {
        switch self {
        case .credential(let one), .needsReconnect(let one), .revoked(let one): one == credential
        case .ambiguous(let several): several.contains(credential)
        case .none: false
        }
    }
}

/// What a session's pin names.
package func checkPin(
    _ credential: CredentialID, for toolkit: ToolkitID, in user: UserState
) -> Refusal? {
    guard let found = user.credential(credential) else { return .unknownCredential }
    return found.toolkit == toolkit ? nil : .toolkitMismatch(toolkit: found.toolkit)
}
