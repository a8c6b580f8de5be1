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
    ///   - reader: Where the records are.
    /// - Returns: A step for each record; none where there is no further one.
    package mutating func next(
        limit: Int, through position: Position, from reader: borrowing ViewReader
    ) throws(JournalError) -> [UserStep] {
        var steps: [UserStep] = []
        let places = try reader.positions(
            of: state.id, after: Position(state.version.number), through: position, limit: limit)
        for place in places {
            let record = try reader.record(at: place)
            let before = state
            try take(record)
            steps.append(UserStep(record: record, before: before, after: state))
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

/// A user's record, and what the log said of the user before and after it.
package struct UserStep: Sendable {
    /// The record.
    package let record: EventRecord
    /// What the log said before it.
    package let before: UserState
    /// What the log said after it.
    package let after: UserState

    /// What the record changed.
    package func difference(policy: Policy) -> UserDifference {
        UserDifference(
            from: before, at: Position(before.version.number), to: after, at: record.position,
            policy: policy)
    }
}
