package import LedgerDomain
internal import LedgerFormat

/// How far a reader of the log is: the last record it took, and that record's own name.
///
/// The name tells a log that was restored from a backup, which can have another record there.
package struct Checkpoint: Hashable, Sendable {
    package private(set) var position = Position.start
    package private(set) var id: EventID?

    /// The place before the first record.
    package init() {}

    /// The place of a record.
    package init(_ record: EventRecord) {
        position = record.position
        id = record.id
    }

    init?(_ bytes: [UInt8]) {
        guard let number = UInt64(bigEndianBytes: bytes.prefix(8)) else { return nil }
        position = Position(number)
        guard number > 0 || bytes.count > 8 else { return }
        guard let id = EventID(bytes: Array(bytes.dropFirst(8))) else { return nil }
        self.id = id
    }

    var bytes: [UInt8] { position.number.bigEndianBytes + (id?.bytes ?? []) }

    /// Whether it is the place of a record, by position and name.
    func isOf(_ record: EventRecord) -> Bool { self == Checkpoint(record) }
}
