package import AccountLedger
package import LedgerDomain
package import LedgerProjections

/// A projection under another version, with rows of its own beside those of the first.
package struct LaterEdition<Base: Projection>: Projection {
    private let base: Base

    package init(_ base: Base) { self.base = base }

    package var name: String { base.name }
    package var version: Int { base.version + 1 }
    package var tables: [any ProjectionTableDefinition] { base.tables }
    package var handles: Set<EventKind> { base.handles }
    package var ignores: Set<EventKind> { base.ignores }

    package func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws {
        try base.apply(record, to: &rows)
    }
}

/// Several projections and editions of one ledger, kept at once.
package struct KeptEditions: Sendable {
    package let users: OpenProjection<AccountUsers>
    package let laterUsers: OpenProjection<LaterEdition<AccountUsers>>
    package let days: OpenProjection<DailyActivity>

    /// Opens them all.
    package init(_ ledger: Ledger) throws {
        users = try ledger.open(AccountUsers())
        laterUsers = try ledger.open(LaterEdition(AccountUsers()))
        days = try ledger.open(DailyActivity())
    }

    /// Applies what the log has to all of them.
    package func catchUp() throws {
        try users.catchUp()
        try laterUsers.catchUp()
        try days.catchUp()
    }

    /// Where each stands, and its digest, in one line.
    package func digests() throws -> String {
        [try users.digest(), try laterUsers.digest(), try days.digest()]
            .map { "\($0.position)=\($0)" }.joined(separator: " ")
    }
}
