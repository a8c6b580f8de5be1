package import LedgerDomain
package import LedgerJournal
package import LedgerProjections
internal import LedgerStorage

/// A walk along one user's records, which goes on where it ended when the log has grown.
///
/// It keeps what the log says of the user, and nothing of the records behind it.
package struct UserWalk: Sendable {
    /// What the log says of the user after the last record walked over.
    package private(set) var state: UserState

    /// Begins before the user's first record.
    package init(_ user: UserID) {
        state = UserState(id: user)
    }

    /// Walks over the next records.
    ///
    /// - Parameters:
    ///   - limit: The most records.
    ///   - position: The last record to look at.
    ///   - policy: What the ledger allows, which steers selection.
    ///   - reader: Where the records are.
    /// - Returns: A step for each record; none where there is no further one.
    package mutating func next(
        limit: Int, through position: Position, policy: Policy, from reader: borrowing ViewReader
    ) throws(JournalError) -> [UserStep] {
        var steps: [UserStep] = []
        let places = try reader.positions(
            of: state.id, after: Position(state.version.number), through: position, limit: limit)
        for place in places {
            let record = try reader.record(at: place)
            let before = state
            try take(record)
            // A step keeps the rows that differ alone: a user may have thousands.
            let difference = UserDifference(
                from: before, at: Position(before.version.number), to: state, at: place,
                policy: policy)
            steps.append(UserStep(record: record, difference: difference))
        }
        return steps
    }

    /// Walks as far as a position without a look at the single steps.
    package mutating func skip(
        through position: Position, from reader: borrowing ViewReader
    ) throws(JournalError) {
        let places = try reader.positions(
            of: state.id, after: Position(state.version.number), through: position)
        for place in places { try take(try reader.record(at: place)) }
    }

    private mutating func take(_ record: EventRecord) throws(JournalError) {
        do { try state.apply(record) } catch {
            throw JournalError(.fold(error), at: record.position)
        }
    }
}

/// A user's record, and what it changed.
package struct UserStep: Sendable {
    /// The record.
    package let record: EventRecord
    /// The rows that it changed.
    package let difference: UserDifference
}
