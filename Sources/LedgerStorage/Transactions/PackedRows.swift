/// Keys with their values, all bytes in one stretch of memory, in the order in which they came.
///
/// A row costs its bytes and forty more, and no allocation of its own; one that is changed again
/// and again four times its bytes at most.
struct PackedRows: Sendable {
    /// Where a row has its bytes.
    struct Row {
        let key: Int
        let keyLength: Int
        /// Where values have been, and the next one goes if it is not too long: behind the key, as
        /// long as none was.
        var value: Int
        var room: Int
        /// How long the value is; `none` where the key goes.
        var length: Int

        static let none = -1

        var goes: Bool { length == Self.none }
        var keyRange: Range<Int> { key..<(key + keyLength) }
        var valueRange: Range<Int> { value..<(value + max(0, length)) }
    }

    private(set) var bytes: [UInt8] = []
    private(set) var rows: [Row] = []

    /// How many rows there are.
    var count: Int { rows.count }

    /// How many bytes keys and values have, with the ten that LMDB adds to each row.
    var length: Int { bytes.count + rows.count * 10 }

    /// How many bytes of memory the rows take; room that was never used takes none.
    var footprint: Int { bytes.count + rows.count * MemoryLayout<Row>.stride }

    /// Whether a row has a key.
    @inline(__always)
    func row(_ index: Int, has key: borrowing Span<UInt8>) -> Bool {
        compareKeys(bytes.span.extracting(rows[index].keyRange), key) == 0
    }

    /// Adds a row.
    mutating func append(_ key: borrowing Span<UInt8>, _ value: borrowing Span<UInt8>) {
        append(key, length: value.count)
        bytes.makeRoom(for: value.count)
        bytes.append(copying: value)
    }

    /// Adds a row whose key goes.
    mutating func append(removal key: borrowing Span<UInt8>) { append(key, length: Row.none) }

    /// Adds a row whose value is a number, the most significant byte first.
    mutating func append(_ key: borrowing Span<UInt8>, _ number: UInt64) {
        append(key, length: 8)
        bytes.makeRoom(for: 8)
        bytes.append(bigEndian: number)
    }

    private mutating func append(_ key: borrowing Span<UInt8>, length: Int) {
        let start = bytes.count
        bytes.makeRoom(for: key.count)
        bytes.append(copying: key)
        rows.makeRoom(for: 1)
        rows.append(
            Row(
                key: start, keyLength: key.count, value: bytes.count, room: max(0, length),
                length: length))
    }

    /// Gives a row another value.
    mutating func set(_ value: borrowing Span<UInt8>, of index: Int) {
        let row = rows[index]
        if value.count <= row.room {
            bytes.replace(at: row.value, copying: value)
        } else {
            // Twice as much as before, so that what is left behind is never more than that.
            let rest = max(0, 2 * row.room - value.count)
            rows[index].value = bytes.count
            rows[index].room = value.count + rest
            bytes.makeRoom(for: value.count + rest)
            bytes.append(copying: value)
            bytes.append(contentsOf: repeatElement(0, count: rest))
        }
        rows[index].length = value.count
    }

    /// Notes that a row's key goes.
    mutating func remove(_ index: Int) { rows[index].length = Row.none }
}

extension Array {
    /// From so many elements on an array grows by more than twice.
    private static var many: Int { 1 << 14 }

    /// Makes room for more elements at the end.
    ///
    /// A large array is moved seldom: each time takes fresh memory, which the system clears first.
    /// What has room and was never used takes none.
    fileprivate mutating func makeRoom(for more: Int) {
        guard capacity - count < more else { return }
        reserveCapacity(Swift.max(count + more, count * (count < Self.many ? 2 : 4)))
    }
}
