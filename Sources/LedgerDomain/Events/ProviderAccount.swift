/// An account at a provider: what a grant authorizes.
public struct ProviderAccount: Hashable, Sendable {
    /// What makes two provider accounts the same: provider and subject.
    public struct Identity: Hashable, Sendable {
        /// Where the account lives.
        public let provider: ProviderID
        /// The account's stable name there.
        public let subject: Identifier<Subject>

        /// Joins a provider and a subject.
        public init(provider: ProviderID, subject: Identifier<Subject>) {
            self.provider = provider
            self.subject = subject
        }
    }

    /// Tells a subject from other identifiers.
    public enum Subject {}

    /// The account's stable name at the provider, else its e-mail address; 1 to 255 bytes.
    public var subject: Identifier<Subject>
    /// Where the account lives, such as `google`.
    public var provider: ProviderID
    /// The e-mail address, at most 320 bytes; a personal field.
    public var email: String?
    /// The display name, at most 320 bytes; a personal field.
    public var name: String?
}

extension ProviderAccount {
    /// Describes an account; limits are checked when the command that carries it is decided.
    public init(
        provider: ProviderID, subject: Identifier<Subject>, email: String? = nil,
        name: String? = nil
    ) {
        // All at once, as `EventRecord`; the order tells the two initializers apart.
        self.init(subject: subject, provider: provider, email: email, name: name)
    }

    /// Provider and subject, which decide whether two accounts are the same.
    public var identity: Identity {
        Identity(provider: provider, subject: subject)
    }
}
