public import LedgerDomain

/// Which changes are asked for; what is given must all hold.
///
/// It chooses, and does not protect: a change that is given may name a credential that the filter
/// would leave out, such as the one that acted before.
public struct ChangeFilter: Hashable, Sendable {
    /// The user; everybody where none is given.
    public var user: UserID?
    /// The toolkits; all of them where none are given.
    public var toolkits: Set<ToolkitID>?
    /// The owner of the credential, or of one of those that a selection changed between.
    public var member: MemberID?

    /// All changes.
    public static let everything = ChangeFilter()

    /// Describes which changes.
    public init(
        user: UserID? = nil, toolkits: Set<ToolkitID>? = nil, member: MemberID? = nil
    ) {
        self.user = user
        self.toolkits = toolkits
        self.member = member
    }

    /// The changes of one user.
    public static func user(_ user: UserID) -> ChangeFilter { ChangeFilter(user: user) }

    /// The changes of some toolkits.
    public static func toolkits(_ toolkits: Set<ToolkitID>) -> ChangeFilter {
        ChangeFilter(toolkits: toolkits)
    }

    /// The changes of what a person inside users owns.
    public static func member(_ member: MemberID) -> ChangeFilter { ChangeFilter(member: member) }

    /// Whether a change is asked for.
    public func includes(_ change: AccountChange) -> Bool {
        if let user, change.user != user { return false }
        if let toolkits, !toolkits.contains(change.toolkit) { return false }
        return member.map(change.members.contains) ?? true
    }
}
