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
        try fold(record, &transaction)
    }

    /// Takes a record in; what it changes is written later.
    func apply(_ record: EventRecord, in rows: inout BufferedRows) throws(JournalError) {
        try fold(record, &rows)
    }

    private func fold<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        try translated { () throws(StorageError) in
            try transaction.putDuplicate(
                key: ViewKeys.bytes(record.user), record.position.number, in: tables.users)
        }
        if let key = record.idempotencyKey, record.part.index == 0 {
            try putNew(
                ViewKeys.bytes(key), record.position.number.bigEndianBytes, tables.keys,
                or: .keyUsed, record, &transaction)
        }
        switch record.event {
        case .stateIssued(let event):
            try putNew(
                event.digest.bytes, StateRow(issued: record.position).bytes, tables.states,
                or: .stateExists, record, &transaction)
        case .accountSelected(let event):
            if let id = event.credential,
                try credential(id, of: record.user, transaction)?.toolkit != event.toolkit
            {
                throw broken(.unknownCredential, record)
            }
            var accounts = try selection(record.user, event.toolkit, transaction)
            accounts.choice = event.credential
            try putSelection(accounts, record.user, event.toolkit, &transaction)
        case .grantLinked(let event):
            if case .state(let digest) = event.origin {
                try consume(digest, record, &transaction)
            }
            try put(
                ViewKeys.bytes(event.grant), record.position.number.bigEndianBytes,
                tables.grants, &transaction)
            if event.kind == .connected {
                try add(Credential(event, record), record, &transaction)
            } else {
                try change(event.credential, record, &transaction)
            }
        case .grantExpired(let event):
            let notice = NoticeKey(
                grant: event.grant, notice: event.notice, occurredAt: record.occurredAt)
            try put(
                ViewKeys.notice(notice), record.position.number.bigEndianBytes, tables.notices,
                &transaction)
            try change(event.credential, record, &transaction)
        case .grantRevoked(let event): try change(event.credential, record, &transaction)
        case .labelChanged(let event): try change(event.credential, record, &transaction)
        }
    }

    private func consume<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ digest: StateDigest, _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        let bytes = try translated { () throws(StorageError) in
            try transaction.copy(of: digest.bytes, in: tables.states)
        }
        guard let bytes, var row = StateRow(bytes) else { throw broken(.unknownState, record) }
        guard row.consumed == nil else { throw broken(.stateConsumed, record) }
        row.consumed = record.position
        try put(digest.bytes, row.bytes, tables.states, &transaction)
    }

    /// Takes in the first event of a credential.
    private func add<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        try putNew(
            ViewKeys.bytes(credential.id), ViewKeys.bytes(credential.user), tables.owners,
            or: .credentialExists, record, &transaction)
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
        let key = ViewKeys.account(credential.account.identity, held: credential.id)
        try put(key, ViewKeys.bytes(credential.user), tables.accounts, &transaction)
    }

    /// Frees the provider account of a credential that gives it up.
    private func release<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ transaction: inout Rows
    ) throws(JournalError) {
        let key = ViewKeys.account(credential.account.identity, held: credential.id)
        _ = try translated { () throws(StorageError) in
            try transaction.delete(key, in: tables.accounts)
        }
    }

    private func putRow<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ credential: Credential, _ transaction: inout Rows
    ) throws(JournalError) {
        let key = ViewKeys.joined(credential.user, credential.id)
        try put(key, CredentialRowCodec.encode(credential), tables.credentials, &transaction)
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
        let key = ViewKeys.joined(user, toolkit)
        if accounts.isEmpty {
            _ = try translated { () throws(StorageError) in
                try transaction.delete(key, in: tables.selections)
            }
            return
        }
        try put(key, SelectionRowCodec.encode(accounts), tables.selections, &transaction)
    }

    private func selection<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ user: UserID, _ toolkit: ToolkitID, _ rows: borrowing Rows
    ) throws(JournalError) -> ToolkitAccounts {
        let bytes = try translated { () throws(StorageError) in
            try rows.copy(of: ViewKeys.joined(user, toolkit), in: tables.selections)
        }
        return try ViewReader.decodeSelection(bytes)
    }

    private func credential<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ id: CredentialID, of user: UserID, _ rows: borrowing Rows
    ) throws(JournalError) -> Credential? {
        let key = ViewKeys.joined(user, id)
        let bytes = try translated { () throws(StorageError) in
            try rows.copy(of: key, in: tables.credentials)
        }
        return try bytes.map { bytes throws(JournalError) in
            try ViewReader.decodeCredential(key, bytes)
        }
    }

    private func putNew<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ key: [UInt8], _ value: [UInt8], _ table: Table, or reason: FoldError.Reason,
        _ record: EventRecord, _ transaction: inout Rows
    ) throws(JournalError) {
        let exists = try translated { () throws(StorageError) in
            try transaction.copy(of: key, in: table) != nil
        }
        if exists { throw broken(reason, record) }
        try put(key, value, table, &transaction)
    }

    private func broken(_ reason: FoldError.Reason, _ record: EventRecord) -> JournalError {
        JournalError(.fold(FoldError(record.position, reason)), at: record.position)
    }

    private func put<Rows: DerivedRows & ~Copyable & ~Escapable>(
        _ key: [UInt8], _ value: [UInt8], _ table: Table, _ transaction: inout Rows
    ) throws(JournalError) {
        try translated { () throws(StorageError) in
            try transaction.put(key: key, value: value, in: table)
        }
    }
}
