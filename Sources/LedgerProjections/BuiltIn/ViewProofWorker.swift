internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage

/// Folds users anew and holds what follows against the rows that there are; used by one thread.
struct ViewProofWorker: ~Copyable {
    /// Asked now and then whether to go on.
    typealias Proceed = () throws(JournalError) -> Bool

    /// How many records and rows are looked at between two such questions.
    private static let pause = 4096
    /// Numbers of a key are in one page where they are no more; there the order tells that each can
    /// be found.
    private static let mostInPage = 100

    private let tables: ViewTables
    private let log: EventLog
    private var tally = ViewProofTally()
    private var user = UserProof()
    private var left = pause

    init(_ tables: ViewTables, _ log: EventLog) {
        self.tables = tables
        self.log = log
    }

    /// Gives up what was counted.
    mutating func takeTally() -> ViewProofTally {
        defer { tally = ViewProofTally() }
        return tally
    }

    /// Whether the rows of some users, who follow on each other, are as their records imply; false
    /// too where it should not go on.
    mutating func holds(
        _ users: [[UInt8]], in snapshot: borrowing Snapshot, _ proceed: Proceed
    ) throws(JournalError) -> Bool {
        var credentials = try Self.walk(tables.credentials, from: users.first, snapshot)
        var selections = try Self.walk(tables.selections, from: users.first, snapshot)
        for key in users {
            guard let text = String(validating: key, as: UTF8.self) else { return false }
            user.begin(UserID(text))
            guard try fold(key, snapshot, proceed), user.isWhole,
                try areConditionsRight(snapshot, proceed)
            else { return false }
            // By index: a credential has many texts, each of which a copy would count.
            for index in user.order {
                let key = KeyBuffer(user.state.id, user.state.credentials[index].id)
                let row = CredentialRowCodec.encode(user.state.credentials[index])
                guard Self.isRow(key.span, row.span, try Self.next(&credentials)),
                    try has(key.span, row.span, .credentials, snapshot, proceed)
                else { return false }
            }
            for (toolkit, accounts) in user.state.toolkitAccounts {
                let key = KeyBuffer(user.state.id, toolkit)
                let row = SelectionRowCodec.encode(accounts)
                guard Self.isRow(key.span, row.span, try Self.next(&selections)),
                    try has(key.span, row.span, .selections, snapshot, proceed)
                else { return false }
            }
        }
        return true
    }

    /// Takes in the records that the index names of a user; false where one cannot be taken.
    private mutating func fold(
        _ key: [UInt8], _ snapshot: borrowing Snapshot, _ proceed: Proceed
    ) throws(JournalError) -> Bool {
        let before = tally.records
        var isRight = true
        try snapshot.scanDuplicates(of: key, in: tables.users) { (number) throws(JournalError) in
            let record = try log.requireRecord(at: Position(number), in: snapshot)
            isRight = user.take(record)
            if isRight { isRight = try goesOn(proceed) }
            tally.records += 1
            return isRight ? .next : .stop
        }
        let count = tally.records - before
        tally.add(count, in: .users)
        guard isRight, count > Self.mostInPage else { return isRight && count > 0 }
        try snapshot.scanDuplicates(of: key, in: tables.users) { (number) throws(JournalError) in
            isRight = false
            try snapshot.scanDuplicates(of: key, in: tables.users, from: number) {
                (found) throws(JournalError) in
                isRight = found == number
                return .stop
            }
            if isRight { isRight = try goesOn(proceed) }
            return isRight ? .next : .stop
        }
        return isRight
    }

    /// Whether the rows of the tables that are not in the order of users are there.
    private mutating func areConditionsRight(
        _ snapshot: borrowing Snapshot, _ proceed: Proceed
    ) throws(JournalError) -> Bool {
        try user.allRows { (name, key, value, mayBeLater) throws(JournalError) in
            if mayBeLater {
                let row = try Self.lend(key, tables.table(name), snapshot)
                guard let row, let last = UInt64(bigEndian: row),
                    let own = UInt64(bigEndian: value), last >= own
                else { return false }
                // Then the record of another user has the row.
                if last > own { return true }
            }
            return try has(key, value, name, snapshot, proceed)
        }
    }

    /// Whether a table has a row, which is counted.
    private mutating func has(
        _ key: Span<UInt8>, _ value: Span<UInt8>, _ name: ViewTables.Name,
        _ snapshot: borrowing Snapshot, _ proceed: Proceed
    ) throws(JournalError) -> Bool {
        tally.add(in: name)
        guard let row = try Self.lend(key, tables.table(name), snapshot) else { return false }
        return compareKeys(row, value) == 0 ? try goesOn(proceed) : false
    }

    private mutating func goesOn(_ proceed: Proceed) throws(JournalError) -> Bool {
        left -= 1
        guard left == 0 else { return true }
        left = Self.pause
        return try proceed()
    }
}

extension ViewProofWorker {
    private static func isRow(
        _ key: Span<UInt8>, _ row: Span<UInt8>, _ entry: Entry?
    ) -> Bool {
        guard let entry else { return false }
        return compareKeys(key, entry.key) == 0 && compareKeys(row, entry.value) == 0
    }

    @_lifetime(copy snapshot)
    private static func lend(
        _ key: Span<UInt8>, _ table: Table, _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> Span<UInt8>? {
        do { return try snapshot.value(for: key, in: table) } catch {
            throw JournalError(storage: error)
        }
    }

    @_lifetime(copy snapshot)
    private static func walk(
        _ table: Table, from first: [UInt8]?, _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> Cursor {
        do { return try snapshot.cursor(in: table, from: first) } catch {
            throw JournalError(storage: error)
        }
    }

    @_lifetime(copy rows)
    private static func next(_ rows: inout Cursor) throws(JournalError) -> Entry? {
        do { return try rows.next() } catch { throw JournalError(storage: error) }
    }
}
