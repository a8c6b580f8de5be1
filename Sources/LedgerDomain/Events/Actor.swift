/// Who caused a record.
public struct Actor: Hashable, Sendable {
    /// The kinds of those who act on a ledger.
    @nonexhaustive
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The application's user.
        case user
        /// A person inside a user that is an organisation.
        case member
        /// The application itself: a job, a migration, a request handler.
        case application
        /// A platform, by a notice that it sent.
        case platform
        /// A person who runs the application.
        case `operator`
    }

    /// The actor's kind.
    public var kind: Kind
    /// The actor's name, 1 to 255 bytes; may be left out for the application only.
    public var id: String?

    /// Names an actor.
    public init(kind: Kind, id: String?) {
        self.kind = kind
        self.id = id
    }

    /// Compares names by bytes, as the identifiers that they are.
    public static func == (left: Actor, right: Actor) -> Bool {
        left.kind == right.kind
            && left.id.map { Array($0.utf8) } == right.id.map { Array($0.utf8) }
    }

    /// The application, without a name: the actor of a command that names none.
    public static let application = Actor(kind: .application, id: nil)

    /// An operator.
    public static func `operator`(_ id: String) -> Actor { Actor(kind: .operator, id: id) }

    /// A user of the application.
    public static func user(_ id: UserID) -> Actor { Actor(kind: .user, id: id.text) }

    /// A member of a user.
    public static func member(_ id: MemberID) -> Actor { Actor(kind: .member, id: id.text) }

    /// A platform.
    public static func platform(_ id: PlatformID) -> Actor { Actor(kind: .platform, id: id.text) }
}
