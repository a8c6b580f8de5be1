/// Who caused a record; named so, because `Actor` is a protocol of the standard library.
public struct LedgerActor: Hashable, Sendable {
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
    public static func == (left: LedgerActor, right: LedgerActor) -> Bool {
        left.kind == right.kind
            && left.id.map { Array($0.utf8) } == right.id.map { Array($0.utf8) }
    }

    /// The application, without a name: the actor of a command that names none.
    public static let application = LedgerActor(kind: .application, id: nil)

    /// An operator.
    public static func `operator`(_ id: String) -> LedgerActor {
        LedgerActor(kind: .operator, id: id)
    }

    /// A user of the application.
    public static func user(_ id: UserID) -> LedgerActor { LedgerActor(kind: .user, id: id.text) }

    /// A member of a user.
    public static func member(_ id: MemberID) -> LedgerActor {
        LedgerActor(kind: .member, id: id.text)
    }

    /// A platform.
    public static func platform(_ id: PlatformID) -> LedgerActor {
        LedgerActor(kind: .platform, id: id.text)
    }
}
