public import LedgerDomain
internal import LedgerFormat

/// A record that could not be delivered, and that delivery went on without.
public struct ParkedRecord: Hashable, Sendable {
    /// The record's place in the log.
    public let position: Position
    /// The record's own name, which is also the key of its deliveries.
    public let id: EventID
    /// The wire name of its event.
    public let event: String
    /// How often it was tried.
    public let attempts: Int
    /// When it failed for the first time.
    public let firstFailedAt: Timestamp
    /// When it failed last.
    public let lastFailedAt: Timestamp
    /// What kind of failure the last one was: the reason that the reactor gave, else the type of
    /// the error.
    public let failure: String
    /// Whether it was asked to be delivered once more, and has not been yet.
    public let isDue: Bool

    package init(_ position: Position, _ attempts: FailedAttempts, isDue: Bool) {
        self.position = position
        id = attempts.id
        event = attempts.event
        self.attempts = attempts.count
        firstFailedAt = attempts.firstFailedAt
        lastFailedAt = attempts.lastFailedAt
        failure = attempts.failure
        self.isDue = isDue
    }
}

/// What is kept of a record that failed; nothing of what it says.
package struct FailedAttempts: Hashable, Sendable {
    let id: EventID
    package let event: String
    package private(set) var count = 0
    package private(set) var firstFailedAt: Timestamp
    package private(set) var lastFailedAt: Timestamp
    /// When the next attempt is; in the past where nothing is waited for.
    package private(set) var dueAt: Timestamp
    package private(set) var failure = ""

    init(_ record: EventRecord, at time: Timestamp) {
        id = record.id
        event = record.event.wireName
        firstFailedAt = time
        lastFailedAt = time
        dueAt = time
    }

    /// The same with another attempt that failed.
    func adding(_ failure: String, at time: Timestamp, pause: Duration = .zero) -> FailedAttempts {
        var next = self
        if count == 0 { next.firstFailedAt = time }
        next.count += 1
        next.lastFailedAt = time
        next.dueAt = time.adding(pause)
        next.failure = Self.cut(failure)
        return next
    }

    /// The same with another reason, and no attempt.
    func saying(_ failure: String) -> FailedAttempts {
        var next = self
        next.failure = Self.cut(failure)
        return next
    }

    /// How long to wait for the next attempt, at most as long as was meant at first: the clock may
    /// have been set back.
    func pause(at time: Timestamp) -> Duration {
        let due = dueAt.microsecondsSinceEpoch
        let left = due.subtractingReportingOverflow(time.microsecondsSinceEpoch).partialValue
        let whole = due.subtractingReportingOverflow(lastFailedAt.microsecondsSinceEpoch)
        return .microseconds(max(0, min(left, whole.partialValue)))
    }

    private static let longestFailure = 200

    /// One line of at most 200 bytes.
    static func cut(_ text: String) -> String {
        var line = ""
        for character in text {
            let isControl = character.unicodeScalars.contains {
                $0.properties.generalCategory == .control
            }
            let next = isControl ? " " : String(character)
            guard line.utf8.count + next.utf8.count <= longestFailure else { break }
            line += next
        }
        return line
    }
}

extension FailedAttempts: RowCodable {
    package func encode(to row: inout RowEncoder) {
        for half in [id.bytes.prefix(8), id.bytes.suffix(8)] {
            row.append(half.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
        row.append(event)
        row.append(UInt64(count))
        row.append(firstFailedAt)
        row.append(lastFailedAt)
        row.append(dueAt)
        row.append(failure)
    }

    package init(from row: inout RowDecoder) throws(RowDecodingError) {
        let halves = (try row.next(UInt64.self), try row.next(UInt64.self))
        let bytes = halves.0.bigEndianBytes + halves.1.bigEndianBytes
        guard let id = EventID(bytes: bytes) else { throw RowDecodingError() }
        self.id = id
        event = try row.next(String.self)
        guard let count = Int(exactly: try row.next(UInt64.self)) else { throw RowDecodingError() }
        self.count = count
        firstFailedAt = try row.next(Timestamp.self)
        lastFailedAt = try row.next(Timestamp.self)
        dueAt = try row.next(Timestamp.self)
        failure = try row.next(String.self)
    }
}
