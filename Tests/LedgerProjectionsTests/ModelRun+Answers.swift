@testable internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

extension ModelRun {
    /// Expects that the tables answer as the model does, for every name that ever occurred.
    func expectEqualAnswers() throws {
        let pool = generator.pool
        try reading { reader in
            for user in pool.users { try expectEqual(user, pool, reader) }
            for key in pool.keys {
                #expect(try reader.firstResult(of: key) == state.firstResult(of: key))
            }
            for digest in pool.states {
                #expect(try reader.issuedState(digest) == state.issuedState(digest))
            }
            for id in pool.credentials { #expect(try reader.owner(of: id) == state.owner(of: id)) }
            for grant in pool.grants {
                #expect(try reader.holding(of: grant) == state.holding(of: grant))
                for notice in pool.notices {
                    let key = NoticeKey(grant: grant, notice: notice, occurredAt: nil)
                    #expect(try reader.hasSeen(key) == state.hasSeen(key))
                }
            }
        }
    }

    private func expectEqual(
        _ user: UserID, _ pool: IdentifierPool, _ reader: borrowing ViewReader
    ) throws {
        let expected = state.user(user)
        let found = try reader.user(user)
        #expect(found == expected)
        #expect(try reader.version(of: user) == expected.version)
        #expect(try reader.credentials(of: user) == expected.credentials)
        for toolkit in pool.toolkits {
            let accounts = try reader.toolkitAccounts(of: user, toolkit)
            #expect(accounts == expected.toolkitAccounts(toolkit))
        }
        #expect(try reader.toolkitAccounts(of: user).map(\.toolkit) == expected.toolkits)
        for id in pool.credentials {
            #expect(try reader.credential(id, of: user) == expected.credential(id))
        }
        for provider in pool.providers {
            for subject in pool.subjects {
                let account = ProviderAccount.Identity(provider: provider, subject: subject)
                let left = try reader.isHeldByAnother(account, than: user)
                #expect(left == state.isHeldByAnother(account, than: user))
            }
        }
        let selections = try ledger.read { (view) throws(LedgerError) in
            try view.selections(of: user, toolkits: pool.toolkits)
        }
        #expect(
            selections
                == pool.toolkits.sorted().map { toolkit in
                    expected.toolkitAccounts(toolkit).select(
                        toolkit, policy: policy, at: state.head)
                })
    }

    /// Whether the views are shown to be right without a rebuild.
    func isProven() throws -> Bool {
        let verification = try Verification(of: ledger.environment)
        return try verification.prove { (_) throws(JournalError) in } != nil
    }

    /// Expects that every table holds what looking at each record of the log finds, and no more.
    func expectEqualScan() throws {
        var positions: [UserID: [Position]] = [:]
        var keys: Set<IdempotencyKey> = []
        var notices: Set<NoticeKey> = []
        let records = try ledger.read { (view) throws(LedgerError) in
            try view.records(after: .start, limit: .max)
        }
        for record in records {
            positions[record.user, default: []].append(record.position)
            if let key = record.idempotencyKey { keys.insert(key) }
            if case .grantExpired(let event) = record.event {
                let notice = NoticeKey(
                    grant: event.grant, notice: event.notice, occurredAt: record.occurredAt)
                notices.insert(notice)
            }
        }
        try reading { reader in
            for (user, expected) in positions {
                #expect(try reader.positions(of: user) == expected)
            }
            var users: [UserID] = []
            try reader.scanUsers { (user) throws(JournalError) in
                users.append(user)
                return .next
            }
            #expect(users == positions.keys.sorted())
            for key in keys { #expect(try reader.firstResult(of: key) != nil) }
            for notice in notices { #expect(try reader.hasSeen(notice)) }
        }
        let tables = ledger.tables
        let counts = try ledger.environment.read { (snapshot) throws(StorageError) in
            [
                try snapshot.entryCount(in: tables.table(.users)),
                try snapshot.entryCount(in: tables.table(.keys)),
                try snapshot.entryCount(in: tables.table(.notices)),
                try snapshot.entryCount(in: tables.table(.owners)),
                try snapshot.entryCount(in: tables.table(.credentials)),
                try snapshot.entryCount(in: tables.table(.states)),
                try snapshot.entryCount(in: tables.table(.accounts)),
            ]
        }
        let credentials = state.users.values.flatMap(\.credentials)
        let made = credentials.count
        let live = credentials.filter { $0.isLive }.count
        let issued = generator.pool.states.count - 1
        let expected = [records.count, keys.count, notices.count, made, made, issued, live]
        #expect(counts == expected)
    }

    private func reading(_ body: (borrowing ViewReader) throws -> Void) throws {
        let (tables, log) = (ledger.tables, ledger.log)
        var failure: (any Error)?
        try ledger.environment.read { (snapshot) throws(JournalError) in
            let reader = ViewReader(tables, log, snapshot.reborrowed())
            do { try body(reader) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
