/// How two tables of one name compare.
package struct TableDifference: Sendable, Hashable {
    /// A row that only one of the tables has, or that both have with different values.
    package struct Row: Sendable, Hashable {
        /// The key; of a table of numbers, the key, 0x00 and the number.
        package let key: [UInt8]
        /// The key as it is in the table, of a table of numbers too.
        let tableKey: [UInt8]
        /// The value in the live table; none where the row is not there.
        package let live: [UInt8]?
        /// The value in the rebuilt table; none where the row is not there.
        package let rebuilt: [UInt8]?
    }

    /// The table.
    package let name: String
    /// The rows of the rebuilt table.
    package internal(set) var rows = 0
    /// The rows that only the live table has.
    package private(set) var onlyLive = 0
    /// The rows that only the rebuilt table has.
    package private(set) var onlyRebuilt = 0
    /// The keys that both have with different values.
    package private(set) var different = 0
    /// The first rows that differ, in the order of the keys.
    package private(set) var listed: [Row] = []
    /// The digest of the live table, as `schemas/README.md` defines it: 32 bytes; none where
    /// records came in while the table was walked.
    package internal(set) var liveDigest: [UInt8]?
    /// The digest of the rebuilt table.
    package internal(set) var rebuiltDigest: [UInt8]?

    init(name: String) { self.name = name }

    /// How many rows differ.
    package var differing: Int { onlyLive + onlyRebuilt + different }

    /// Whether all rows are equal, byte for byte.
    package var isIdentical: Bool { differing == 0 }

    mutating func count(_ row: Row, listing limit: Int) {
        switch (row.live, row.rebuilt) {
        case (_, nil): onlyLive += 1
        case (nil, _): onlyRebuilt += 1
        default: different += 1
        }
        if listed.count < limit { listed.append(row) }
    }
}
