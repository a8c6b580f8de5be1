internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage

/// Folds users anew and holds what follows against the rows that there are; used by one thread.
struct ViewProofWorker: ~Copyable {
    private let tables: ViewTables
    private let log: EventLog
    private let key: RowSum.Key
    private(set) var tally: ViewProofTally
    private var user = UserProof()

    init(_ tables: ViewTables, _ log: EventLog, _ key: RowSum.Key) {
        self.tables = tables
        self.log = log
        self.key = key
        tally = ViewProofTally(key)
    }

    /// Whether the rows of some users, who follow on each other, are as their records imply.
    ///
    /// Those of the tables that are not in the order of users are added up.
    mutating func holds(
        _ users: [[UInt8]], in snapshot: borrowing Snapshot
    ) throws(StorageError) -> Bool {
        var index = try snapshot.cursor(in: tables.users, from: users.first)
        var credentials = try snapshot.cursor(in: tables.credentials, from: users.first)
        var selections = try snapshot.cursor(in: tables.selections, from: users.first)
        var entry = try index.next()
        for key in users {
            guard let text = String(validating: key, as: UTF8.self) else { return false }
            user.begin(UserID(text))
            while let found = entry, compareKeys(found.key, key.span) == 0 {
                guard let number = UInt64(bigEndian: found.value),
                    take(Position(number), snapshot)
                else { return false }
                entry = try index.next()
            }
            guard try user.expectRows(in: &tally, tables, snapshot),
                try areNext(&credentials), try areNextSelections(&selections)
            else { return false }
        }
        return true
    }

    /// Takes in a record that the index names; false where it cannot be, or is of another user.
    private mutating func take(_ position: Position, _ snapshot: borrowing Snapshot) -> Bool {
        do throws(JournalError) {
            let record = try log.requireRecord(at: position, in: snapshot)
            tally.records += 1
            return user.take(record, &tally)
        } catch {
            return false
        }
    }

    /// Whether the next rows of a walk over table `credentials` are those of the user.
    private mutating func areNext(_ rows: inout Cursor) throws(StorageError) -> Bool {
        // By index: a credential has many texts, each of which a copy would count.
        for index in user.order {
            let key = ViewKeys.joined(user.state.id, user.state.credentials[index].id)
            let row = CredentialRowCodec.encode(user.state.credentials[index])
            guard Self.isRow(key, row, try rows.next()) else { return false }
            tally.credentials += 1
        }
        return true
    }

    /// Whether the next rows of a walk over table `selections` are those of the user.
    private mutating func areNextSelections(_ rows: inout Cursor) throws(StorageError) -> Bool {
        for (toolkit, accounts) in user.state.toolkitAccounts {
            let key = ViewKeys.joined(user.state.id, toolkit)
            guard Self.isRow(key, SelectionRowCodec.encode(accounts), try rows.next()) else {
                return false
            }
            tally.selections += 1
        }
        return true
    }

    private static func isRow(_ key: [UInt8], _ row: [UInt8], _ entry: Entry?) -> Bool {
        guard let entry else { return false }
        return compareKeys(key.span, entry.key) == 0 && compareKeys(row.span, entry.value) == 0
    }

    /// Adds up the rows that a table has.
    mutating func addRows(
        of name: ViewTables.Name, in snapshot: borrowing Snapshot
    ) throws(StorageError) {
        var sum = RowSum(key)
        try snapshot.scan(tables.table(name)) { (key, value) throws(StorageError) in
            sum.add(key: key, value: value)
            return .next
        }
        tally.setPresent(sum, in: name)
    }
}
