internal import LedgerStorage
internal import Testing

@Suite struct ScanTests {
    private let scratch: ScratchEnvironment
    private let keys: [[UInt8]] = [
        [0], [1], [1, 0], [1, 0xFF], [1, 0xFF, 3], [2], [0xFF], [0xFF, 0xFF], [0xFF, 0xFF, 0],
    ]

    init() throws {
        scratch = try ScratchEnvironment()
        let (scratch, keys) = (scratch, keys)
        try scratch.environment.write { (transaction) throws(StorageError) in
            for key in keys {
                try transaction.put(key: key, value: key.reversed(), in: scratch.events)
            }
        }
    }

    private func scan(
        from lower: [UInt8]? = nil,
        below upper: [UInt8]? = nil,
        prefix: [UInt8]? = nil,
        reversed: Bool = false,
        limit: Int = .max
    ) throws -> [[UInt8]] {
        try scratch.environment.read { (snapshot) throws(StorageError) in
            var found: [[UInt8]] = []
            try snapshot.scan(
                scratch.events, from: lower, below: upper, prefix: prefix, reversed: reversed
            ) { (key, value) throws(StorageError) in
                found.append([UInt8](copying: key))
                #expect([UInt8](copying: value) == found.last?.reversed())
                return found.count < limit ? .next : .stop
            }
            return found
        }
    }

    @Test("A scan visits all keys in the order of their bytes, or backwards")
    func everything() throws {
        #expect(try scan() == keys)
        #expect(try scan(reversed: true) == keys.reversed())
    }

    @Test("A scan visits exactly the keys that satisfy every condition, in both directions")
    func ranges() throws {
        let bounds: [[UInt8]?] =
            [
                nil, [], [1], [1, 0], [1, 0xFE], [1, 0xFF], [2, 1], [0xFF, 0xFF], [0xFF, 0xFF, 9],
            ]
        for lower in bounds {
            for upper in bounds {
                for prefix in bounds {
                    let expected = keys.filter { key in
                        let isAbove = lower.map { !key.lexicographicallyPrecedes($0) } ?? true
                        let isBelow = upper.map { key.lexicographicallyPrecedes($0) } ?? true
                        return isAbove && isBelow && key.starts(with: prefix ?? [])
                    }
                    let forward = try scan(from: lower, below: upper, prefix: prefix)
                    let backward = try scan(
                        from: lower, below: upper, prefix: prefix, reversed: true)
                    #expect(forward == expected, "\(lower ?? []) \(upper ?? []) \(prefix ?? [])")
                    #expect(backward == expected.reversed())
                }
            }
        }
    }

    @Test("A scan ends where the body says so")
    func stop() throws {
        #expect(try scan(limit: 2) == Array(keys.prefix(2)))
    }

    @Test("A bound longer than any key is a bound all the same")
    func longBound() throws {
        let long = [UInt8](repeating: 1, count: 600)
        #expect(try scan(from: long) == Array(keys.drop { $0.lexicographicallyPrecedes(long) }))
        #expect(try scan(prefix: long) == [])
    }

    @Test("A walk over a prefix visits the keys that begin with it, and no other")
    func prefixes() throws {
        let prefixes: [[UInt8]] = [
            [], [0], [1], [1, 0], [1, 0xFE], [1, 0xFF], [3], [0xFF], [0xFF, 0xFF], [0xFF, 0xFF, 1],
            [UInt8](repeating: 0xFF, count: 512),
        ]
        for prefix in prefixes {
            let found = try scratch.environment.read { (snapshot) throws(StorageError) in
                var found: [[UInt8]] = []
                var rows = try snapshot.cursor(in: scratch.events, startingWith: prefix.span)
                while try rows.advance() {
                    let key = prefix + [UInt8](copying: rows.restOfKey)
                    let value = [UInt8](copying: rows.value)
                    #expect(value == key.reversed())
                    found.append(key)
                }
                #expect(try !rows.advance())
                return found
            }
            // An empty prefix is of no key: whoever means the whole table says so.
            let expected = prefix.isEmpty ? [] : keys.filter { $0.starts(with: prefix) }
            #expect(found == expected, "\(prefix)")
        }
    }

    @Test("A number finds the value of the key that is its bytes, the most significant first")
    func numbers() throws {
        let numbers: [UInt64] = [0, 1, 255, 256, 1 << 40, .max]
        try scratch.environment.write { (transaction) throws(StorageError) in
            for number in numbers {
                let key = [UInt8](bigEndian: number)
                try transaction.put(key: key, value: key.reversed(), in: scratch.other)
            }
        }
        for number in numbers + [2, 1 << 56] {
            let found = try scratch.environment.read { (snapshot) throws(StorageError) in
                guard let value = try snapshot.value(for: number, in: scratch.other) else {
                    return [UInt8]?.none
                }
                return [UInt8](copying: value)
            }
            let shifts = stride(from: UInt64(0), to: 64, by: 8)
            let bytes = shifts.map { UInt8(truncatingIfNeeded: number >> $0) }
            #expect(found == (numbers.contains(number) ? bytes : nil))
        }
    }

    @Test("An empty table has no entries from either end")
    func empty() throws {
        let ends = try scratch.environment.read { (snapshot) throws(StorageError) in
            let first = try snapshot.firstEntry(in: scratch.other)
            let last = try snapshot.lastEntry(in: scratch.other)
            return first == nil && last == nil
        }
        #expect(ends)
    }

    @Test("The first and the last entry are those with the smallest and the greatest key")
    func ends() throws {
        let ends = try scratch.environment.read { (snapshot) throws(StorageError) in
            (
                try snapshot.firstEntry(in: scratch.events)?.key,
                try snapshot.lastEntry(in: scratch.events)?.key
            )
        }
        #expect(ends == (keys.first, keys.last))
    }

    @Test("An error of the body ends a scan and arrives")
    func failingBody() throws {
        let refusal = StorageError(.other(1), subject: "test", message: "refused")
        #expect(throws: refusal) {
            try scratch.environment.read { (snapshot) throws(StorageError) in
                try snapshot.scan(scratch.events) { (_, _) throws(StorageError) in throw refusal }
            }
        }
    }

    @Test("Two cursors of two environments advance in step, and entries stay readable")
    func lockStep() throws {
        let second = try ScratchEnvironment()
        try second.environment.write { (transaction) throws(StorageError) in
            for key in keys {
                let value = key == [2] ? [] : Array(key.reversed())
                try transaction.put(key: key, value: value, in: second.events)
            }
        }
        let differences = try scratch.environment.read { (left) throws(StorageError) in
            try second.environment.read { (right) throws(StorageError) in
                var leftCursor = try left.cursor(in: scratch.events)
                var rightCursor = try right.cursor(in: second.events)
                var different: [[UInt8]] = []
                while let one = try leftCursor.next(), let other = try rightCursor.next() {
                    if [UInt8](copying: one.value) != [UInt8](copying: other.value) {
                        different.append([UInt8](copying: one.key))
                    }
                }
                return different
            }
        }
        #expect(differences == [[2]])
    }

    @Test("An entry stays readable after its cursor has moved on")
    func entryOutlivesStep() throws {
        let pair = try scratch.environment.read { (snapshot) throws(StorageError) in
            var cursor = try snapshot.cursor(in: scratch.events)
            guard let first = try cursor.next(), let second = try cursor.next() else {
                return [[UInt8]]()
            }
            return [[UInt8](copying: first.key), [UInt8](copying: second.key)]
        }
        #expect(pair == Array(keys.prefix(2)))
    }
}
