package import LedgerDomain
package import LedgerJournal
package import LedgerStorage

/// The tables that are derived from the log: conditions, indexes and the built-in views.
///
/// All of them can be rebuilt from the records alone, byte for byte.
package struct ViewTables: Sendable {
    /// What a derived table is.
    package enum Name: String, CaseIterable, Sendable {
        /// User to the positions of that user's records, ascending.
        case users
        /// SHA-256 of a state's token to the position that issued it and the one that consumed it.
        case states
        /// Grant to the position that linked it last.
        case grants
        /// SHA-256 of provider and subject, with a live credential that has the account, to its
        /// user.
        case accounts
        /// Credential to its user.
        case owners
        /// SHA-256 of grant and notice to the position that recorded it.
        case notices
        /// Idempotency key to the first position of the command that used it.
        case keys
        /// The view of credentials: user and credential to a row of `schemas/views.proto`.
        case credentials
        /// The view of selections: user and toolkit to a row of `schemas/views.proto`.
        case selections

        /// The definition to open an environment with.
        package var definition: TableDefinition {
            TableDefinition(
                name: rawValue, kind: self == .users ? .appendOnlyDuplicates : .ordinary)
        }
    }

    let users: Table
    let states: Table
    let grants: Table
    let accounts: Table
    let owners: Table
    let notices: Table
    let keys: Table
    let credentials: Table
    let selections: Table

    /// The tables whose rows follow from records and earlier rows of these tables alone; those of
    /// the others follow from records and rows of the others.
    static let indexes: Set<Name> = [.users, .states, .grants, .owners, .notices, .keys]

    /// The definitions to open an environment with.
    package static let definitions = Name.allCases.map(\.definition)

    /// Finds the tables in an environment.
    package init(in environment: Environment) throws(JournalError) {
        users = try environment.requireTable(Name.users.rawValue)
        states = try environment.requireTable(Name.states.rawValue)
        grants = try environment.requireTable(Name.grants.rawValue)
        accounts = try environment.requireTable(Name.accounts.rawValue)
        owners = try environment.requireTable(Name.owners.rawValue)
        notices = try environment.requireTable(Name.notices.rawValue)
        keys = try environment.requireTable(Name.keys.rawValue)
        credentials = try environment.requireTable(Name.credentials.rawValue)
        selections = try environment.requireTable(Name.selections.rawValue)
    }

    /// The table of a name.
    package func table(_ name: Name) -> Table {
        switch name {
        case .users: users
        case .states: states
        case .grants: grants
        case .accounts: accounts
        case .owners: owners
        case .notices: notices
        case .keys: keys
        case .credentials: credentials
        case .selections: selections
        }
    }

    /// What the rows of all tables come to.
    package func digest(
        in snapshot: borrowing Snapshot, at position: Position
    ) throws(JournalError) -> ProjectionDigest {
        let names = Name.allCases.sorted { $0.rawValue < $1.rawValue }
        return try ProjectionDigest(
            of: names.map { ($0.rawValue, table($0)) }, in: snapshot, at: position,
            JournalError.self)
    }
}
