/// Pending rows of one table in the order of their keys; those of one key as they came.
package struct SortedRows: Sendable {
    private let bytes: [UInt8]
    private let rows: [PackedRows.Row]

    /// What putting a row in order takes, in bytes.
    static let bytesPerRow = 2 * MemoryLayout<Place>.stride + MemoryLayout<PackedRows.Row>.stride

    init(_ packed: PackedRows) {
        bytes = packed.bytes
        rows = Self.order(of: packed).map { packed.rows[Int($0.index)] }
    }

    /// A walk over the rows that have a value.
    ///
    /// - Parameter lower: The smallest key visited.
    @_lifetime(borrow self)
    package func cursor(from lower: [UInt8]? = nil) -> RowCursor {
        RowCursor(bytes.span, rows.span, next: lower.map(firstPlace) ?? 0)
    }

    /// Gives all rows; where the key goes, the value is empty.
    func inOrder<E: Error>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ goes: Bool) throws(E) -> Void
    ) throws(E) {
        let bytes = bytes.span
        for row in rows {
            try body(
                bytes.extracting(row.keyRange), bytes.extracting(row.valueRange), row.goes)
        }
    }

    /// The place of the first key that is not less than another.
    private func firstPlace(notLess key: [UInt8]) -> Int {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = low + (high - low) / 2
            if compareKeys(bytes.span.extracting(rows[middle].keyRange), key.span) < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

/// A walk over pending rows in the order of their keys.
package struct RowCursor: ~Copyable, ~Escapable, RowWalk {
    private let bytes: Span<UInt8>
    private let rows: Span<PackedRows.Row>
    private var place: Int

    @_lifetime(copy bytes, copy rows)
    fileprivate init(_ bytes: Span<UInt8>, _ rows: Span<PackedRows.Row>, next place: Int) {
        self.bytes = bytes
        self.rows = rows
        self.place = place
    }

    /// Moves to the next entry and lends it, or answers nil at the end.
    @_lifetime(copy self)
    package mutating func next() -> Entry? {
        while place < rows.count {
            let row = rows[place]
            place += 1
            if row.goes { continue }
            return Entry(
                key: bytes.extracting(row.keyRange), value: bytes.extracting(row.valueRange))
        }
        return nil
    }
}

/// A walk over entries in the order of their keys.
package protocol RowWalk: ~Copyable, ~Escapable {
    /// Moves to the next entry and lends it, or answers nil at the end.
    @_lifetime(copy self)
    mutating func next() throws(StorageError) -> Entry?
}

extension Cursor: RowWalk {}

extension SortedRows {
    /// A row, and eight bytes of its key behind those that all keys begin with, which mostly tell
    /// it from others.
    fileprivate struct Place {
        var start: UInt64 = 0
        var index: UInt32 = 0
    }

    /// So many bits are looked at in one pass.
    private static let digit = 11
    /// So few are put in order quicker by comparing them.
    private static let few = 64

    private static func order(of packed: PackedRows) -> [Place] {
        var places = places(of: packed)
        if places.count > few {
            sortByStart(&places)
            sortEqual(&places, of: packed)
        } else {
            places.sort { isBefore($0, $1, packed) }
        }
        return places
    }

    private static func places(of packed: PackedRows) -> [Place] {
        let bytes = packed.bytes.span
        let common = commonPrefix(of: packed)
        var places: [Place] = []
        places.reserveCapacity(packed.count)
        for (index, row) in packed.rows.enumerated() {
            let rest = bytes.extracting((row.key + common)..<(row.key + row.keyLength))
            places.append(Place(start: start(of: rest), index: UInt32(index)))
        }
        return places
    }

    /// How many bytes all keys begin with.
    private static func commonPrefix(of packed: PackedRows) -> Int {
        guard let first = packed.rows.first else { return 0 }
        let bytes = packed.bytes.span
        var common = first.keyLength
        for row in packed.rows {
            common = min(common, row.keyLength)
            var length = 0
            while length < common, bytes[row.key + length] == bytes[first.key + length] {
                length += 1
            }
            common = length
        }
        return common
    }

    /// The first eight bytes as a number, with zeros where there are fewer.
    private static func start(of key: borrowing Span<UInt8>) -> UInt64 {
        var start: UInt64 = 0
        for index in 0..<8 {
            start = start << 8 | UInt64(index < key.count ? key[index] : 0)
        }
        return start
    }

    private static func isBefore(_ left: Place, _ right: Place, _ packed: PackedRows) -> Bool {
        guard left.start == right.start else { return left.start < right.start }
        let bytes = packed.bytes.span
        let order = compareKeys(
            bytes.extracting(packed.rows[Int(left.index)].keyRange),
            bytes.extracting(packed.rows[Int(right.index)].keyRange))
        return order == 0 ? left.index < right.index : order < 0
    }

    /// Deals places out by one digit after the other, the last one first.
    private static func sortByStart(_ places: inout [Place]) {
        var dealt = [Place](repeating: Place(), count: places.count)
        for shift in stride(from: 0, to: UInt64.bitWidth, by: digit) {
            var ends = [Int](repeating: 0, count: 1 << digit)
            for place in places { ends[value(of: place, shift)] += 1 }
            // A digit that all have changes nothing.
            if ends.contains(places.count) { continue }
            var sum = 0
            for value in ends.indices { (ends[value], sum) = (sum, sum + ends[value]) }
            for place in places {
                let value = value(of: place, shift)
                dealt[ends[value]] = place
                ends[value] += 1
            }
            swap(&places, &dealt)
        }
    }

    @inline(__always)
    private static func value(of place: Place, _ shift: Int) -> Int {
        Int(truncatingIfNeeded: place.start >> UInt64(shift)) & (1 << digit - 1)
    }

    /// Puts in order what has the same start.
    private static func sortEqual(_ places: inout [Place], of packed: PackedRows) {
        var first = 0
        while first < places.count {
            var end = first + 1
            while end < places.count, places[end].start == places[first].start { end += 1 }
            if end > first + 1 { places[first..<end].sort { isBefore($0, $1, packed) } }
            first = end
        }
    }
}
