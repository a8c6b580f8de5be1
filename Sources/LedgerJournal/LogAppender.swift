package import LedgerDomain
package import LedgerStorage

/// Assigns positions and times within one write transaction.
///
/// This is the one place where positions are assigned. Here the condition that nothing a decision
/// has read changed since holds by construction, because decision and append share the
/// transaction. A log shared by several machines would take the same group of decisions, each with
/// the keys it has read, and check them against the positions at which those keys last changed.
package struct LogAppender: Sendable {
    private let log: EventLog
    /// The position of the last record.
    package private(set) var head: Position
    /// The name of the last record appended here.
    package private(set) var lastID: EventID?
    /// How often the clock was not later than the last record.
    package private(set) var clampedClocks = 0
    /// By how many microseconds the clock was behind the last record at most.
    package private(set) var largestClamp: Int64 = 0
    private var lastRecordedAt: Timestamp?

    /// Begins behind the last record.
    package init(_ log: EventLog, in snapshot: borrowing Snapshot) throws(JournalError) {
        self.log = log
        head = try log.head(in: snapshot)
        if head > .start {
            lastRecordedAt = try log.recordedTime(at: head, in: snapshot)
        }
    }

    /// The time that the next record bears: the clock, or one microsecond after the last record if
    /// the clock is not later.
    package mutating func now(_ clock: Timestamp) -> Timestamp {
        guard let lastRecordedAt, clock <= lastRecordedAt else { return clock }
        clampedClocks += 1
        largestClamp = max(
            largestClamp, lastRecordedAt.microsecondsSinceEpoch - clock.microsecondsSinceEpoch)
        return lastRecordedAt.adding(microseconds: 1)
    }

    /// Appends the events of one command, all at once as far as any reader can see.
    ///
    /// - Parameters:
    ///   - now: The time of the first record, as `now(_:)` gave it; the next ones follow by a
    ///     microsecond.
    ///   - identifier: Makes a record's name from its time.
    /// - Returns: The records, at least one.
    package mutating func append(
        _ proposal: Proposal, of command: Command, fingerprint: CommandFingerprint,
        at now: Timestamp, to transaction: inout WriteTransaction,
        identifier: (Timestamp) throws(JournalError) -> EventID
    ) throws(JournalError) -> [EventRecord] {
        var records: [EventRecord] = []
        let isRemembered =
            command.context.idempotencyKey != nil || command.action.stateDigest != nil
        // Lent and not copied: a copy counts the users of all the texts.
        let drafts = proposal.drafts.span
        for index in drafts.indices {
            let time = now.adding(microseconds: Int64(index))
            let record = EventRecord(
                position: head.advanced(by: index + 1), recordedAt: time,
                id: try identifier(time), user: proposal.user, occurredAt: drafts[index].occurredAt,
                actor: command.context.actor, correlationID: command.context.correlationID,
                causationID: command.context.causationID,
                idempotencyKey: index == 0 ? command.context.idempotencyKey : nil,
                part: CommandPart(index: index, count: drafts.count),
                fingerprint: index == 0 && isRemembered ? fingerprint : nil,
                event: drafts[index].event)
            try log.append(record, to: &transaction)
            records.append(record)
        }
        if let last = records.last {
            head = last.position
            lastRecordedAt = last.recordedAt
            lastID = last.id
        }
        return records
    }
}
