package import LedgerDomain
package import LedgerJournal
package import LedgerStorage
package import Synchronization

/// The changes that the records of a log come to, a short page at a time.
///
/// Those at the end of the log are found out once for all who follow, and kept for a while, and so
/// are those of a few stretches further behind; who asks for one user reads for itself. Each page
/// is read in a transaction of its own, which has ended when the page is handed over.
package final class ChangeLog: Sendable {
    /// Some of what follows on a cursor.
    package struct Page: Sendable {
        /// What is asked for, and a mark.
        package let items: [ChangeFeedItem]
        /// Whether the log had no more.
        package let isEnd: Bool
    }

    /// How many records a page holds at most.
    private static let page = 128
    /// How many records are kept for those who follow, where nobody says otherwise.
    package static let usuallyKept = 32_768
    /// How many windows there are for those who are further behind.
    private static let windows = 3

    private let environment: Environment
    private let log: EventLog
    private let tables: ViewTables
    private let policy: Policy
    private let kept: Int
    /// The changes of the last records.
    private let recent: Mutex<ChangeWindow>
    private let behind: ChangeWindows
    /// How many pages followers who ask for more than one user have read for themselves.
    package let ownPages = Atomic(0)

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
        recent = Mutex(ChangeWindow(records: kept, users: 16_384))
        behind = ChangeWindows(count: Self.windows, records: kept / 4, users: 16_384)
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
        if let (changes, end) = shared(after: cursor.position, through: head, reader) {
            // What was read elsewhere is missing in them from here on.
            cursor.forgetUsers()
            return cursor.take(changes, through: end)
        }
        ownPages.add(1, ordering: .relaxed)
        let records = try reader.records(
            after: cursor.position, through: head, limit: Self.page)
        return try take(records, in: &cursor, through: records.last?.position ?? head, reader)
    }

    /// Reads the records of one user, whom the index knows.
    private func read(
        of user: UserID, _ cursor: inout ChangeCursor, through head: Position,
        _ reader: borrowing ViewReader
    ) throws(JournalError) -> [ChangeFeedItem] {
        let places = try reader.positions(
            of: user, after: cursor.position, through: head, limit: Self.page)
        var records: [EventRecord] = []
        for place in places { records.append(try reader.record(at: place)) }
        let isFull = places.count == Self.page
        return try take(
            records, in: &cursor, through: isFull ? places.last ?? head : head, reader)
    }

    /// Takes the next records in; what comes before one that cannot be is given first.
    private func take(
        _ records: [EventRecord], in cursor: inout ChangeCursor, through end: Position,
        _ reader: borrowing ViewReader
    ) throws(JournalError) -> [ChangeFeedItem] {
        var changes: [AccountChange] = []
        var reached = cursor.position
        do throws(JournalError) {
            for record in records {
                changes += try cursor.folds.apply(record, policy: policy, from: reader)
                reached = record.position
            }
        } catch {
            cursor.forgetUsers()
            guard reached > cursor.position else { throw error }
            return cursor.take(changes, through: reached)
        }
        return cursor.take(changes, through: end)
    }

    /// What was found out for others, too, of the changes behind a position; none where nobody
    /// else is near, and no window is free.
    private func shared(
        after position: Position, through head: Position, _ reader: borrowing ViewReader
    ) -> (changes: [AccountChange], end: Position)? {
        let page = Self.page
        if head.number - position.number <= kept {
            let found = recent.withLock { window -> (changes: [AccountChange], end: Position)? in
                // Nobody has followed for a while.
                if position > window.end { window.begin(after: position) }
                return window.changes(
                    after: position, through: head, page: page, policy: policy, reader)
            }
            if let found { return found }
        }
        return behind.changes(
            after: position, through: head, page: page, policy: policy, reader)
    }
}

extension ViewReader {
    /// The next records, at most so many; fewer where a later one cannot be read.
    ///
    /// - Throws: Why even the first of them cannot be read.
    func records(
        after position: Position, through head: Position, limit: Int
    ) throws(JournalError) -> [EventRecord] {
        let page = RecordReader.page(
            after: position, through: min(head, position.advanced(by: limit)), of: log,
            in: snapshot)
        guard !page.records.isEmpty else {
            throw page.failure ?? JournalError(.missingRecord, at: position.next)
        }
        return page.records
    }
}
