package import LedgerDomain
package import LedgerJournal
package import LedgerStorage
internal import Synchronization

/// Folds all users of a log anew, each from the records that table `users` names, on several
/// threads at once.
///
/// Nothing of the views is read. Each page of users is read in a transaction of its own, because
/// the log up to a position never changes.
package final class LogFold: Sendable {
    /// What is told of each user; returns whether to go on, and is called by several threads.
    package typealias Body = @Sendable (UserState) -> Bool

    /// How many users are folded in one transaction.
    private static let usersAtOnce = 128

    /// More threads than these are of no use, and each takes a reader.
    private static let mostThreads = 64

    private struct State {
        var records = 0
        /// The first of what was found, in the order of the log where it names a record.
        var failure: JournalError?
        var isStopped = false

        mutating func note(_ error: JournalError) {
            let last = Position(.max)
            if let failure, failure.position ?? last <= error.position ?? last { return }
            failure = error
        }
    }

    private let environment: Environment
    private let users: Table
    private let log: EventLog
    private let last: Position
    private let pages: UserPages
    private let body: Body
    private let state = Mutex(State())

    /// Prepares a fold.
    ///
    /// - Parameters:
    ///   - environment: The environment of the log.
    ///   - last: The last record to take in; not past the head.
    ///   - body: Is given each user who has records up to there, in no order.
    package init(
        of environment: Environment, through last: Position, _ body: @escaping Body
    ) throws(JournalError) {
        self.environment = environment
        self.last = last
        self.body = body
        users = try ViewTables(in: environment).users
        log = try EventLog(in: environment)
        pages = UserPages(of: users, size: Self.usersAtOnce)
    }

    /// Folds on the calling thread and on others beside it, until all is done.
    ///
    /// - Parameter threads: How many threads fold, the calling one among them; at least 1.
    /// - Returns: Whether all users were folded; false where the body ended it.
    /// - Throws: What the records or the index are damaged by; `damagedRow` where the index leaves
    ///   a record out.
    package func run(threads: Int) throws(JournalError) -> Bool {
        // Where no thread can be had, those there are do it all.
        let others = (1..<min(max(threads, 1), Self.mostThreads)).compactMap { _ in
            try? SideThread(name: "ledger-fold", ())
        }
        for other in others { other.begin { [self] _ in work() } }
        work()
        for other in others { other.finish { _ in } }
        let state = state.withLock { $0 }
        if let failure = state.failure { throw failure }
        if state.isStopped { return false }
        guard state.records == Int(clamping: last.number) else {
            throw JournalError(.damagedRow(table: ViewTables.Name.users.rawValue))
        }
        return true
    }

    private func work() {
        do throws(JournalError) {
            while try foldNext() {}
        } catch {
            pages.stop()
            state.withLock { $0.note(error) }
        }
    }

    /// Folds the users of the next page; false where there is none, or the body ended it.
    ///
    /// The body is called when the transaction has ended.
    private func foldNext() throws(JournalError) -> Bool {
        var (folded, states) = (0, [UserState]())
        let isEnd = try environment.read { (snapshot) throws(JournalError) in
            let keys = try pages.next(in: snapshot)
            var index = try cursor(from: keys.first, snapshot)
            var entry = try Self.next(&index)
            for key in keys {
                guard let text = String(validating: key, as: UTF8.self) else {
                    throw JournalError(.damagedRow(table: ViewTables.Name.users.rawValue))
                }
                var user = UserState(id: UserID(text))
                while let found = entry, compareKeys(found.key, key.span) == 0 {
                    let position = UInt64(bigEndian: found.value).map { Position($0) }
                    if let position, position <= last {
                        try take(position, into: &user, snapshot)
                        folded += 1
                    }
                    entry = try Self.next(&index)
                }
                if user.version > UserVersion(0) { states.append(user) }
            }
            return keys.isEmpty
        }
        for user in states {
            guard state.withLock({ !$0.isStopped && $0.failure == nil }) else { return false }
            guard body(user) else {
                stop()
                return false
            }
        }
        state.withLock { $0.records += folded }
        return !isEnd
    }

    private func take(
        _ position: Position, into user: inout UserState, _ snapshot: borrowing Snapshot
    ) throws(JournalError) {
        let record = try log.requireRecord(at: position, in: snapshot)
        do { try user.apply(record) } catch {
            throw JournalError(.fold(error), at: position)
        }
    }

    @_lifetime(copy snapshot)
    private func cursor(
        from first: [UInt8]?, _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> Cursor {
        do { return try snapshot.cursor(in: users, from: first) } catch {
            throw JournalError(storage: error)
        }
    }

    @_lifetime(copy rows)
    private static func next(_ rows: inout Cursor) throws(JournalError) -> Entry? {
        do { return try rows.next() } catch { throw JournalError(storage: error) }
    }

    private func stop() {
        pages.stop()
        state.withLock { $0.isStopped = true }
    }
}
