internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite("Rows that are written later") struct PendingRowsTests {
    private typealias Change = PendingRows.Change

    @Test(
        "are what was noted last, and come to the table in one go",
        arguments: Effort.seeds("LEDGER_ROW_SEEDS", else: 4))
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scratch = try ScratchEnvironment()
        var expected: [[UInt8]: [UInt8]] = [:]
        var numbers: [[UInt8]: Set<UInt64>] = [:]
        for round in 0..<6 {
            var rows = PendingRows()
            var noted: [[UInt8]: Change] = [:]
            for _ in 0..<Int.random(in: 1...400, using: &random) {
                let key = Self.key(in: round, &random)
                if Int.random(in: 0..<4, using: &random) == 0 {
                    rows.note(.delete, of: key, in: scratch.events)
                    (noted[key], expected[key]) = (.delete, nil)
                } else {
                    let value = [UInt8](
                        repeating: .random(in: 0...255, using: &random),
                        count: Int.random(in: 0..<60, using: &random))
                    rows.note(.put(value), of: key, in: scratch.events)
                    (noted[key], expected[key]) = (.put(value), value)
                }
                let number = UInt64.random(in: 0..<50, using: &random)
                rows.note(number, of: key.span, in: scratch.index)
                numbers[key, default: []].insert(number)
                let other = Self.key(in: round, &random)
                #expect(rows.change(of: other, in: scratch.events) == noted[other])
                #expect(rows.change(of: other, in: scratch.other) == nil)
            }
            try scratch.environment.write { (transaction) throws(StorageError) in
                try rows.write(to: &transaction)
            }
            let (found, foundNumbers) = try Self.contents(scratch)
            #expect(found == expected)
            #expect(foundNumbers == numbers)
        }
    }

    @Test(
        "are walked in the order of their keys, from any key on",
        arguments: Effort.seeds("LEDGER_ROW_SEEDS", else: 4))
    func walk(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scratch = try ScratchEnvironment()
        for count in [0, 1, 5, 64, 65, 3000] {
            var (rows, values) = (PendingRows(), [[UInt8]: [UInt8]]())
            var numbers: [(key: [UInt8], number: [UInt8])] = []
            let prefix = [UInt8](repeating: 7, count: Int.random(in: 0...20, using: &random))
            for number in 0..<count {
                let key = prefix + Self.key(in: 3, &random)
                let change: Change =
                    Int.random(in: 0..<4, using: &random) == 0 ? .delete : .put(key + key)
                rows.note(change, of: key, in: scratch.events)
                values[key] = change == .delete ? nil : key + key
                rows.note(UInt64(number), of: key.span, in: scratch.index)
                numbers.append((key, [UInt8](bigEndian: UInt64(number))))
            }
            numbers.sort {
                $0.key == $1.key
                    ? $0.number.lexicographicallyPrecedes($1.number)
                    : $0.key.lexicographicallyPrecedes($1.key)
            }
            for lower in [nil, [], prefix + [1, 0], [9]] as [[UInt8]?] {
                let least = lower ?? []
                #expect(
                    Self.entries(rows.sorted(scratch.events), from: lower)
                        == values.filter { !$0.key.lexicographicallyPrecedes(least) }
                        .sorted { $0.key.lexicographicallyPrecedes($1.key) }
                        .map { [$0.key, $0.value] })
                #expect(
                    Self.entries(rows.sorted(scratch.index), from: lower)
                        == numbers.filter { !$0.key.lexicographicallyPrecedes(least) }
                        .map { [$0.key, $0.number] })
            }
        }
    }

    private static func entries(_ rows: SortedRows, from lower: [UInt8]?) -> [[[UInt8]]] {
        var entries: [[[UInt8]]] = []
        var cursor = rows.cursor(from: lower)
        while let entry = cursor.next() {
            entries.append([[UInt8](copying: entry.key), [UInt8](copying: entry.value)])
        }
        return entries
    }

    @Test("take memory for what they are, however often they were something else")
    func memory() throws {
        let scratch = try ScratchEnvironment()
        for lengths in [
            (1...5000).map { $0 }, (0..<5000).map { 4000 - $0 % 2 },
            (0..<5000).map { $0 % 3 == 2 ? nil : 4000 + $0 % 3 },
        ] as [[Int?]] {
            var rows = PendingRows()
            for length in lengths {
                let change = length.map { Change.put(Array(repeating: 7, count: $0)) } ?? .delete
                rows.note(change, of: [1], in: scratch.events)
            }
            #expect(rows.footprint(over: 0) < 10 * 5000)
        }
    }

    @Test("take memory for the tables that are put in order at once, whichever part has them")
    func longest() throws {
        let scratch = try ScratchEnvironment()
        var (first, second) = (PendingRows(), PendingRows())
        for number in 0..<1000 {
            let key = [UInt8](bigEndian: UInt64(number))
            first.note(.put([]), of: key, in: scratch.events)
            if number < 900 { first.note(.delete, of: key, in: scratch.other) }
            if number < 500 { second.note(7, of: key.span, in: scratch.index) }
        }
        let footprints = (0...4).map { tables in
            PendingRows.footprint(of: [first, second], over: 0, sortedAtOnce: tables)
        }
        let more = zip(footprints, footprints.dropFirst()).map { $1 - $0 }
        #expect(more[0] > 0 && more[0].isMultiple(of: 1000))
        #expect(more == [1000, 900, 500, 0].map { $0 * (more[0] / 1000) })
    }

    /// Many keys that are equal in the beginning, a few that are alike but for zeros, and in later
    /// rounds some behind all others.
    private static func key(in round: Int, _ random: inout SeededGenerator) -> [UInt8] {
        let length = Int.random(in: 1...12, using: &random)
        let start = UInt8.random(in: 0...UInt8(round), using: &random)
        return [start] + (1..<length + 1).map { _ in UInt8.random(in: 0...1, using: &random) }
    }

    private static func contents(
        _ scratch: ScratchEnvironment
    ) throws -> (rows: [[UInt8]: [UInt8]], numbers: [[UInt8]: Set<UInt64>]) {
        try scratch.environment.read { (snapshot) throws(StorageError) in
            var rows: [[UInt8]: [UInt8]] = [:]
            var numbers: [[UInt8]: Set<UInt64>] = [:]
            try snapshot.scan(scratch.events) { (key, value) throws(StorageError) in
                rows[[UInt8](copying: key)] = [UInt8](copying: value)
                return .next
            }
            try snapshot.scan(scratch.index) { (key, value) throws(StorageError) in
                numbers[[UInt8](copying: key), default: []].insert(UInt64(bigEndian: value) ?? 0)
                return .next
            }
            return (rows, numbers)
        }
    }
}
