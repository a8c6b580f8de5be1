/// An event with its envelope, as the log keeps it.
public struct EventRecord: Hashable, Sendable {
    /// The place in the log; dense, from 1, assigned in the transaction that appends.
    public var position: Position
    /// When it was appended; strictly increasing over positions.
    public var recordedAt: Timestamp
    /// The record's own name.
    public var id: EventID
    /// The user whose event it is.
    public var user: UserID
    /// When it happened, where the caller told; else it is taken to have happened when it was
    /// recorded.
    public var occurredAt: Timestamp?
    /// Who caused it.
    public var actor: LedgerActor
    /// What it belongs to.
    public var correlationID: CorrelationID?
    /// What it was caused by.
    public var causationID: CausationID?
    /// The key under which its command is executed once.
    public var idempotencyKey: IdempotencyKey?
    /// Its place among the records of one command.
    public var part: CommandPart
    /// What its command said, so that a repeated delivery is told from another command of the same
    /// key.
    public var fingerprint: CommandFingerprint?
    /// What happened.
    public var event: Event
    /// The name on the wire of the stored version of the event, where it is not the one written
    /// today.
    package var storedWireName: String?

    /// The name under which the event was stored, and is exported: that of the version of the event
    /// which was written then.
    public var wireName: String { storedWireName ?? event.wireName }

    /// When it happened: the time told, else the recorded time.
    public var effectiveAt: Timestamp { occurredAt ?? recordedAt }
}

extension EventRecord {
    /// Takes all fields at once: setting them one by one would end in a copy of the whole record,
    /// which costs as much as reading some of its texts.
    package init(
        position: Position, recordedAt: Timestamp, id: EventID, user: UserID,
        occurredAt: Timestamp?, actor: LedgerActor, correlationID: CorrelationID?,
        causationID: CausationID?, idempotencyKey: IdempotencyKey?, part: CommandPart,
        fingerprint: CommandFingerprint?, event: Event
    ) {
        self.init(
            position: position, recordedAt: recordedAt, id: id, user: user, occurredAt: occurredAt,
            actor: actor, correlationID: correlationID, causationID: causationID,
            idempotencyKey: idempotencyKey, part: part, fingerprint: fingerprint, event: event,
            storedWireName: nil)
    }
}

/// A record's place among the records that one command appended.
public struct CommandPart: Hashable, Sendable {
    /// The place, from 0.
    public var index: Int
    /// How many records the command appended, at least 1.
    public var count: Int

    package init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// The place of a record that its command appended alone.
    public static let whole = CommandPart(index: 0, count: 1)
}
