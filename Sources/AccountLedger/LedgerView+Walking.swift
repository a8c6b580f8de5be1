package import LedgerAudit
package import LedgerDomain
internal import LedgerJournal

/// Walks look at every record of a user: no narrowing limits them.
extension LedgerView {
    /// Walks over the next records of a user.
    ///
    /// - Parameters:
    ///   - walk: Where the walk is; it goes on.
    ///   - limit: The most records.
    ///   - position: The last record to look at.
    package func steps(
        of walk: inout UserWalk, limit: Int, through position: Position
    ) throws(LedgerError) -> [UserStep] {
        do {
            return try walk.next(
                limit: limit, through: position, policy: policy, from: reader)
        } catch {
            throw LedgerError(error)
        }
    }

    /// Walks as far as a position.
    ///
    /// - Returns: The state before the record at the position, and what the record changed; none
    ///   where it is no record of the user. The state after it is the walk's own.
    package func look(
        _ walk: inout UserWalk, at position: Position
    ) throws(LedgerError) -> (before: UserState, step: UserStep)? {
        guard position > .start else { return nil }
        do {
            try walk.skip(through: Position(position.number - 1), from: reader)
            let before = walk.state
            let steps = try walk.next(
                limit: 1, through: position, policy: policy, from: reader)
            return steps.first.map { (before, $0) }
        } catch {
            throw LedgerError(error)
        }
    }

    /// The positions of a user's records, up to one.
    package func positions(
        of user: UserID, through position: Position
    ) throws(LedgerError) -> [Position] {
        do { return try reader.positions(of: user, through: position) } catch {
            throw LedgerError(error)
        }
    }

    /// Whether a user has records after a position and up to another.
    package func hasRecords(
        of user: UserID, after first: Position, through last: Position
    ) throws(LedgerError) -> Bool {
        do {
            let found = try reader.positions(of: user, after: first, through: last, limit: 1)
            return !found.isEmpty
        } catch {
            throw LedgerError(error)
        }
    }

    /// What differs between what the log said of a user at two positions.
    package func difference(
        of user: UserID, from first: Position, to last: Position
    ) throws(LedgerError) -> UserDifference {
        do {
            var walk = UserWalk(user)
            try walk.skip(through: first, from: reader)
            let before = walk.state
            try walk.skip(through: last, from: reader)
            return UserDifference(
                from: before, at: first, to: walk.state, at: last, policy: policy)
        } catch {
            throw LedgerError(error)
        }
    }
}
