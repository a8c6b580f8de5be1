internal import LedgerDomain
internal import LedgerJournal

/// What the log says of the users whose records came by last: so many of them, and no more.
///
/// It is right for as long as no record is left out that follows on the first one taken.
struct UserFolds: Sendable {
    /// How many users are kept; those not met for longest go, half of them at a time.
    private let limit: Int
    private var recent: [UserID: ChangeFold] = [:]
    private var older: [UserID: ChangeFold] = [:]

    /// Keeps nobody yet, and later at most so many, each of which takes about a kilobyte.
    init(limit: Int) {
        self.limit = limit
    }

    /// Takes the log's next record in; a user who is not kept is folded from the index.
    mutating func apply(
        _ record: EventRecord, policy: Policy, from reader: borrowing ViewReader
    ) throws(JournalError) -> [AccountChange] {
        if case .stateIssued = record.event { return [] }
        let kept = recent.removeValue(forKey: record.user) ?? older.removeValue(forKey: record.user)
        var fold =
            if let kept { kept } else {
                try ChangeFold(before: record, policy: policy, from: reader)
            }
        let changes: [AccountChange]
        do { changes = try fold.apply(record, policy: policy) } catch {
            throw JournalError(.fold(error), at: record.position)
        }
        if recent.count >= limit / 2 { (older, recent) = (recent, [:]) }
        recent[record.user] = fold
        return changes
    }
}

extension ChangeFold {
    /// Folds what came before a record of a user, with the parts of its command that came before.
    init(
        before record: EventRecord, policy: Policy, from reader: borrowing ViewReader
    ) throws(JournalError) {
        self.init(record.user)
        let last = Position(record.position.number - 1)
        for position in try reader.positions(of: record.user, through: last) {
            let earlier = try reader.record(at: position)
            do {
                // The records of a command stand side by side.
                if position.advanced(by: record.part.index) < record.position {
                    try pass(earlier)
                } else {
                    _ = try apply(earlier, policy: policy)
                }
            } catch {
                throw JournalError(.fold(error), at: position)
            }
        }
    }
}
