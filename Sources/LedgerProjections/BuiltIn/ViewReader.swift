package import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
package import LedgerStorage

/// Reads the derived tables as one snapshot sees them.
package struct ViewReader: ~Copyable, ~Escapable {
    let tables: ViewTables
    let log: EventLog
    let snapshot: Snapshot
    let accountKey: AccountKey?

    /// Reads from a snapshot that is given up to it.
    ///
    /// - Parameter accountKey: The key of the provider account that will be asked for.
    @_lifetime(copy snapshot)
    package init(
        _ tables: ViewTables, _ log: EventLog, _ snapshot: consuming Snapshot,
        accountKey: AccountKey? = nil
    ) {
        self.tables = tables
        self.log = log
        self.snapshot = snapshot
        self.accountKey = accountKey
    }

    /// A user's version: the position of the last record.
    package func version(of user: UserID) throws(JournalError) -> UserVersion {
        let last = try translated { () throws(StorageError) in
            try snapshot.lastDuplicate(of: user.text.utf8.span, in: tables.users)
        }
        return UserVersion(last ?? 0)
    }

    /// The positions of a user's records, ascending, after one and up to one.
    package func positions(
        of user: UserID, after first: Position = .start, through last: Position? = nil,
        limit: Int = .max
    ) throws(JournalError) -> [Position] {
        var positions: [Position] = []
        guard limit > 0 else { return positions }
        try snapshot.scanDuplicates(
            of: ViewKeys.bytes(user), in: tables.users, from: first.next.number
        ) { (number) throws(JournalError) in
            if let last, number > last.number { return .stop }
            positions.append(Position(number))
            return positions.count < limit ? .next : .stop
        }
        return positions
    }

    /// The positions of a user's records, descending, before one.
    package func scanPositionsBackwards(
        of user: UserID, before position: Position? = nil,
        _ body: (Position) throws(JournalError) -> ScanStep
    ) throws(JournalError) {
        try snapshot.scanDuplicates(
            of: ViewKeys.bytes(user), in: tables.users, below: position?.number, reversed: true
        ) { (number) throws(JournalError) in try body(Position(number)) }
    }

    /// Visits the users with records, in the order of their bytes.
    package func scanUsers(
        after user: UserID? = nil, _ body: (UserID) throws(JournalError) -> ScanStep
    ) throws(JournalError) {
        let lower = user.map { ViewKeys.bytes($0) + [0] }
        try snapshot.scanKeys(in: tables.users, from: lower) { (key) throws(JournalError) in
            guard let text = String(validating: [UInt8](copying: key), as: UTF8.self) else {
                throw JournalError(.damagedRow(table: ViewTables.Name.users.rawValue))
            }
            return try body(UserID(text))
        }
    }

    /// A user's credentials, revoked ones too, in the order of first connection.
    package func credentials(of user: UserID) throws(JournalError) -> [Credential] {
        var credentials: [Credential] = []
        let prefix = KeyBuffer(prefix: user)
        var rows: PrefixCursor
        do {
            rows = try snapshot.cursor(in: tables.credentials, startingWith: prefix.span)
        } catch {
            throw JournalError(storage: error)
        }
        while true {
            do throws(StorageError) {
                guard try rows.advance() else { break }
            } catch {
                throw JournalError(storage: error)
            }
            if credentials.isEmpty { credentials.reserveCapacity(Self.usualAccounts) }
            credentials.append(try Self.decodeCredential(rows.value, of: user, rows.restOfKey))
            guard credentials.count <= Self.fewAccounts else { continue }
            let place = Self.placeOfLast(of: credentials.span)
            // Within its memory: an array exchanges copies, and counts the users of all texts.
            var elements = credentials.mutableSpan
            for index in stride(from: elements.count - 1, to: place, by: -1) {
                elements.swapAt(index - 1, index)
            }
        }
        if credentials.count > Self.fewAccounts {
            credentials.sort(by: Credential.isOrderedBefore)
        }
        return credentials
    }

    /// One credential of a user.
    package func credential(
        _ id: CredentialID, of user: UserID
    ) throws(JournalError) -> Credential? {
        guard let row = try lend(KeyBuffer(user, id), tables.credentials) else { return nil }
        return try Self.decodeCredential(row, of: user, id)
    }

    /// What the tables hold of a user.
    package func user(_ id: UserID) throws(JournalError) -> UserState {
        let version = try version(of: id)
        guard version > UserVersion(0) else { return UserState(id: id) }
        var choices: [ToolkitID: CredentialID] = [:]
        for (toolkit, accounts) in try toolkitAccounts(of: id) {
            choices[toolkit] = accounts.choice
        }
        return UserState(
            id: id, version: version, credentials: try credentials(of: id), choices: choices)
    }

    /// What the selection for a toolkit depends on.
    package func toolkitAccounts(
        of user: UserID, _ toolkit: ToolkitID
    ) throws(JournalError) -> ToolkitAccounts {
        guard let row = try lend(KeyBuffer(user, toolkit), tables.selections) else {
            return ToolkitAccounts()
        }
        do { return try SelectionRowCodec.decode(row) } catch {
            throw JournalError(.damagedRow(table: ViewTables.Name.selections.rawValue))
        }
    }

    /// Which credential a toolkit acts as for a user, as it is now.
    package func selection(
        of user: UserID, _ toolkit: ToolkitID, policy: Policy, at position: Position
    ) throws(JournalError) -> Selection {
        guard let row = try lend(KeyBuffer(user, toolkit), tables.selections) else {
            return ToolkitAccounts().select(toolkit, policy: policy, at: position)
        }
        do {
            return try SelectionRowCodec.select(in: row, toolkit, policy: policy, at: position)
        } catch {
            throw JournalError(.damagedRow(table: ViewTables.Name.selections.rawValue))
        }
    }

    /// What the selections of a user depend on, by toolkit in the order of their bytes.
    package func toolkitAccounts(
        of user: UserID
    ) throws(JournalError) -> [(toolkit: ToolkitID, accounts: ToolkitAccounts)] {
        var rows: [(toolkit: ToolkitID, accounts: ToolkitAccounts)] = []
        try snapshot.scan(tables.selections, prefix: ViewKeys.prefix(user)) {
            (key, value) throws(JournalError) in
            guard let (_, toolkit) = ViewKeys.split([UInt8](copying: key)) else {
                throw JournalError(.damagedRow(table: ViewTables.Name.selections.rawValue))
            }
            guard let accounts = try? SelectionRowCodec.decode(value) else {
                throw JournalError(.damagedRow(table: ViewTables.Name.selections.rawValue))
            }
            rows.append((ToolkitID(toolkit), accounts))
            return .next
        }
        return rows
    }

    /// Reads a row of table `selections`; a key without a row has no accounts.
    static func decodeSelection(_ row: Span<UInt8>?) throws(JournalError) -> ToolkitAccounts {
        guard let row else { return ToolkitAccounts() }
        do { return try SelectionRowCodec.decode(row) } catch {
            throw JournalError(.damagedRow(table: ViewTables.Name.selections.rawValue))
        }
    }

    /// Most users have no more, and the list of theirs is made once.
    private static let usualAccounts = 4
    /// So many are put in order one by one.
    private static let fewAccounts = 32

    /// How many of some credentials come before the last; the others are in order.
    private static func placeOfLast(of credentials: Span<Credential>) -> Int {
        var place = credentials.count - 1
        let last = (credentials[place].firstConnectedAt, credentials[place].createdAt)
        while place > 0 {
            let before = place - 1
            let order = (credentials[before].firstConnectedAt, credentials[before].createdAt)
            guard last < order else { break }
            place = before
        }
        return place
    }

    /// Reads a row of table `credentials` that a walk over those of a user has reached.
    private static func decodeCredential(
        _ row: Span<UInt8>, of user: UserID, _ id: Span<UInt8>
    ) throws(JournalError) -> Credential {
        do {
            let id = CredentialID(String(copying: try UTF8Span(validating: id)))
            return try CredentialRowCodec.decode(row, user: user, id: id)
        } catch {
            throw JournalError(.damagedRow(table: ViewTables.Name.credentials.rawValue))
        }
    }

    /// Reads a row of table `credentials`.
    static func decodeCredential(
        _ row: Span<UInt8>, of user: UserID, _ id: CredentialID
    ) throws(JournalError) -> Credential {
        do { return try CredentialRowCodec.decode(row, user: user, id: id) } catch {
            throw JournalError(.damagedRow(table: ViewTables.Name.credentials.rawValue))
        }
    }

    @_lifetime(copy self)
    func lend(_ key: borrowing KeyBuffer, _ table: Table) throws(JournalError) -> Span<UInt8>? {
        try lend(key.span, table)
    }

    @_lifetime(copy self)
    func lend(
        _ key: borrowing Span<UInt8>, _ table: Table
    ) throws(JournalError) -> Span<UInt8>? {
        do { return try snapshot.value(for: key, in: table) } catch {
            throw JournalError(storage: error)
        }
    }
}

extension ViewReader {
    /// The record at a position that an index names.
    package func record(at position: Position) throws(JournalError) -> EventRecord {
        try log.requireRecord(at: position, in: snapshot)
    }

    /// The position of the last record.
    package func head() throws(JournalError) -> Position {
        try log.head(in: snapshot)
    }

    /// The last position recorded at that time or before.
    package func position(asOf time: Timestamp) throws(JournalError) -> Position {
        try log.position(asOf: time, in: snapshot)
    }

    /// Visits the records of a range in order.
    package func scanRecords(
        from first: Position, through last: Position,
        _ body: (consuming EventRecord) throws(JournalError) -> ScanStep
    ) throws(JournalError) {
        try log.scan(from: first, through: last, in: snapshot, body)
    }

    /// Visits the records of a range in order, with their stored bytes, which are lent; a gap is an
    /// error.
    package func scanStoredRecords(
        from first: Position, through last: Position,
        _ body: (consuming EventRecord, Span<UInt8>) throws(JournalError) -> ScanStep
    ) throws(JournalError) {
        try log.scanRecords(from: first, through: last, in: snapshot, body)
    }
}
