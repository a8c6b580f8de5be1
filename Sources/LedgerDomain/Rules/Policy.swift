/// What a ledger allows, decided when it is created.
///
/// A policy steers which commands are carried out and how a selection is made. What the log says
/// never depends on it: replaying under another policy gives the same accounts.
public struct Policy: Hashable, Sendable {
    /// Whether a user may connect several accounts of one toolkit where a state does not say;
    /// false.
    public var allowMultiple: Bool
    /// The most live credentials of a user and toolkit, 1 to 4,294,967,295; none.
    public var accountLimit: Int?
    /// Whether two users may connect the same provider account; false.
    public var sharedAccounts: Bool
    /// Whether two live credentials of a user and toolkit may bear the same label; false.
    public var duplicateLabels: Bool
    /// Whether a toolkit with several usable credentials acts as none until one is chosen; false.
    public var requireChoice: Bool
    /// Whether an expired account is waited for instead of falling back to an older usable one;
    /// false.
    public var refuseFallback: Bool

    /// Describes what a ledger allows.
    public init(
        allowMultiple: Bool = false, accountLimit: Int? = nil, sharedAccounts: Bool = false,
        duplicateLabels: Bool = false, requireChoice: Bool = false, refuseFallback: Bool = false
    ) {
        self.allowMultiple = allowMultiple
        self.accountLimit = accountLimit
        self.sharedAccounts = sharedAccounts
        self.duplicateLabels = duplicateLabels
        self.requireChoice = requireChoice
        self.refuseFallback = refuseFallback
    }
}
