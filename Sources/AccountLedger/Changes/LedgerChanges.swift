public import LedgerDomain
public import LedgerProjections
internal import LedgerJournal
internal import Synchronization

/// The changes of a ledger's accounts, in the order of the log: those that were, then those to
/// come, whichever process makes them.
///
/// It never ends by itself: a loop over it ends with its task, by `CancellationError`, or with an
/// error that says what to do. It is pulled: between two elements nothing runs, and no transaction,
/// thread or slot of a reader is held, so that a follower who is slow, or forgotten, costs nothing.
/// The ledger keeps, for all who follow, the changes of the last 16,384 to 32,768 records and the
/// accounts of the 16,384 users met last, from when somebody follows until it is closed; and for
/// those who are further behind three stretches of 8,192 records, wherever they are needed, with
/// as many users each. A follower holds a page of changes; where nobody is near, and all three
/// stretches are in use elsewhere, also the accounts of the users whose records it had to read for
/// itself, the last 2,048. Each iterator is a follower of its own.
public struct LedgerChanges: AsyncSequence, Sendable {
    let ledger: Ledger
    let start: ChangePlace
    let filter: ChangeFilter

    /// Begins to follow.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(ledger: ledger, cursor: ChangeCursor(after: start, of: filter))
    }

    /// One follower.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let ledger: Ledger
        var cursor: ChangeCursor
        private var items: ArraySlice<ChangeFeedItem> = []

        init(ledger: Ledger, cursor: ChangeCursor) {
            self.ledger = ledger
            self.cursor = cursor
        }

        /// Waits for the next change or mark.
        ///
        /// - Throws: `CancellationError`, or `LedgerError`: `positionPastHead` and `notOfLog` where
        ///   the place to begin after is not of this log.
        public mutating func next() async throws -> ChangeFeedItem? {
            while true {
                try Task.checkCancellation()
                if let item = items.popFirst() { return item }
                let page = try ledger.nextPage(&cursor)
                items = page.items[...]
                if !page.isEnd {
                    // Others want the thread, too: who has far to go would hold it until the end.
                    await Task.yield()
                } else if items.isEmpty {
                    await ledger.signal.wait(after: cursor.position)
                }
            }
        }
    }
}

extension Ledger {
    /// Follows what changes for accounts: first what the log has after a place, then what it gets.
    ///
    /// The log is never cut off, so a place stays good for as long as the ledger lives.
    ///
    /// - Parameters:
    ///   - place: What was dealt with before; the beginning where left out.
    ///   - filter: Which changes; all where left out.
    public func changes(
        after place: ChangePlace = .beginning, of filter: ChangeFilter = .everything
    ) -> LedgerChanges {
        LedgerChanges(ledger: self, start: place, filter: filter)
    }

    /// Follows what changes for accounts after the record at a position.
    ///
    /// - Parameters:
    ///   - position: The last record whose changes were all dealt with.
    ///   - filter: Which changes; all where left out.
    public func changes(
        after position: Position, of filter: ChangeFilter = .everything
    ) -> LedgerChanges {
        changes(after: ChangePlace(position), of: filter)
    }

    fileprivate func nextPage(_ cursor: inout ChangeCursor) throws(LedgerError) -> ChangeLog.Page {
        try requireOpen()
        do {
            return try changeLog.next(&cursor)
        } catch {
            switch error {
            case .log(let cause): throw LedgerError(cause)
            case .pastHead(let position, let head):
                throw LedgerError(
                    .positionPastHead,
                    "Position \(position) is past the last record of \(path), \(head): a backup"
                        + " was restored, or the place is of another ledger. Begin after"
                        + " \(head), or earlier, and deal again with what is given.")
            case .notOfLog(let position):
                throw LedgerError(
                    .notOfLog, subject: path,
                    "The log in \(path) has another record at position \(position): a backup was"
                        + " restored and went on, or the place is of another ledger. Begin with an"
                        + " earlier place that both have, and deal again with what is given.")
            }
        }
    }
}

extension Ledger {
    /// How many followers wait for the log to grow.
    package var followers: Int { signal.waiting }

    /// How many pages followers have read who shared them with nobody, though they ask for more
    /// than one user.
    package var ownPagesOfFollowers: Int { changeLog.ownPages.load(ordering: .relaxed) }
}
