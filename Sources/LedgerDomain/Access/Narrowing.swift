/// What access is limited to: a user, a member, credentials, toolkits.
///
/// Each limit may be left out; what is given holds together. A credential is seen when it passes
/// all of them, and what is not seen answers as if it did not exist, for reads and for commands.
///
/// A narrowing can be narrowed further and never widened. It is no permission by itself: whoever
/// holds the ledger can ask it without one.
public struct Narrowing: Hashable, Sendable {
    /// The only user; anyone where left out.
    ///
    /// A member is a person inside a user, so a narrowing to a member should name the user too.
    public var user: UserID?
    /// The member who owns the credentials; anyone where left out.
    ///
    /// What is connected takes the member. A credential without a member is not seen.
    public var member: MemberID?
    /// The only credentials; any where left out.
    ///
    /// No other can be connected, and an empty set admits nothing.
    public var credentials: Set<CredentialID>?
    /// The only toolkits; any where left out.
    public var toolkits: Set<ToolkitID>?

    /// Describes a limit.
    public init(
        user: UserID? = nil, member: MemberID? = nil, credentials: Set<CredentialID>? = nil,
        toolkits: Set<ToolkitID>? = nil
    ) {
        self.user = user
        self.member = member
        self.credentials = credentials
        self.toolkits = toolkits
    }

    /// No limit.
    public static let everything = Narrowing()
    /// A limit that nothing passes.
    public static let nothing = Narrowing(credentials: [])

    /// Whether there is no limit.
    public var isEverything: Bool {
        user == nil && member == nil && credentials == nil && toolkits == nil
    }

    /// Limits access to what passes both.
    public func narrowed(to other: Narrowing) -> Narrowing {
        var both = Narrowing(
            user: user ?? other.user, member: member ?? other.member,
            credentials: Self.common(credentials, other.credentials),
            toolkits: Self.common(toolkits, other.toolkits))
        let isContradiction =
            (other.user ?? both.user) != both.user || (other.member ?? both.member) != both.member
        // Two users or two members have nothing in common.
        if isContradiction { both.credentials = [] }
        return both
    }

    private static func common<Element>(
        _ left: Set<Element>?, _ right: Set<Element>?
    ) -> Set<Element>? {
        guard let left, let right else { return left ?? right }
        return left.intersection(right)
    }

    /// Whether a credential is seen.
    public func admits(_ credential: Credential) -> Bool {
        admits(
            credential.id, of: credential.user, toolkit: credential.toolkit,
            member: credential.member)
    }

    func admits(
        _ credential: CredentialID, of user: UserID, toolkit: ToolkitID, member: MemberID?
    ) -> Bool {
        // Every limit is looked at, so that the time does not tell at which one it failed.
        let isNamed = credentials?.contains(credential) ?? true
        let isOfUser = admits(user: user)
        let isOfMember = self.member.map { own in member.map(own.isWholly) ?? false } ?? true
        let isOfToolkit = admits(toolkit)
        return [isNamed, isOfUser, isOfMember, isOfToolkit].allSatisfy { $0 }
    }

    /// Whether a credential that is made now is seen.
    func admitsConnection(of user: UserID, _ toolkit: ToolkitID, _ member: MemberID?) -> Bool {
        [credentials == nil, admitsOwner(user, member), admits(toolkit)].allSatisfy { $0 }
    }

    package func admits(user other: UserID) -> Bool { user?.isWholly(other) ?? true }

    package func admits(_ toolkit: ToolkitID) -> Bool { toolkits?.contains(toolkit) ?? true }

    private func admitsOwner(_ user: UserID, _ other: MemberID?) -> Bool {
        let isOfMember = member.map { own in other.map(own.isWholly) ?? false } ?? true
        return [admits(user: user), isOfMember].allSatisfy { $0 }
    }
}
