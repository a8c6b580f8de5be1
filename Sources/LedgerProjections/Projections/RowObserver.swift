package import LedgerDomain

/// What a record made of a row.
package struct ProjectionRowChange: Sendable {
    /// The record.
    package let record: EventRecord
    /// The table.
    package let table: String
    /// The key.
    package let key: [UInt8]
    /// The value before; none where the row was not there.
    package let before: [UInt8]?
    /// The value after; none where the row is gone.
    package let after: [UInt8]?
}

/// Takes down what records make of the rows that somebody asks about, for one thread.
package final class RowObserver {
    let isMeant: (String, [UInt8]) -> Bool
    /// What was taken down so far.
    package private(set) var changes: [ProjectionRowChange] = []

    /// Asks about rows by their table and key.
    package init(_ isMeant: @escaping (String, [UInt8]) -> Bool) { self.isMeant = isMeant }

    func note(_ change: ProjectionRowChange) {
        if change.before != change.after { changes.append(change) }
    }
}
