package import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
internal import LedgerStorage

extension ViewReader: FactSource {
    package func firstResult(of key: IdempotencyKey) throws(JournalError) -> FirstResult? {
        guard let bytes = try copy(ViewKeys.bytes(key), tables.keys) else { return nil }
        guard let number = UInt64(bigEndianBytes: bytes) else { throw damaged(.keys) }
        return FirstResult(try log.requireRecord(at: Position(number), in: snapshot))
    }

    package func issuedState(_ digest: StateDigest) throws(JournalError) -> IssuedState? {
        guard let bytes = try copy(digest.bytes, tables.states) else { return nil }
        guard let row = StateRow(bytes) else { throw damaged(.states) }
        let record = try log.requireRecord(at: row.issued, in: snapshot)
        guard case .stateIssued(let event) = record.event else { throw damaged(.states) }
        let consumed = try row.consumed.map { position throws(JournalError) in
            FirstResult(try log.requireRecord(at: position, in: snapshot))
        }
        return IssuedState(user: record.user, event: event, consumedBy: consumed)
    }

    package func owner(of credential: CredentialID) throws(JournalError) -> UserID? {
        guard let bytes = try copy(ViewKeys.bytes(credential), tables.owners) else { return nil }
        guard let user = String(validating: bytes, as: UTF8.self) else { throw damaged(.owners) }
        return UserID(user)
    }

    package func holding(of grant: GrantID) throws(JournalError) -> GrantHolding? {
        guard let bytes = try copy(ViewKeys.bytes(grant), tables.grants) else { return nil }
        guard let number = UInt64(bigEndianBytes: bytes) else { throw damaged(.grants) }
        let record = try log.requireRecord(at: Position(number), in: snapshot)
        guard case .grantLinked(let event) = record.event, event.grant == grant,
            let credential = try credential(event.credential, of: record.user)
        else { throw damaged(.grants) }
        let isHeld = credential.isLive && credential.grant == grant
        return GrantHolding(
            user: record.user, credential: credential.id, account: event.account.identity,
            isHeld: isHeld)
    }

    package func isHeldByAnother(
        _ account: ProviderAccount.Identity, than user: UserID
    ) throws(JournalError) -> Bool {
        var found = false
        let own = ViewKeys.bytes(user)
        try snapshot.scan(tables.accounts, prefix: ViewKeys.account(account)) {
            (_, value) throws(JournalError) in
            found = [UInt8](copying: value) != own
            return found ? .stop : .next
        }
        return found
    }

    package func hasSeen(_ notice: NoticeKey) throws(JournalError) -> Bool {
        try copy(ViewKeys.notice(notice), tables.notices) != nil
    }

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

    private func damaged(_ table: ViewTables.Name) -> JournalError {
        JournalError(.damagedRow(table: table.rawValue))
    }
}
