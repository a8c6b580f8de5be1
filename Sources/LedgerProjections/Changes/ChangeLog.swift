package import LedgerDomain
package import LedgerJournal
package import LedgerStorage
internal import Synchronization

/// The changes that the records of a log come to, a short page at a time.
///
/// Those at the end of the log are found out once for all who follow, and kept for a while; who is
/// further behind, or asks for one user, reads for itself. Each page is read in a transaction of
/// its own, which has ended when the page is handed over.
package final class ChangeLog: Sendable {
    /// Some of what follows on a cursor.
    package struct Page: Sendable {
        /// What is asked for, and a mark.
        package let items: [ChangeFeedItem]
        /// Whether the log had no more.
        package let isEnd: Bool
    }

    /// The changes of the last records.
    private struct Recent {
        /// The position before the first record kept.
        var start = Position.start
        /// The last record kept.
        var end = Position.start
        /// In the order of the log; a record without changes has none.
        var changes: [AccountChange] = []
        var folds = UserFolds(limit: 16_384)
    }

    /// How many records a page holds at most.
    private static let page = 128
    /// How many records are kept for those who follow, where nobody says otherwise.
    package static let usuallyKept = 32_768

    private let environment: Environment
    private let log: EventLog
    private let tables: ViewTables
    private let policy: Policy
    private let kept: Int
    private let recent = Mutex(Recent())

    /// Reads the changes of a log.
    ///
    /// - Parameters:
    ///   - environment: The environment of the log.
    ///   - log: The log.
    ///   - tables: Its views, of which the index of users is read.
    ///   - policy: What the ledger allows, which steers selection.
    ///   - kept: How many of the last records' changes to keep, at least 1.
    package init(
        _ environment: Environment, _ log: EventLog, _ tables: ViewTables, policy: Policy,
        kept: Int
    ) {
        self.environment = environment
        self.log = log
        self.tables = tables
        self.policy = policy
        self.kept = kept
    }

    /// Reads on, and moves the cursor to the end of the page.
    package func next(_ cursor: inout ChangeCursor) throws(ChangeFeedError) -> Page {
        let result: Result<Page, ChangeFeedError>
        do throws(JournalError) { result = try page(&cursor) } catch { throw .log(error) }
        return try result.get()
    }

    private func page(
        _ cursor: inout ChangeCursor
    ) throws(JournalError) -> Result<Page, ChangeFeedError> {
        let transaction = try environment.beginRead(JournalError.self)
        let reader = ViewReader(tables, log, transaction.snapshot)
        let head = try reader.head()
        if let problem = try check(&cursor, head, reader) { return .failure(problem) }
        var items: [ChangeFeedItem] = []
        if cursor.position < head { items = try read(&cursor, through: head, reader) }
        let isEnd = cursor.position == head
        if isEnd, cursor.takeMark() {
            let id = head > .start ? try reader.record(at: head).id : nil
            items.append(.caughtUp(ChangePlace(head, id: id)))
        }
        return .success(Page(items: items, isEnd: isEnd))
    }

    /// Whether the place that the cursor began after is one of this log.
    private func check(
        _ cursor: inout ChangeCursor, _ head: Position, _ reader: borrowing ViewReader
    ) throws(JournalError) -> ChangeFeedError? {
        let start = cursor.start
        guard max(start.position, cursor.position) <= head else {
            return .pastHead(max(start.position, cursor.position), head: head)
        }
        guard !cursor.isChecked else { return nil }
        cursor.isChecked = true
        guard let id = start.id, start.position > .start else { return nil }
        let found = try reader.record(at: start.position).id
        return found == id ? nil : .notOfLog(start.position)
    }
}

extension ChangeLog {
    private func read(
        _ cursor: inout ChangeCursor, through head: Position, _ reader: borrowing ViewReader
    ) throws(JournalError) -> [ChangeFeedItem] {
        if let user = cursor.filter.user {
            return try read(of: user, &cursor, through: head, reader)
        }
        if let (changes, end) = try recentChanges(after: cursor.position, through: head, reader) {
            // What was read elsewhere is missing in them from here on.
            cursor.forgetUsers()
            return cursor.take(changes, through: end)
        }
        var changes: [AccountChange] = []
        let end = try read(
            after: cursor.position, through: head, into: &changes, &cursor.folds, reader)
        return cursor.take(changes, through: end)
    }

    /// Reads the records of one user, whom the index knows.
    private func read(
        of user: UserID, _ cursor: inout ChangeCursor, through head: Position,
        _ reader: borrowing ViewReader
    ) throws(JournalError) -> [ChangeFeedItem] {
        let places = try reader.positions(
            of: user, after: cursor.position, through: head, limit: Self.page)
        var changes: [AccountChange] = []
        for place in places {
            changes += try cursor.folds.apply(
                try reader.record(at: place), policy: policy, from: reader)
        }
        let isFull = places.count == Self.page
        return cursor.take(changes, through: isFull ? places.last ?? head : head)
    }

    /// Reads a page of records; answers the last one.
    private func read(
        after start: Position, through head: Position, into changes: inout [AccountChange],
        _ folds: inout UserFolds, _ reader: borrowing ViewReader
    ) throws(JournalError) -> Position {
        let page = RecordReader.page(
            after: start, through: min(head, start.advanced(by: Self.page)), of: reader.log,
            in: reader.snapshot)
        guard let last = page.records.last else {
            throw page.failure ?? JournalError(.missingRecord, at: start.next)
        }
        for record in page.records {
            changes += try folds.apply(record, policy: policy, from: reader)
        }
        return last.position
    }

    /// What is kept of the changes behind a position, read on where it is the last one kept; none
    /// where it is too far from the end of the log.
    private func recentChanges(
        after position: Position, through head: Position, _ reader: borrowing ViewReader
    ) throws(JournalError) -> (changes: [AccountChange], end: Position)? {
        try recent.withLock { (recent) throws(JournalError) in
            guard position >= recent.start, head.number - position.number <= kept else {
                return nil
            }
            // Nobody has followed for a while.
            if position > recent.end { recent = Recent(start: position, end: position) }
            if position == recent.end { try readOn(&recent, through: head, reader) }
            let end = min(recent.end, head, position.advanced(by: 4 * Self.page))
            let first = recent.changes.firstIndex(after: position)
            let last = recent.changes.firstIndex(after: end)
            // A copy: a slice would have all that is kept copied when it next grows.
            return (Array(recent.changes[first..<last]), end)
        }
    }

    private func readOn(
        _ recent: inout Recent, through head: Position, _ reader: borrowing ViewReader
    ) throws(JournalError) {
        do throws(JournalError) {
            recent.end = try read(
                after: recent.end, through: head, into: &recent.changes, &recent.folds, reader)
        } catch {
            // What was half taken in is of no use.
            recent = Recent(start: recent.end, end: recent.end)
            throw error
        }
        guard recent.end.number - recent.start.number > kept else { return }
        recent.start = Position(recent.end.number - UInt64(kept) / 2)
        recent.changes.removeFirst(recent.changes.firstIndex(after: recent.start))
    }
}

extension [AccountChange] {
    /// The index of the first change behind a position; they are in the order of the log.
    fileprivate func firstIndex(after position: Position) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].position <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
