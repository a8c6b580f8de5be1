package import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
package import LedgerStorage

/// Applies records to the derived tables: the one fold for appending and for rebuilding.
package struct ViewWriter: Sendable {
    private let tables: ViewTables
    private let accountKey: AccountKey?

    /// Writes to the tables of an environment what follows from a log.
    ///
    /// - Parameter accountKey: The key of the provider account of the record that will be applied.
    package init(_ tables: ViewTables, accountKey: AccountKey? = nil) {
        self.tables = tables
        self.accountKey = accountKey
    }

    /// Takes a record in.
    ///
    /// What it costs depends on the accounts of one toolkit at most, however many the user has.
    package func apply(
        _ record: EventRecord, in transaction: inout WriteTransaction
    ) throws(JournalError) {
        try foldIndexes(record, &transaction)
        try foldViews(record, &transaction)
    }

    /// Takes a record in as far as it concerns the tables of `ViewTables.indexes`; what it changes
    /// is written later.
    func applyToIndexes(
        _ record: EventRecord, in rows: inout BufferedRows
    ) throws(JournalError) {
        try foldIndexes(record, &rows)
    }

    /// Takes a record in as far as it concerns the other tables.
    ///
    /// Neither part asks for what the other one makes. A record that neither can take is refused
    /// by the indexes.
    func applyToViews(_ record: EventRecord, in rows: inout BufferedRows) throws(JournalError) {
        try foldViews(record, &rows)
    }
}

// The indexes.
extension ViewWriter {
    private func foldIndexes<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ record: EventRecord, _ rows: inout Rows
    ) throws(JournalError) {
        do {
            try rows.putDuplicate(
                key: record.user.text.utf8.span, record.position.number, in: tables.users)
        } catch {
            throw JournalError(storage: error)
        }
        let position = PositionBytes(bigEndian: record.position.number)
        if let key = record.idempotencyKey, record.part.index == 0 {
            try putNew(
                key.text.utf8.span, position.span, tables.keys, or: .keyUsed, record, &rows)
        }
        switch record.event {
        case .stateIssued(let event):
            try putNew(
                event.digest.bytes.span, position.span, tables.states, or: .stateExists, record,
                &rows)
        case .grantLinked(let event):
            if case .state(let digest) = event.origin { try consume(digest, record, &rows) }
            try put(event.grant.text.utf8.span, position.span, tables.grants, &rows)
            guard event.kind == .connected else { return }
            try putNew(
                event.credential.text.utf8.span, record.user.text.utf8.span, tables.owners,
                or: .credentialExists, record, &rows)
        case .grantExpired(let event):
            let notice = NoticeKey(
                grant: event.grant, notice: event.notice, occurredAt: record.occurredAt)
            try put(ViewKeys.notice(notice).span, position.span, tables.notices, &rows)
        case .accountSelected, .grantRevoked, .labelChanged: break
        }
    }

    private func consume<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ digest: StateDigest, _ record: EventRecord, _ rows: inout Rows
    ) throws(JournalError) {
        let key = digest.bytes
        let found = try rows.read(key.span, in: tables.states) {
            (row) throws(JournalError) -> [UInt8]? in
            guard let row else { return nil }
            return [UInt8](copying: row)
        }
        guard let found, var row = StateRow(found) else { throw broken(.unknownState, record) }
        guard row.consumed == nil else { throw broken(.stateConsumed, record) }
        row.consumed = record.position
        try put(key.span, row.bytes.span, tables.states, &rows)
    }
}

// The views, and which credential has which account.
extension ViewWriter {
    private func foldViews<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ record: EventRecord, _ rows: inout Rows
    ) throws(JournalError) {
        switch record.event {
        case .stateIssued: break
        case .accountSelected(let event):
            if let id = event.credential,
                try credential(id, of: record.user, rows)?.toolkit != event.toolkit
            {
                throw broken(.unknownCredential, record)
            }
            try changeSelection(record.user, event.toolkit, &rows) { (accounts, _) in
                guard accounts.choice != event.credential else { return false }
                accounts.choice = event.credential
                return true
            }
        case .grantLinked(let event) where event.kind == .connected:
            try add(record.credential(made: event), &rows)
        case .grantLinked(let event): try change(event.credential, record, &rows)
        case .grantExpired(let event): try change(event.credential, record, &rows)
        case .grantRevoked(let event): try change(event.credential, record, &rows)
        case .labelChanged(let event): try change(event.credential, record, &rows)
        }
    }

    /// Takes in the first event of a credential.
    private func add<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ rows: inout Rows
    ) throws(JournalError) {
        try hold(credential, &rows)
        try putRow(credential, &rows)
        try changeSelection(credential.user, credential.toolkit, &rows) {
            (accounts, rows) throws(JournalError) in
            let account = ToolkitAccounts.Account(
                credential: credential.id, isUsable: credential.isUsable)
            let place = try place(of: credential, among: accounts.live, rows)
            accounts.live.insert(account, at: place)
            return true
        }
    }

    /// Takes in a later event of a credential.
    private func change<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ id: CredentialID, _ record: EventRecord, _ rows: inout Rows
    ) throws(JournalError) {
        guard let before = try credential(id, of: record.user, rows) else {
            throw broken(.unknownCredential, record)
        }
        var after = before
        do { try after.apply(record) } catch { throw broken(error.reason, record) }
        if !after.isLive || after.account.identity != before.account.identity {
            try release(before, &rows)
            if after.isLive { try hold(after, &rows) }
        }
        try putRow(after, &rows)
        guard after.status != before.status else { return }
        try changeSelection(after.user, after.toolkit, &rows) { (accounts, _) in
            guard let index = accounts.live.firstIndex(where: { $0.credential == id }) else {
                return false
            }
            if after.isLive {
                accounts.live[index].isUsable = after.isUsable
            } else {
                accounts.live.remove(at: index)
            }
            return true
        }
    }

    /// Notes that a live credential has its provider account.
    private func hold<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ rows: inout Rows
    ) throws(JournalError) {
        let account = AccountKey.of(credential.account.identity, made: accountKey)
        let key = KeyBuffer(account, held: credential.id)
        try put(key.span, credential.user.text.utf8.span, tables.accounts, &rows)
    }

    /// Frees the provider account of a credential that gives it up.
    private func release<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ rows: inout Rows
    ) throws(JournalError) {
        let account = AccountKey.of(credential.account.identity, made: accountKey)
        let key = KeyBuffer(account, held: credential.id)
        do { _ = try rows.delete(key.span, in: tables.accounts) } catch {
            throw JournalError(storage: error)
        }
    }

    private func putRow<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ rows: inout Rows
    ) throws(JournalError) {
        let key = KeyBuffer(credential.user, credential.id)
        try put(key.span, CredentialRowCodec.encode(credential).span, tables.credentials, &rows)
    }

    /// How many live credentials of the toolkit were connected before; mostly all of them.
    private func place<Rows: DerivedRows & ~Copyable & ~Escapable>(
        of new: Credential, among live: [ToolkitAccounts.Account], _ rows: borrowing Rows
    ) throws(JournalError) -> Int {
        var (low, high) = (0, live.count)
        while low < high {
            let middle = high == live.count ? high - 1 : low + (high - low) / 2
            let key = KeyBuffer(new.user, live[middle].credential)
            let isBefore = try rows.read(key.span, in: tables.credentials) {
                (row) throws(JournalError) in
                guard let row, let other = try? CredentialRowCodec.connection(in: row) else {
                    throw JournalError(.damagedRow(table: ViewTables.Name.credentials.rawValue))
                }
                return other < (new.firstConnectedAt, new.createdAt)
            }
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Reads what a selection depends on, changes it and writes it where anything changed; without
    /// anything left there is no row.
    ///
    /// - Parameter change: Answers whether it changed anything.
    private func changeSelection<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ user: UserID, _ toolkit: ToolkitID, _ rows: inout Rows,
        _ change: (inout ToolkitAccounts, borrowing Rows) throws(JournalError) -> Bool
    ) throws(JournalError) {
        let key = KeyBuffer(user, toolkit)
        var accounts = try rows.read(key.span, in: tables.selections) {
            (row) throws(JournalError) in
            try ViewReader.decodeSelection(row)
        }
        guard try change(&accounts, rows) else { return }
        guard accounts.isEmpty else {
            return try put(
                key.span, SelectionRowCodec.encode(accounts).span, tables.selections, &rows)
        }
        do { _ = try rows.delete(key.span, in: tables.selections) } catch {
            throw JournalError(storage: error)
        }
    }

    private func credential<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ id: CredentialID, of user: UserID, _ rows: borrowing Rows
    ) throws(JournalError) -> Credential? {
        let key = KeyBuffer(user, id)
        return try rows.read(key.span, in: tables.credentials) { (row) throws(JournalError) in
            guard let row else { return nil }
            return try ViewReader.decodeCredential(row, of: user, id)
        }
    }

    private func putNew<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ key: Span<UInt8>, _ value: Span<UInt8>, _ table: Table, or reason: FoldError.Reason,
        _ record: EventRecord, _ rows: inout Rows
    ) throws(JournalError) {
        let isNew: Bool
        do { isNew = try rows.putNew(key: key, value: value, in: table) } catch {
            throw JournalError(storage: error)
        }
        if !isNew { throw broken(reason, record) }
    }

    private func broken(_ reason: FoldError.Reason, _ record: EventRecord) -> JournalError {
        JournalError(.fold(FoldError(record.position, reason)), at: record.position)
    }

    private func put<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ key: Span<UInt8>, _ value: Span<UInt8>, _ table: Table, _ rows: inout Rows
    ) throws(JournalError) {
        do { try rows.put(key: key, value: value, in: table) } catch {
            throw JournalError(storage: error)
        }
    }
}
