/// The last change of each key, with all bytes in one stretch of memory.
///
/// A row costs its bytes and about a hundred more, and no allocation of its own; one that is
/// changed again and again four times its bytes at most.
struct RowBuffer: Sendable {
    /// Where a change has its bytes.
    private struct Row {
        /// The first eight bytes of the key, which mostly tell it from others.
        let start: UInt64
        let hash: Int
        let key: Range<Int>
        /// Where values have been, and the next one goes if it is not too long.
        var room: Range<Int>
        /// How long the value is; none where the key goes.
        var length: Int?

        var value: Range<Int>? { length.map { room.lowerBound..<(room.lowerBound + $0) } }
    }

    /// What is free among the slots.
    private static let free: UInt32 = 0

    private var bytes: [UInt8] = []
    private var rows: [Row] = []
    /// Where the rows are by the hashes of their keys: a row's index and one more, and a power of
    /// two of them.
    private var slots: [UInt32] = Array(repeating: free, count: 16)

    /// How many keys have a change.
    var count: Int { rows.count }

    /// How many bytes of memory it takes, with those for putting the rows in order.
    var footprint: Int {
        bytes.capacity + rows.capacity * MemoryLayout<Row>.stride
            + slots.count * MemoryLayout<UInt32>.stride
            + rows.count * 2 * MemoryLayout<SortedKeys.Place>.stride
    }

    /// The change of a key: its value, or none where the key goes; nil where it has no change.
    func change(of key: [UInt8]) -> PendingRows.Change? {
        let hash = Self.hash(key)
        let slot = slots[slot(of: key, hash)]
        guard slot != Self.free else { return nil }
        return rows[Int(slot) - 1].value.map { .put(Array(bytes[$0])) } ?? .delete
    }

    /// Notes a change, in place of an earlier one of the key.
    mutating func note(_ change: PendingRows.Change, of key: [UInt8]) {
        let hash = Self.hash(key)
        let place = slot(of: key, hash)
        if slots[place] == Self.free {
            let row = Row(
                start: SortedKeys.start(of: key.span), hash: hash, key: append(key), room: 0..<0,
                length: nil)
            rows.append(row)
            slots[place] = UInt32(rows.count)
            set(change, of: rows.count - 1)
            if rows.count * 2 > slots.count { grow() }
        } else {
            set(change, of: Int(slots[place]) - 1)
        }
    }

    /// Gives the changes in the order of their keys; where the key goes, the value is empty.
    func inOrder<E: Error>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ goes: Bool) throws(E) -> Void
    ) throws(E) {
        var keys = SortedKeys(capacity: rows.count)
        for (index, row) in rows.enumerated() { keys.add(row.start, index) }
        let span = bytes.span
        for index in keys.sorted(in: bytes, by: { rows[$0].key }) {
            let row = rows[index]
            let value = span.extracting(row.value ?? 0..<0)
            try body(span.extracting(row.key), value, row.value == nil)
        }
    }

    private mutating func set(_ change: PendingRows.Change, of index: Int) {
        switch change {
        case .delete: rows[index].length = nil
        case .put(let value):
            let room = rows[index].room
            if value.count <= room.count {
                let range = room.lowerBound..<(room.lowerBound + value.count)
                bytes.replaceSubrange(range, with: value)
            } else {
                // Twice as much as before, so that what is left behind is never more than that.
                let rest = max(0, 2 * room.count - value.count)
                rows[index].room = bytes.count..<(bytes.count + value.count + rest)
                bytes.append(contentsOf: value)
                bytes.append(contentsOf: repeatElement(0, count: rest))
            }
            rows[index].length = value.count
        }
    }

    private mutating func append(_ new: [UInt8]) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: new)
        return start..<bytes.count
    }

    /// The slot of a key, or the free one where it belongs.
    private func slot(of key: [UInt8], _ hash: Int) -> Int {
        let mask = slots.count - 1
        var place = hash & mask
        while slots[place] != Self.free {
            let row = rows[Int(slots[place]) - 1]
            if row.hash == hash, compareKeys(bytes.span.extracting(row.key), key.span) == 0 {
                return place
            }
            place = (place + 1) & mask
        }
        return place
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        slots = Array(repeating: Self.free, count: mask + 1)
        for (index, row) in rows.enumerated() {
            var place = row.hash & mask
            while slots[place] != Self.free { place = (place + 1) & mask }
            slots[place] = UInt32(index + 1)
        }
    }

    /// Seeded, so that nobody can choose keys that share a slot.
    private static func hash(_ key: [UInt8]) -> Int {
        var hasher = Hasher()
        unsafe key.withUnsafeBytes { bytes in unsafe hasher.combine(bytes: bytes) }
        return hasher.finalize()
    }
}

/// The numbers that append-only tables get for keys, in the order in which they came.
struct NumberBuffer: Sendable {
    private struct Row {
        let start: UInt64
        let key: Range<Int>
        let number: UInt64
    }

    private var bytes: [UInt8] = []
    private var rows: [Row] = []

    /// How many bytes of memory it takes, with those for putting the numbers in order.
    var footprint: Int {
        bytes.capacity + rows.capacity * MemoryLayout<Row>.stride
            + rows.count * 2 * MemoryLayout<SortedKeys.Place>.stride
    }

    /// Notes a number that a key gets.
    mutating func note(_ number: UInt64, of key: [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: key)
        rows.append(
            Row(
                start: SortedKeys.start(of: key.span), key: start..<bytes.count, number: number))
    }

    /// Gives the numbers in the order of the keys; those of a key as they came.
    func inOrder<E: Error>(
        _ body: (_ key: Span<UInt8>, _ number: UInt64) throws(E) -> Void
    ) throws(E) {
        var keys = SortedKeys(capacity: rows.count)
        for (index, row) in rows.enumerated() { keys.add(row.start, index) }
        let span = bytes.span
        for index in keys.sorted(in: bytes, by: { rows[$0].key }) {
            try body(span.extracting(rows[index].key), rows[index].number)
        }
    }
}

/// Puts rows in the order of their keys, and those of one key in the order in which they came.
///
/// Most keys differ in their first eight bytes, which are quicker to compare than all of them.
struct SortedKeys {
    /// The beginning of a key, and the number of its row.
    struct Place {
        let start: UInt64
        let index: Int
    }

    private var places: [Place] = []

    init(capacity: Int) { places.reserveCapacity(capacity) }

    /// Adds the next row.
    mutating func add(_ start: UInt64, _ index: Int) {
        places.append(Place(start: start, index: index))
    }

    /// The numbers of the rows, in order.
    ///
    /// - Parameters:
    ///   - bytes: What holds the keys.
    ///   - key: Where the key of a row is in them.
    consuming func sorted(in bytes: [UInt8], by key: (Int) -> Range<Int>) -> [Int] {
        places.sort { left, right in
            guard left.start == right.start else { return left.start < right.start }
            let span = bytes.span
            let order = compareKeys(
                span.extracting(key(left.index)), span.extracting(key(right.index)))
            return order == 0 ? left.index < right.index : order < 0
        }
        return places.map(\.index)
    }

    /// The first eight bytes of a key as a number, with zeros where it is shorter.
    static func start(of key: borrowing Span<UInt8>) -> UInt64 {
        var start: UInt64 = 0
        for index in 0..<8 {
            start = start << 8 | UInt64(index < key.count ? key[index] : 0)
        }
        return start
    }
}
