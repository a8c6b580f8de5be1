package import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
internal import LedgerStorage

extension ViewReader: FactSource {
    package func firstResult(of key: IdempotencyKey) throws(JournalError) -> FirstResult? {
        guard let row = try lend(key.text.utf8.span, tables.keys) else { return nil }
        guard let number = UInt64(bigEndian: row) else { throw damaged(.keys) }
        return FirstResult(try log.requireRecord(at: Position(number), in: snapshot))
    }

    package func issuedState(_ digest: StateDigest) throws(JournalError) -> IssuedState? {
        guard let bytes = try lend(digest.bytes.span, tables.states) else { return nil }
        guard let row = StateRow([UInt8](copying: bytes)) else { throw damaged(.states) }
        let record = try log.requireRecord(at: row.issued, in: snapshot)
        guard case .stateIssued(let event) = record.event else { throw damaged(.states) }
        let consumed = try row.consumed.map { position throws(JournalError) in
            FirstResult(try log.requireRecord(at: position, in: snapshot))
        }
        return IssuedState(user: record.user, event: event, consumedBy: consumed)
    }

    package func owner(of credential: CredentialID) throws(JournalError) -> UserID? {
        guard let row = try lend(credential.text.utf8.span, tables.owners) else { return nil }
        do { return UserID(String(copying: try UTF8Span(validating: row))) } catch {
            throw damaged(.owners)
        }
    }

    package func holding(of grant: GrantID) throws(JournalError) -> GrantHolding? {
        guard let row = try lend(grant.text.utf8.span, tables.grants) else { return nil }
        guard let number = UInt64(bigEndian: row) else { throw damaged(.grants) }
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
        try scanHolders(of: account) { (holder, _) in
            found = compareKeys(holder, user.text.utf8.span) != 0
            return found ? .stop : .next
        }
        return found
    }

    package func hasSeen(_ notice: NoticeKey) throws(JournalError) -> Bool {
        try lend(ViewKeys.notice(notice).span, tables.notices) != nil
    }

    package func liveCredential(
        of user: UserID, _ toolkit: ToolkitID, with account: ProviderAccount.Identity
    ) throws(JournalError) -> Credential? {
        var found: Credential?
        try scanHolders(of: account) { (holder, id) throws(JournalError) in
            guard compareKeys(holder, user.text.utf8.span) == 0 else { return .next }
            guard let id = String(validating: [UInt8](copying: id), as: UTF8.self),
                let credential = try credential(CredentialID(id), of: user)
            else { throw damaged(.accounts) }
            if credential.toolkit == toolkit { found = credential }
            return found == nil ? .next : .stop
        }
        return found
    }

    /// Visits the live credentials that have a provider account: their users, and their names.
    private func scanHolders(
        of account: ProviderAccount.Identity,
        _ body: (Span<UInt8>, Span<UInt8>) throws(JournalError) -> ScanStep
    ) throws(JournalError) {
        let key = KeyBuffer(AccountKey.of(account, made: accountKey))
        var rows: PrefixCursor
        do { rows = try snapshot.cursor(in: tables.accounts, startingWith: key.span) } catch {
            throw JournalError(storage: error)
        }
        while true {
            do throws(StorageError) {
                guard try rows.advance() else { return }
            } catch {
                throw JournalError(storage: error)
            }
            if try body(rows.value, rows.restOfKey) == .stop { return }
        }
    }

    package func holder(
        of label: String, _ user: UserID, _ toolkit: ToolkitID, but own: CredentialID?
    ) throws(JournalError) -> CredentialID? {
        let wanted = Credential.comparable(label)
        for account in try toolkitAccounts(of: user, toolkit).live where account.credential != own {
            guard let other = try self.label(of: account.credential, of: user) else { continue }
            if Credential.comparable(other) == wanted { return account.credential }
        }
        return nil
    }

    package func nearest(to credential: CredentialID) throws(JournalError) -> CredentialID? {
        let key = try nearestKey(to: ViewKeys.bytes(credential), in: tables.owners)
        return try key.map { (key) throws(JournalError) in
            guard let text = String(validating: key, as: UTF8.self) else { throw damaged(.owners) }
            return CredentialID(text)
        }
    }

    package func nearest(to grant: GrantID) throws(JournalError) -> GrantID? {
        let key = try nearestKey(to: ViewKeys.bytes(grant), in: tables.grants)
        return try key.map { (key) throws(JournalError) in
            guard let text = String(validating: key, as: UTF8.self) else { throw damaged(.grants) }
            return GrantID(text)
        }
    }

    package func nearest(to digest: StateDigest) throws(JournalError) -> StateDigest? {
        let key = try nearestKey(to: digest.bytes, in: tables.states)
        return try key.map { (key) throws(JournalError) in
            guard let near = StateDigest(bytes: key) else { throw damaged(.states) }
            return near
        }
    }

    /// The smallest key that is not before one, else the smallest of the table.
    private func nearestKey(to key: [UInt8], in table: Table) throws(JournalError) -> [UInt8]? {
        var near: [UInt8]?
        for lower in [key, nil] where near == nil {
            try snapshot.scanKeys(in: table, from: lower) { (key) throws(JournalError) in
                near = [UInt8](copying: key)
                return .stop
            }
        }
        return near
    }

    /// The label of a credential that a row of another table names.
    private func label(
        of credential: CredentialID, of user: UserID
    ) throws(JournalError) -> String? {
        guard let row = try lend(KeyBuffer(user, credential), tables.credentials) else {
            throw damaged(.credentials)
        }
        do { return try CredentialRowCodec.label(in: row) } catch { throw damaged(.credentials) }
    }

    private func damaged(_ table: ViewTables.Name) -> JournalError {
        JournalError(.damagedRow(table: table.rawValue))
    }
}
