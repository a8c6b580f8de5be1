internal import AccountLedger
internal import LedgerDomain

/// The users with records in a range of the log, in the order of their bytes, a page at a time.
///
/// A short range is read, and its users are kept. A long one is not: the index of every user is
/// looked at, so that what is kept does not grow with the range.
struct ChangedUsers: ~Copyable {
    private static let page = 500

    private let ledger: Ledger
    private let first: Position
    private let last: Position
    private var known: ArraySlice<UserID>?
    private var lastUser: UserID?

    /// Looks for users with records after a position and up to another.
    ///
    /// - Parameters:
    ///   - user: The only user looked at; everybody where left out.
    ///   - shortRange: The most records of a range that is read.
    init(
        _ ledger: Ledger, after first: Position, through last: Position, only user: UserID? = nil,
        shortRange: UInt64 = 10_000
    ) throws(CommandFailure) {
        self.ledger = ledger
        self.first = first
        self.last = last
        if let user {
            known = [user]
        } else if last.number - first.number <= shortRange {
            known = try Self.users(ledger, after: first, through: last)[...]
        }
    }

    /// The next users, possibly without any; none at the end.
    mutating func next() throws(CommandFailure) -> [UserID]? {
        if let users = known {
            let page = users.prefix(Self.page)
            known = users.dropFirst(page.count)
            return page.isEmpty ? nil : Array(page)
        }
        let (start, first, last) = (lastUser, first, last)
        let (users, changed) = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in
                let users = try view.users(after: start, limit: Self.page)
                var changed: [UserID] = []
                for user in users
                where try view.hasRecords(of: user, after: first, through: last) {
                    changed.append(user)
                }
                return (users, changed)
            }
        }
        guard let end = users.last else { return nil }
        lastUser = end
        return changed
    }

    private static func users(
        _ ledger: Ledger, after first: Position, through last: Position
    ) throws(CommandFailure) -> [UserID] {
        var users: Set<UserID> = []
        var pages = try RecordPages(ledger, from: first.next, asOf: .position(last))
        while let page = try pages.next(limit: 2000) { users.formUnion(page.map(\.user)) }
        return users.sorted()
    }
}
