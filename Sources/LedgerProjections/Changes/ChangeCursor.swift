package import LedgerDomain

/// How far one follower of the change feed is; it owns no transaction, thread or descriptor.
package struct ChangeCursor: Sendable {
    /// How many users a follower keeps who reads for itself.
    private static let users = 2048
    /// After how many records without a change a mark is given all the same.
    private static let recordsPerMark: UInt64 = 1000

    /// Which changes are asked for.
    package let filter: ChangeFilter
    /// Every record up to here was looked at.
    package private(set) var position: Position
    /// What was delivered before; nothing up to here is given again.
    let start: ChangePlace
    /// Whether the start was found to be of this log.
    var isChecked = false
    /// What the log says of those whose records this follower has read for itself.
    var folds = UserFolds(limit: users)
    private var hasChanges = false
    private var lastMark: Position?

    /// Begins after a place.
    package init(after start: ChangePlace, of filter: ChangeFilter) {
        self.start = start
        self.filter = filter
        // Of a record that was delivered in part, the rest is to come.
        let isWhole = start.index == nil || start.position == .start
        position = isWhole ? start.position : Position(start.position.number - 1)
    }

    /// Forgets what the log says of users: from here on records are read elsewhere.
    mutating func forgetUsers() { folds = UserFolds(limit: Self.users) }

    /// Notes that the records up to a position were looked at; answers what is asked for of them.
    mutating func take(
        _ changes: some Sequence<AccountChange>, through end: Position
    ) -> [ChangeFeedItem] {
        position = end
        let asked = changes.filter { start.isBefore($0.place) && filter.includes($0) }
        if !asked.isEmpty { hasChanges = true }
        return asked.map { .change($0) }
    }

    /// Whether a mark is due at the end of the log; it counts as given.
    mutating func takeMark() -> Bool {
        let isFar = lastMark.map { position.number - $0.number >= Self.recordsPerMark } ?? true
        guard hasChanges || isFar else { return false }
        (hasChanges, lastMark) = (false, position)
        return true
    }
}
