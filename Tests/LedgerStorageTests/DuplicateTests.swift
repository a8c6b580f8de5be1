internal import LedgerStorage
internal import Testing

@Suite struct DuplicateTests {
    private let scratch: ScratchEnvironment

    /// Enough numbers for one key to leave its page, one number alone, and keys around them.
    private let numbers: [String: [UInt64]] = [
        "a": [5], "b": (0..<3_000).map { $0 * 3 + 1 }, "c": [1, 2, .max], "bb": [0],
    ]

    init() throws {
        scratch = try ScratchEnvironment()
        let (scratch, numbers) = (scratch, numbers)
        try scratch.environment.write { (transaction) throws(StorageError) in
            for (key, values) in numbers.sorted(by: { $0.key > $1.key }) {
                for value in values {
                    try transaction.putDuplicate(key: [UInt8](key), value, in: scratch.index)
                }
            }
        }
    }

    private func scan(
        _ key: String,
        from lower: UInt64 = 0,
        below upper: UInt64? = nil,
        reversed: Bool = false,
        limit: Int = .max
    ) throws -> [UInt64] {
        try scratch.environment.read { (snapshot) throws(StorageError) in
            var found: [UInt64] = []
            try snapshot.scanDuplicates(
                of: [UInt8](key), in: scratch.index, from: lower, below: upper, reversed: reversed
            ) { (number) throws(StorageError) in
                found.append(number)
                return found.count < limit ? .next : .stop
            }
            return found
        }
    }

    @Test("The numbers of a key come in ascending order, or backwards, within bounds")
    func ranges() throws {
        for (key, values) in numbers {
            for lower: UInt64 in [0, 1, 2, 5, 6, 8_998, 8_999, .max] {
                for upper: UInt64? in [nil, 0, 1, 2, 5, 6, 4_000, 8_999, .max] {
                    let expected =
                        values.filter { $0 >= lower && $0 < upper ?? .max }
                        + (upper == nil && values.last == .max ? [.max] : [])
                    #expect(try scan(key, from: lower, below: upper) == expected)
                    #expect(
                        try scan(key, from: lower, below: upper, reversed: true)
                            == expected.reversed())
                }
            }
        }
    }

    @Test("A key without numbers, an empty key and an over-long key have none")
    func missing() throws {
        for key in ["", "ab", "z", String(repeating: "b", count: 512)] {
            #expect(try scan(key) == [])
            #expect(try scan(key, reversed: true) == [])
            #expect(try scan(key, from: 3, below: 9, reversed: true) == [])
        }
    }

    @Test("The last number of a key is the greatest")
    func last() throws {
        let found = try scratch.environment.read { (snapshot) throws(StorageError) in
            var found: [String: UInt64] = [:]
            for key in numbers.keys {
                found[key] = try snapshot.lastDuplicate(of: key.utf8.span, in: scratch.index)
            }
            let none = try snapshot.lastDuplicate(of: "z".utf8.span, in: scratch.index)
            #expect(none == nil)
            return found
        }
        #expect(found == numbers.mapValues { $0.last ?? 0 })
    }

    @Test("Adding a number again changes nothing")
    func idempotent() throws {
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.putDuplicate(key: [UInt8]("a"), 5, in: scratch.index)
            try transaction.putDuplicate(key: [UInt8]("b"), 4, in: scratch.index)
        }
        #expect(try scan("a") == [5])
        #expect(try scan("b").count == 3_000)
    }

    @Test("A scan of keys visits each key once, in both directions")
    func distinctKeys() throws {
        func keys(reversed: Bool, prefix: String? = nil) throws -> [String] {
            try scratch.environment.read { (snapshot) throws(StorageError) in
                var found: [String] = []
                try snapshot.scanKeys(
                    in: scratch.index, prefix: prefix.map { [UInt8]($0) }, reversed: reversed
                ) { (key) throws(StorageError) in
                    found.append(String(decoding: [UInt8](copying: key), as: UTF8.self))
                    return .next
                }
                return found
            }
        }
        #expect(try keys(reversed: false) == ["a", "b", "bb", "c"])
        #expect(try keys(reversed: true) == ["c", "bb", "b", "a"])
        #expect(try keys(reversed: false, prefix: "b") == ["b", "bb"])
        #expect(try keys(reversed: true, prefix: "b") == ["bb", "b"])
    }

    @Test("A cursor over an append-only table gives one entry per number")
    func entries() throws {
        let entries = try scratch.environment.read { (snapshot) throws(StorageError) in
            var entries: [String] = []
            var cursor = try snapshot.cursor(in: scratch.index, from: [UInt8]("bb"))
            while let entry = try cursor.next() {
                let key = String(decoding: [UInt8](copying: entry.key), as: UTF8.self)
                entries.append("\(key)\(UInt64(bigEndian: entry.value) ?? 99)")
            }
            return entries
        }
        #expect(entries == ["bb0", "c1", "c2", "c\(UInt64.max)"])
    }

    @Test("Operations of one kind of table are refused on the other")
    func kinds() throws {
        func expectRefusal(_ body: @escaping (inout WriteTransaction) throws(StorageError) -> Void)
        {
            let error = #expect(throws: StorageError.self) {
                try scratch.environment.write { (transaction) throws(StorageError) in
                    try body(&transaction)
                }
            }
            guard case .tableKindMismatch = error?.code else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        let (events, index) = (scratch.events, scratch.index)
        expectRefusal { (transaction) throws(StorageError) in
            try transaction.put(key: [1], value: [1], in: index)
        }
        expectRefusal { (transaction) throws(StorageError) in
            try transaction.append(key: [1], value: [1], in: index)
        }
        expectRefusal { (transaction) throws(StorageError) in
            try transaction.delete([1], in: index)
        }
        expectRefusal { (transaction) throws(StorageError) in
            try transaction.putDuplicate(key: [1], 1, in: events)
        }
        expectRefusal { (transaction) throws(StorageError) in
            let key: [UInt8] = [1]
            _ = try transaction.snapshot.lastDuplicate(of: key.span, in: events)
        }
    }
}
