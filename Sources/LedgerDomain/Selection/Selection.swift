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

    /// The same answer, at another position.
    package func held(at position: Position) -> Selection {
        Selection(
            toolkit: toolkit, result: result, because: because, passedOver: passedOver,
            position: position)
    }

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
        var selection = pending(pin: pin, policy: policy)
        for account in live { selection.add(account.credential, isUsable: account.isUsable) }
        return selection.end(toolkit, at: position)
    }

    private func pending(pin: CredentialID?, policy: Policy) -> PendingSelection {
        if let explicit = pin ?? choice {
            let place = live.firstIndex { $0.credential == explicit }
            return PendingSelection(
                of: explicit, at: place, because: pin != nil ? .pinned : .selected)
        }
        var standing = AccountStanding()
        for account in live { standing.add(isUsable: account.isUsable) }
        return PendingSelection(among: standing, policy: policy)
    }
}

/// What a session's pin names.
package func checkPin(
    _ credential: CredentialID, for toolkit: ToolkitID, in user: UserState
) -> Refusal? {
    guard let found = user.credential(credential) else { return .unknownCredential }
    return found.toolkit == toolkit ? nil : .toolkitMismatch(toolkit: found.toolkit)
}
