internal import LedgerDomain
internal import LedgerJournal
internal import LedgerStorage
internal import Synchronization

/// Deals out the users that have records, some at a time, to whichever thread asks.
///
/// The users of a page follow on each other in the order of their bytes, and a later page has later
/// users.
final class UserPages: Sendable {
    private struct Place {
        /// The first key that may be dealt out next.
        var lower: [UInt8]?
        var hasEnded = false
    }

    private let users: Table
    private let size: Int
    private let place = Mutex(Place())

    /// Deals out the keys of table `users`.
    init(of users: Table, size: Int) {
        self.users = users
        self.size = size
    }

    /// The next users; none at the end, and after `stop()`.
    ///
    /// - Throws: `damagedRow` where the keys are not in their order: a walk over damaged pages
    ///   could go round for ever.
    func next(in snapshot: borrowing Snapshot) throws(JournalError) -> [[UInt8]] {
        try place.withLock { (place) throws(JournalError) in
            guard !place.hasEnded else { return [] }
            var page: [[UInt8]] = []
            page.reserveCapacity(size)
            try snapshot.scanKeys(in: users, from: place.lower) { (key) throws(JournalError) in
                let isInOrder =
                    page.last.map { compareKeys($0.span, key) < 0 }
                    ?? place.lower.map { compareKeys($0.span, key) <= 0 } ?? true
                guard isInOrder else {
                    throw JournalError(.damagedRow(table: ViewTables.Name.users.rawValue))
                }
                page.append([UInt8](copying: key))
                return page.count < size ? .next : .stop
            }
            place.lower = page.last.map { $0 + [0] }
            place.hasEnded = page.count < size
            return page
        }
    }

    /// Deals out no more.
    func stop() { place.withLock { $0.hasEnded = true } }
}
