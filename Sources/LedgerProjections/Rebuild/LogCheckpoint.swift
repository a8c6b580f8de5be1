internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage

/// The last record that rows contain, and its own name: a restored backup can have another record
/// at that position.
struct LogCheckpoint: Hashable {
    var position = Position.start
    var id: EventID?

    init() {}

    init(_ record: EventRecord) {
        position = record.position
        id = record.id
    }

    init?(_ bytes: [UInt8]) {
        guard let number = UInt64(bigEndianBytes: bytes.prefix(8)),
            let id = EventID(bytes: Array(bytes.dropFirst(8)))
        else { return nil }
        position = Position(number)
        self.id = id
    }

    var bytes: [UInt8] { position.number.bigEndianBytes + (id?.bytes ?? []) }

    /// Whether a log has the record.
    func isOf(_ log: EventLog, in environment: Environment) throws(JournalError) -> Bool {
        guard position > .start else { return true }
        let record = try environment.read { (snapshot) throws(JournalError) in
            try log.record(at: position, in: snapshot)
        }
        return record?.id == id
    }
}
