@testable internal import LedgerProjections
internal import LedgerDomain
internal import LedgerTestSupport
internal import Testing

@Suite("Bytes of rows") struct RowCodingTests {
    private struct Parts: RowCodable, Hashable, Comparable {
        var text: UserID
        var number: Int64
        var time: Timestamp?

        init(_ text: UserID, _ number: Int64, _ time: Timestamp?) {
            (self.text, self.number, self.time) = (text, number, time)
        }

        func encode(to row: inout RowEncoder) {
            row.append(text)
            row.append(number)
            row.append(time)
        }

        init(from row: inout RowDecoder) throws(RowDecodingError) {
            text = try row.next(UserID.self)
            number = try row.next(Int64.self)
            time = try row.nextIfPresent(Timestamp.self)
        }

        static func < (left: Parts, right: Parts) -> Bool {
            if left.text != right.text { return left.text < right.text }
            if left.number != right.number { return left.number < right.number }
            guard let other = right.time else { return false }
            return left.time.map { $0 < other } ?? true
        }
    }

    private static let texts: [UserID] = [
        "", "a", "a\0", "a\0\0b", "a\u{1}", "ab", "b", "é", "e\u{301}", "\u{10FFFF}",
    ]
    private static let numbers: [Int64] = [.min, -256, -1, 0, 1, 255, 256, .max]

    private var all: [Parts] {
        let times = [nil] + Self.numbers.map { Timestamp(microsecondsSinceEpoch: $0) }
        return Self.texts.flatMap { text in
            Self.numbers.flatMap { number in times.map { Parts(text, number, $0) } }
        }
    }

    @Test("sort as their parts do, and are read back as they were written")
    func order() throws {
        var previous: [UInt8]?
        for parts in all.sorted() {
            let bytes = parts.rowBytes
            if let previous { #expect(previous.lexicographicallyPrecedes(bytes), "\(parts)") }
            previous = bytes
            let read = try RowDecoder.decode(Parts.self, bytes.span)
            #expect(read == parts)
        }
    }

    @Test("that end early, go on, or hold something else are errors, and never a crash")
    func damage() throws {
        let bytes = Parts("ann", 7, Timestamp(microsecondsSinceEpoch: 9)).rowBytes
        for length in 0..<bytes.count {
            let short = Array(bytes.prefix(length))
            #expect(throws: RowDecodingError.self) { try decoded(short) }
        }
        #expect(throws: RowDecodingError.self) { try decoded(bytes + [0]) }
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            var damaged = bytes
            let place = Int.random(in: damaged.indices, using: &random)
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            _ = try? decoded(damaged)
        }
    }

    private func decoded(_ bytes: [UInt8]) throws(RowDecodingError) -> Parts {
        try RowDecoder.decode(Parts.self, bytes.span)
    }
}
