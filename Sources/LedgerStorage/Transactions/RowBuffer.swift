/// The last change of each key.
struct RowBuffer: Sendable {
    private(set) var rows = PackedRows()
    private var index = KeyIndex()

    /// How many keys have a change.
    var count: Int { rows.count }

    /// How many bytes of memory it takes.
    var footprint: Int { rows.footprint + index.footprint }

    /// The change of a key: its value, or none where the key goes; nil where it has no change.
    func change(of key: borrowing Span<UInt8>) -> PendingRows.Change? {
        guard let found = index.place(of: key, in: rows).row else { return nil }
        let row = rows.rows[found]
        return row.goes ? .delete : .put(Array(rows.bytes[row.valueRange]))
    }

    /// Whether a key has a value, or goes; nil where it has no change.
    func has(_ key: borrowing Span<UInt8>) -> Bool? {
        index.place(of: key, in: rows).row.map { !rows.rows[$0].goes }
    }

    /// Notes a value, in place of an earlier change of the key.
    mutating func put(_ value: borrowing Span<UInt8>, for key: borrowing Span<UInt8>) {
        let place = index.place(of: key, in: rows)
        if let found = place.row {
            rows.set(value, of: found)
        } else {
            rows.append(key, value)
            index.take(place)
        }
    }

    /// Notes that a key goes, in place of an earlier change of it.
    mutating func remove(_ key: borrowing Span<UInt8>) {
        let place = index.place(of: key, in: rows)
        if let found = place.row {
            rows.remove(found)
        } else {
            rows.append(removal: key)
            index.take(place)
        }
    }
}

/// Where rows are, by the hashes of their keys.
private struct KeyIndex: Sendable {
    /// Where a key was looked for.
    struct Place {
        let slot: Int
        let hash: UInt32
        /// The key's row, where it has one; else the slot is free.
        let row: Int?
    }

    /// What is free among the slots.
    private static let free: UInt64 = 0

    /// A power of two of them: half a hash, then a row's number and one more.
    private var slots: [UInt64] = Array(repeating: free, count: 16)
    private var count = 0
    /// Nobody knows it, so that nobody can choose keys that share a slot.
    private let seed = KeyHashSeed()

    /// How many bytes of memory it takes.
    var footprint: Int { slots.count * MemoryLayout<UInt64>.stride }

    /// Looks for a key.
    func place(of key: borrowing Span<UInt8>, in rows: borrowing PackedRows) -> Place {
        let hash = seed.hash(key)
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != Self.free {
            if UInt32(truncatingIfNeeded: slots[slot] >> 32) == hash {
                let row = Int(UInt32(truncatingIfNeeded: slots[slot])) - 1
                if rows.row(row, has: key) { return Place(slot: slot, hash: hash, row: row) }
            }
            slot = (slot + 1) & mask
        }
        return Place(slot: slot, hash: hash, row: nil)
    }

    /// Gives the place where a key was looked for to the row that was added last.
    mutating func take(_ place: Place) {
        count += 1
        slots[place.slot] = UInt64(place.hash) << 32 | UInt64(UInt32(count))
        if count * 4 > slots.count * 3 { grow() }
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        var larger = [UInt64](repeating: Self.free, count: mask + 1)
        for entry in slots where entry != Self.free {
            var slot = Int(entry >> 32) & mask
            while larger[slot] != Self.free { slot = (slot + 1) & mask }
            larger[slot] = entry
        }
        slots = larger
    }
}

/// What the hashes of keys depend on besides the keys.
private struct KeyHashSeed: Sendable {
    private let start = UInt64.random(in: 0...UInt64.max)
    private let factor = UInt64.random(in: 0...UInt64.max) | 1
    private let last = UInt64.random(in: 0...UInt64.max) | 1

    /// Multiplies eight bytes after the other into twice as many bits, and folds those.
    func hash(_ key: borrowing Span<UInt8>) -> UInt32 {
        var (hash, offset) = (start ^ UInt64(key.count), 0)
        while offset + 8 <= key.count {
            let word = unsafe key.bytes.unsafeLoadUnaligned(
                fromByteOffset: offset, as: UInt64.self)
            hash = Self.folded(hash ^ word, factor)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < key.count {
            rest = rest << 8 | UInt64(key[offset])
            offset += 1
        }
        return UInt32(truncatingIfNeeded: Self.folded(hash ^ rest, last) >> 16)
    }

    private static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
