package import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
package import LedgerStorage

/// Applies records to the derived tables: the one fold for appending and for rebuilding.
package struct ViewWriter: Sendable {
    private let tables: ViewTables

    /// Writes to the tables of an environment what follows from a log.
    package init(_ tables: ViewTables) { self.tables = tables }

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
        _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        let position = KeyBuffer(record.position)
        do throws(StorageError) {
            try transaction.putDuplicate(
                key: record.user.text.utf8.span, record.position.number, in: tables.users)
        } catch {
            throw JournalError(storage: error)
        }
        if let key = record.idempotencyKey, record.part.index == 0 {
            try putNew(
                key.text.utf8.span, position.span, tables.keys, or: .keyUsed, record, &transaction)
        }
        switch record.event {
        case .stateIssued(let event):
            try putNew(
                event.digest.bytes.span, position.span, tables.states, or: .stateExists, record,
                &transaction)
        case .grantLinked(let event):
            if case .state(let digest) = event.origin {
                try consume(digest, record, &transaction)
            }
            try put(event.grant.text.utf8.span, position.span, tables.grants, &transaction)
            guard event.kind == .connected else { return }
            try putNew(
                event.credential.text.utf8.span, record.user.text.utf8.span, tables.owners,
                or: .credentialExists, record, &transaction)
        case .grantExpired(let event):
            let notice = NoticeKey(
                grant: event.grant, notice: event.notice, occurredAt: record.occurredAt)
            try put(ViewKeys.notice(notice).span, position.span, tables.notices, &transaction)
        case .accountSelected, .grantRevoked, .labelChanged: break
        }
    }

    private func consume<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ digest: StateDigest, _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        let key = digest.bytes
        let bytes = try copy(of: key.span, tables.states, transaction)
        guard let bytes, var row = StateRow(bytes) else { throw broken(.unknownState, record) }
        guard row.consumed == nil else { throw broken(.stateConsumed, record) }
        row.consumed = record.position
        try put(key.span, row.bytes.span, tables.states, &transaction)
    }
}

// The views, and which credential has which account.
extension ViewWriter {
    private func foldViews<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        switch record.event {
        case .stateIssued: break
        case .accountSelected(let event): try choose(event, record, &transaction)
        case .grantLinked(let event) where event.kind == .connected:
            try add(Credential(event, record), &transaction)
        case .grantLinked(let event): try change(event.credential, record, &transaction)
        case .grantExpired(let event): try change(event.credential, record, &transaction)
        case .grantRevoked(let event): try change(event.credential, record, &transaction)
        case .labelChanged(let event): try change(event.credential, record, &transaction)
        }
    }

    private func choose<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ event: AccountSelected, _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        if let id = event.credential,
            try credential(id, of: record.user, transaction)?.toolkit != event.toolkit
        {
            throw broken(.unknownCredential, record)
        }
        var accounts = try selection(record.user, event.toolkit, transaction)
        accounts.choice = event.credential
        try putSelection(accounts, record.user, event.toolkit, &transaction)
    }

    /// Takes in the first event of a credential.
    private func add<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ transaction: inout Rows
    ) throws(JournalError) {
        try hold(credential, &transaction)
        try putRow(credential, &transaction)
        var accounts = try selection(credential.user, credential.toolkit, transaction)
        let place = try place(of: credential, among: accounts.live, transaction)
        let account = ToolkitAccounts.Account(
            credential: credential.id, isUsable: credential.isUsable)
        accounts.live.insert(account, at: place)
        try putSelection(accounts, credential.user, credential.toolkit, &transaction)
    }

    /// Takes in a later event of a credential.
    private func change<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ id: CredentialID, _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        guard let before = try credential(id, of: record.user, transaction) else {
            throw broken(.unknownCredential, record)
        }
        var after = before
        do { try after.apply(record) } catch { throw broken(error.reason, record) }
        if !after.isLive || after.account.identity != before.account.identity {
            try release(before, &transaction)
            if after.isLive { try hold(after, &transaction) }
        }
        try putRow(after, &transaction)
        guard after.status != before.status else { return }
        var accounts = try selection(after.user, after.toolkit, transaction)
        guard let index = accounts.live.firstIndex(where: { $0.credential == id }) else { return }
        if after.isLive {
            accounts.live[index].isUsable = after.isUsable
        } else {
            accounts.live.remove(at: index)
        }
        try putSelection(accounts, after.user, after.toolkit, &transaction)
    }

    /// Notes that a live credential has its provider account.
    private func hold<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ transaction: inout Rows
    ) throws(JournalError) {
        let key = KeyBuffer(credential.account.identity, held: credential.id)
        try put(key.span, credential.user.text.utf8.span, tables.accounts, &transaction)
    }

    /// Frees the provider account of a credential that gives it up.
    private func release<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ transaction: inout Rows
    ) throws(JournalError) {
        let key = KeyBuffer(credential.account.identity, held: credential.id)
        try remove(key.span, tables.accounts, &transaction)
    }

    private func putRow<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ transaction: inout Rows
    ) throws(JournalError) {
        let key = KeyBuffer(credential.user, credential.id)
        let row = CredentialRowCodec.encode(credential)
        try put(key.span, row.span, tables.credentials, &transaction)
    }

    /// How many live credentials of the toolkit were connected before; mostly all of them.
    private func place<Rows: DerivedRows & ~Copyable & ~Escapable>(
        of new: Credential, among live: [ToolkitAccounts.Account], _ rows: borrowing Rows
    ) throws(JournalError) -> Int {
        var (low, high) = (0, live.count)
        while low < high {
            let middle = high == live.count ? high - 1 : low + (high - low) / 2
            let other = try credential(live[middle].credential, of: new.user, rows)
            guard let other else {
                throw JournalError(.damagedRow(table: ViewTables.Name.credentials.rawValue))
            }
            if Credential.isOrderedBefore(other, new) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func putSelection<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ accounts: ToolkitAccounts, _ user: UserID, _ toolkit: ToolkitID,
        _ transaction: inout Rows
    ) throws(JournalError) {
        let key = KeyBuffer(user, toolkit)
        if accounts.isEmpty { return try remove(key.span, tables.selections, &transaction) }
        let row = SelectionRowCodec.encode(accounts)
        try put(key.span, row.span, tables.selections, &transaction)
    }

    private func selection<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ user: UserID, _ toolkit: ToolkitID, _ rows: borrowing Rows
    ) throws(JournalError) -> ToolkitAccounts {
        try ViewReader.decodeSelection(
            try copy(of: KeyBuffer(user, toolkit).span, tables.selections, rows))
    }

    private func credential<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ id: CredentialID, of user: UserID, _ rows: borrowing Rows
    ) throws(JournalError) -> Credential? {
        let bytes = try copy(of: KeyBuffer(user, id).span, tables.credentials, rows)
        guard let bytes else { return nil }
        guard let row = try? CredentialRowCodec.decode(bytes, user: user, id: id) else {
            throw JournalError(.damagedRow(table: ViewTables.Name.credentials.rawValue))
        }
        return row
    }
}

extension ViewWriter {
    private func putNew<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ key: Span<UInt8>, _ value: Span<UInt8>, _ table: Table, or reason: FoldError.Reason,
        _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        let exists: Bool
        do throws(StorageError) { exists = try transaction.contains(key, in: table) } catch {
            throw JournalError(storage: error)
        }
        if exists { throw broken(reason, record) }
        try put(key, value, table, &transaction)
    }

    private func broken(_ reason: FoldError.Reason, _ record: EventRecord) -> JournalError {
        JournalError(.fold(FoldError(record.position, reason)), at: record.position)
    }

    private func copy<Rows: DerivedRows & ~Copyable & ~Escapable>(
        of key: Span<UInt8>, _ table: Table, _ rows: borrowing Rows
    ) throws(JournalError) -> [UInt8]? {
        do throws(StorageError) { return try rows.copy(of: key, in: table) } catch {
            throw JournalError(storage: error)
        }
    }

    private func put<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ key: Span<UInt8>, _ value: Span<UInt8>, _ table: Table, _ transaction: inout Rows
    ) throws(JournalError) {
        do throws(StorageError) { try transaction.put(key: key, value: value, in: table) } catch {
            throw JournalError(storage: error)
        }
    }

    private func remove<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ key: Span<UInt8>, _ table: Table, _ transaction: inout Rows
    ) throws(JournalError) {
        do throws(StorageError) { _ = try transaction.delete(key, in: table) } catch {
            throw JournalError(storage: error)
        }
    }
}
