package import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
package import LedgerStorage

/// Applies records to the derived tables: the one fold for appending and for rebuilding.
package struct ViewWriter: Sendable {
    private let tables: ViewTables

    /// Writes to the tables of an environment.
    package init(_ tables: ViewTables) {
        self.tables = tables
    }

    /// Takes a record in.
    ///
    /// - Parameters:
    ///   - user: What the tables hold of the record's user before it; afterwards, what they hold
    ///     then.
    package func apply(
        _ record: EventRecord, to user: inout UserState, in transaction: inout WriteTransaction
    ) throws(JournalError) {
        let before = user
        do { try user.apply(record) } catch {
            throw JournalError(.fold(error), at: record.position)
        }
        try writeConditions(record, before, &transaction)
        try writeViews(record, user, &transaction)
    }

    private func writeConditions(
        _ record: EventRecord, _ before: UserState, _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        let position = record.position.number
        try translated { () throws(StorageError) in
            try transaction.putDuplicate(
                key: ViewKeys.bytes(record.user), position, in: tables.users)
        }
        if let key = record.idempotencyKey, record.part.index == 0 {
            try put(ViewKeys.bytes(key), position.bigEndianBytes, tables.keys, &transaction)
        }
        switch record.event {
        case .stateIssued(let event):
            let row = StateRow(issued: record.position)
            try put(event.digest.bytes, row.bytes, tables.states, &transaction)
        case .grantLinked(let event): try writeLink(event, record, before, &transaction)
        case .grantExpired(let event):
            let notice = NoticeKey(
                grant: event.grant, notice: event.notice, occurredAt: record.occurredAt)
            try put(
                ViewKeys.notice(notice), position.bigEndianBytes, tables.notices, &transaction)
        case .grantRevoked(let event):
            if let credential = before.credential(event.credential), credential.isLive,
                credential.grant == event.grant
            {
                try release(credential, &transaction)
            }
        case .labelChanged, .accountSelected: break
        }
    }

    private func writeLink(
        _ event: GrantLinked, _ record: EventRecord, _ before: UserState,
        _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        if case .state(let digest) = event.origin {
            try consume(digest, record, &transaction)
        }
        let user = ViewKeys.bytes(record.user)
        try put(
            ViewKeys.bytes(event.grant), record.position.number.bigEndianBytes, tables.grants,
            &transaction)
        if event.kind == .connected {
            try put(ViewKeys.bytes(event.credential), user, tables.owners, &transaction)
        }
        if event.kind == .replaced, let old = before.credential(event.credential) {
            try release(old, &transaction)
        }
        if event.kind != .reconnected {
            let key = ViewKeys.account(event.account.identity, held: event.credential)
            try put(key, user, tables.accounts, &transaction)
        }
    }

    private func consume(
        _ digest: StateDigest, _ record: EventRecord, _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        let bytes = try translated { () throws(StorageError) in
            try transaction.snapshot.copy(of: digest.bytes, in: tables.states)
        }
        guard let bytes, var row = StateRow(bytes) else {
            let error = FoldError(record.position, .unknownState)
            throw JournalError(.fold(error), at: record.position)
        }
        row.consumed = record.position
        try put(digest.bytes, row.bytes, tables.states, &transaction)
    }

    /// Frees the provider account of a credential that gives it up.
    private func release(
        _ credential: Credential, _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        let key = ViewKeys.account(credential.account.identity, held: credential.id)
        _ = try translated { () throws(StorageError) in
            try transaction.delete(key, in: tables.accounts)
        }
    }

    private func writeViews(
        _ record: EventRecord, _ user: UserState, _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        switch record.event {
        case .stateIssued: return
        case .accountSelected(let event):
            return try writeSelection(event.toolkit, user, &transaction)
        case .grantLinked, .grantExpired, .grantRevoked, .labelChanged: break
        }
        guard let id = record.event.credential, let credential = user.credential(id) else { return }
        let row: [UInt8]
        do { row = try CredentialRowCodec.encode(credential) } catch {
            throw JournalError(.format(error), at: record.position)
        }
        try put(ViewKeys.joined(user.id, id), row, tables.credentials, &transaction)
        if case .labelChanged = record.event { return }
        try writeSelection(credential.toolkit, user, &transaction)
    }

    private func writeSelection(
        _ toolkit: ToolkitID, _ user: UserState, _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        let key = ViewKeys.joined(user.id, toolkit)
        let accounts = user.toolkitAccounts(toolkit)
        if accounts.isEmpty {
            _ = try translated { () throws(StorageError) in
                try transaction.delete(key, in: tables.selections)
            }
            return
        }
        let row: [UInt8]
        do { row = try SelectionRowCodec.encode(accounts) } catch {
            throw JournalError(.format(error))
        }
        try put(key, row, tables.selections, &transaction)
    }

    private func put(
        _ key: [UInt8], _ value: [UInt8], _ table: Table, _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        try translated { () throws(StorageError) in
            try transaction.put(key: key, value: value, in: table)
        }
    }
}
