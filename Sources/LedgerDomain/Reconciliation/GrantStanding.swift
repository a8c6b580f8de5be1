/// What the ledger knows of a grant that a platform lists.
package enum GrantStanding: Hashable, Sendable {
    /// No credential holds or held it.
    case unknown(Surroundings)
    /// The credential that holds it, or held it last, its user's version, and when the last
    /// event of the credential was recorded, where the two may differ.
    case known(Credential, UserVersion, recordedAt: Timestamp?)

    /// What matters for a grant that is to be taken in, about the user whom the listing names.
    package struct Surroundings: Hashable, Sendable {
        /// The user's version; none where the listing names no user.
        package var version: UserVersion?
        /// The user's live credential of the toolkit with the account.
        package var accountHolder: Credential?
        /// Whether another user's live credential has the account and policy forbids sharing it.
        package var isTaken: Bool

        package init(
            version: UserVersion? = nil, accountHolder: Credential? = nil, isTaken: Bool = false
        ) {
            self.version = version
            self.accountHolder = accountHolder
            self.isTaken = isTaken
        }
    }
}
