package import LedgerDomain
package import LedgerFormat
package import LedgerStorage

/// The table of records: position to record bytes.
///
/// Positions are dense and recorded times strictly increase, because both are assigned in the write
/// transaction that appends, and an aborted transaction leaves no trace.
package struct EventLog: Sendable {
    /// The definition to open an environment with.
    package static let definition = TableDefinition(name: "events", isEssential: true)

    private let table: Table
    private let versions: EventVersions
    private let latest = LatestHead()

    /// Finds the table in an environment.
    ///
    /// - Parameters:
    ///   - environment: The environment.
    ///   - versions: The versions of events that are read and written.
    package init(
        in environment: Environment, versions: EventVersions = .current
    ) throws(JournalError) {
        table = try environment.requireTable(Self.definition.name)
        self.versions = versions
    }

    /// The position of the last record, `Position.start` for an empty log.
    package func head(in snapshot: borrowing Snapshot) throws(JournalError) -> Position {
        guard let id = snapshot.id else { return try findHead(in: snapshot) }
        if let known = latest.head(of: id) { return known }
        let head = try findHead(in: snapshot)
        latest.remember(head, of: id)
        return head
    }

    private func findHead(in snapshot: borrowing Snapshot) throws(JournalError) -> Position {
        do throws(StorageError) {
            var records = try snapshot.cursor(in: table, reversed: true)
            guard let last = try records.next() else { return .start }
            if let number = UInt64(bigEndian: last.key) { return Position(number) }
        } catch {
            throw JournalError(storage: error)
        }
        throw JournalError(.damagedRow(table: Self.definition.name))
    }

    /// The time at which the record at a position was recorded; the rest of it is not looked at.
    package func recordedTime(
        at position: Position, in snapshot: borrowing Snapshot
    ) throws(JournalError) -> Timestamp {
        guard let bytes = try lend(position, in: snapshot) else {
            throw JournalError(.missingRecord, at: position)
        }
        do { return try RecordCodec.recordedTime(of: bytes) } catch {
            throw JournalError(.format(error), at: position)
        }
    }

    /// How many rows the table has, whatever their keys.
    package func rowCount(in snapshot: borrowing Snapshot) throws(JournalError) -> Int {
        try translated { () throws(StorageError) in try snapshot.entryCount(in: table) }
    }

    /// The record at a position; none past the head.
    package func record(
        at position: Position, in snapshot: borrowing Snapshot
    ) throws(JournalError) -> EventRecord? {
        guard let bytes = try lend(position, in: snapshot) else { return nil }
        return try decode(bytes, at: position)
    }

    /// The record at a position that something refers to.
    package func requireRecord(
        at position: Position, in snapshot: borrowing Snapshot
    ) throws(JournalError) -> EventRecord {
        guard let bytes = try lend(position, in: snapshot) else {
            throw JournalError(.missingRecord, at: position)
        }
        return try decode(bytes, at: position)
    }

    /// The stored bytes of the record at a position; none past the head.
    package func bytes(
        at position: Position, in snapshot: borrowing Snapshot
    ) throws(JournalError) -> [UInt8]? {
        guard let bytes = try lend(position, in: snapshot) else { return nil }
        return [UInt8](copying: bytes)
    }

    /// Lends the bytes of a record out of the map, so that it is decoded without a copy of them.
    @_lifetime(copy snapshot)
    private func lend(
        _ position: Position, in snapshot: borrowing Snapshot
    ) throws(JournalError) -> Span<UInt8>? {
        do { return try snapshot.value(for: position.number, in: table) } catch {
            throw JournalError(storage: error)
        }
    }

    /// The first position from one on that has a record, whether or not the log is dense.
    package func firstPosition(
        from position: Position, in snapshot: borrowing Snapshot
    ) throws(JournalError) -> Position? {
        var found: Position?
        try snapshot.scan(table, from: [UInt8](bigEndian: position.number)) {
            (key, _) throws(JournalError) in
            found = UInt64(bigEndian: key).map { Position($0) }
            return .stop
        }
        return found
    }

    /// Visits the records of a range in order; a gap is an error.
    ///
    /// - Parameters:
    ///   - first: The first position visited.
    ///   - last: The last position visited; it must not be past the head.
    package func scan(
        from first: Position, through last: Position, in snapshot: borrowing Snapshot,
        _ body: (consuming EventRecord) throws(JournalError) -> ScanStep
    ) throws(JournalError) {
        try scanRecords(from: first, through: last, in: snapshot) {
            (record, _) throws(JournalError) in
            try body(record)
        }
    }

    /// Visits the records of a range in order, with their stored bytes, which are lent; a gap is an
    /// error.
    package func scanRecords(
        from first: Position, through last: Position, in snapshot: borrowing Snapshot,
        _ body: (consuming EventRecord, Span<UInt8>) throws(JournalError) -> ScanStep
    ) throws(JournalError) {
        try scanLent(from: first, through: last, in: snapshot) {
            (position, bytes) throws(JournalError) in
            try body(try decode(bytes, at: position), bytes)
        }
    }

    /// Visits the stored bytes of a range in order; a gap is an error.
    package func scanBytes(
        from first: Position, through last: Position, in snapshot: borrowing Snapshot,
        _ body: (Position, [UInt8]) throws(JournalError) -> ScanStep
    ) throws(JournalError) {
        try scanLent(from: first, through: last, in: snapshot) {
            (position, bytes) throws(JournalError) in
            try body(position, [UInt8](copying: bytes))
        }
    }

    private func scanLent(
        from first: Position, through last: Position, in snapshot: borrowing Snapshot,
        _ body: (Position, Span<UInt8>) throws(JournalError) -> ScanStep
    ) throws(JournalError) {
        var expected = first
        var stopped = false
        try snapshot.scan(table, from: [UInt8](bigEndian: first.number)) {
            (key, value) throws(JournalError) in
            guard expected <= last else { return .stop }
            guard let number = UInt64(bigEndian: key), number == expected.number else {
                throw JournalError(.missingRecord, at: expected)
            }
            expected = expected.next
            let step = try body(Position(number), value)
            stopped = step == .stop
            return step
        }
        if !stopped, expected <= last { throw JournalError(.missingRecord, at: expected) }
    }

    /// The last position whose record was recorded at that time or before.
    ///
    /// Recorded times strictly increase, so a search by halves finds it.
    package func position(
        asOf time: Timestamp, in snapshot: borrowing Snapshot
    ) throws(JournalError) -> Position {
        var low = Position.start.number
        var high = try head(in: snapshot).number
        while low < high {
            let middle = low + (high - low + 1) / 2
            let middleTime = try recordedTime(at: Position(middle), in: snapshot)
            if middleTime <= time { low = middle } else { high = middle - 1 }
        }
        return Position(low)
    }

    /// Adds the record after the head.
    package func append(
        _ record: EventRecord, to transaction: inout WriteTransaction
    ) throws(JournalError) {
        let bytes: [UInt8]
        do {
            bytes = try RecordCodec.encode(record, as: versions)
        } catch {
            throw JournalError(.format(error), at: record.position)
        }
        try append(bytes, at: record.position, to: &transaction)
    }

    /// Adds the bytes of a record that was stored before, after the head, as they are.
    package func append(
        _ stored: StoredRecord, to transaction: inout WriteTransaction
    ) throws(JournalError) {
        try append(stored.bytes, at: stored.record.position, to: &transaction)
    }

    private func append(
        _ bytes: [UInt8], at position: Position, to transaction: inout WriteTransaction
    ) throws(JournalError) {
        let key = PositionBytes(bigEndian: position.number)
        do { try transaction.append(key: key.span, value: bytes.span, in: table) } catch {
            throw JournalError(storage: error)
        }
    }

    @inline(__always)
    private func decode(
        _ bytes: Span<UInt8>, at position: Position
    ) throws(JournalError) -> EventRecord {
        let record: EventRecord
        do {
            record = try RecordCodec.decode(bytes, as: versions)
        } catch {
            throw JournalError(.format(error), at: position)
        }
        guard record.position == position else {
            let error = FormatError(.invalidField("position", reason: "is not that of its key"))
            throw JournalError(.format(error), at: position)
        }
        return record
    }
}

extension Environment {
    /// The table of a name that the environment was opened with.
    package func requireTable(_ name: String) throws(JournalError) -> Table {
        guard let table = table(name) else {
            throw JournalError(.damagedRow(table: name))
        }
        return table
    }
}

/// Runs a body of the storage layer and translates its failure.
package func translated<R>(_ body: () throws(StorageError) -> R) throws(JournalError) -> R {
    do { return try body() } catch { throw JournalError(storage: error) }
}
