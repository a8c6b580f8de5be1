internal import Crypto
internal import LedgerFormat
internal import Testing

@Suite("A digest of rows")
struct RowHasherTests {
    private typealias Row = (key: [UInt8], value: [UInt8])

    /// Around the 8,192 bytes that are digested in one go, around twice as many, and far above.
    private static let lengths =
        [0, 1, 8] + Array(8192 - 28...8192 + 2) + Array(16_384 - 28...16_384 + 2)
        + [20_000, 24_576, 50_001]

    @Test("is SHA-256 of what its definition says, however long a key or a value is")
    func long() {
        for (seed, length) in Self.lengths.enumerated() {
            let (few, many) = (Self.bytes(3, seed), Self.bytes(length, seed + 1))
            for row in [(many, few), (few, many), (many, many)] {
                Self.check([("rows", [row, (few, few)])])
            }
        }
    }

    @Test("is SHA-256 of what its definition says, wherever a row begins")
    func shifted() {
        for shift in 8192 - 60...8192 {
            let rows = [
                (Self.bytes(1, 5), Self.bytes(shift, 6)), (Self.bytes(20, 7), Self.bytes(9, 8)),
            ]
            Self.check([("a", rows), ("another", []), ("last", rows)])
        }
    }

    @Test("tells of many short rows, of tables without rows, and of no table")
    func many() {
        let rows = (0..<3000).map { (Self.bytes($0 % 40 + 1, $0), Self.bytes($0 % 23, $0 + 1)) }
        Self.check([("empty", []), ("many", rows), ("", [])])
        Self.check([])
    }

    private static func check(
        _ tables: [(name: String, rows: [Row])], _ location: SourceLocation = #_sourceLocation
    ) {
        var hasher = RowHasher()
        var defined: [UInt8] = []
        for table in tables {
            hasher.begin(table: table.name)
            defined += [1] + length(table.name.utf8.count) + Array(table.name.utf8)
            for row in table.rows {
                hasher.add(key: row.key.span, value: row.value.span)
                defined += [2] + length(row.key.count) + row.key
                defined += length(row.value.count) + row.value
            }
        }
        let digest = hasher.finalize()
        #expect(digest == Array(SHA256.hash(data: defined)), sourceLocation: location)
        // Asking changes nothing.
        #expect(hasher.finalize() == digest, sourceLocation: location)
    }

    /// Eight bytes, the most significant first.
    private static func length(_ count: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * (7 - $0))) }
    }

    private static func bytes(_ count: Int, _ seed: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 * 31 + seed * 17) ^ ($0 >> 8)) }
    }
}
