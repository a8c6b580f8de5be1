internal import Foundation
public import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections

extension Ledger {
    /// Folds the whole log anew and tells what it says of each user, without a look at the views.
    ///
    /// What is told is what the records say and nothing else: it is how an audit asks for all users
    /// at once. Nothing is read of the views but which records are whose, and that no record was
    /// left out is checked at the end. Memory does not grow with the log, but for the accounts of a
    /// hundred users a thread. Holds up nobody. Blocks the calling thread, which must not be within
    /// `read(_:)`.
    ///
    /// - Parameters:
    ///   - moment: The moment to look back to; now where left out.
    ///   - threads: How many threads fold, the calling one among them; as many as the machine has
    ///     processors where left out, from 1 to 64.
    ///   - body: Is given each user who had records by then, in no order; answers whether to go on.
    ///     Several threads call it at once, and once one has ended the work, each of the others may
    ///     be within a last call.
    /// - Returns: The position that was folded up to; none where `body` ended the work.
    /// - Throws: `positionPastHead`; `damaged` where a record cannot be read or folded, or where
    ///   the index of a user's records leaves one out. What was told until then is of no use.
    public func replay(
        asOf moment: Moment? = nil, threads: Int? = nil,
        _ body: @escaping @Sendable (ReplayedUser) -> Bool
    ) throws(LedgerError) -> Position? {
        let last = try read { (view) throws(LedgerError) in try view.position(of: moment) }
        let policy = header.policy
        let isDone = try translated { () throws(JournalError) in
            let fold = try LogFold(of: environment, through: last) { user in
                body(ReplayedUser(state: user, policy: policy, position: last))
            }
            let usual = ProcessInfo.processInfo.activeProcessorCount
            return try fold.run(threads: max(threads ?? usual, 1))
        }
        return isDone ? last : nil
    }
}

/// What the log says of one user up to a moment.
public struct ReplayedUser: Sendable {
    private let state: UserState
    private let policy: Policy
    /// The moment.
    public let position: Position

    init(state: UserState, policy: Policy, position: Position) {
        self.state = state
        self.policy = policy
        self.position = position
    }

    /// The user.
    public var user: UserID { state.id }

    /// The position of the user's last event by then.
    public var version: UserVersion { state.version }

    /// The user's accounts in the order of first connection, revoked ones too.
    public var accounts: [Credential] { state.credentials }

    /// The toolkits with a live account or a stored choice, in the order of their bytes.
    public var toolkits: [ToolkitID] { state.toolkits }

    /// Which account a toolkit acted as, and why.
    public func selection(of toolkit: ToolkitID) -> Selection {
        state.toolkitAccounts(toolkit).select(toolkit, policy: policy, at: position)
    }
}
