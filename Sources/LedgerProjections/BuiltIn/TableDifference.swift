internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage

/// How two tables of one name compare.
package struct TableDifference: Sendable, Hashable {
    /// A row that only one of the tables has, or that both have with different values.
    package struct Row: Sendable, Hashable {
        /// The key; of a table of numbers, the key, 0x00 and the number.
        package let key: [UInt8]
        /// The value in the live table; none where the row is not there.
        package let live: [UInt8]?
        /// The value in the rebuilt table; none where the row is not there.
        package let rebuilt: [UInt8]?
    }

    /// The table.
    package let name: String
    /// The rows of the rebuilt table.
    package private(set) var rows = 0
    /// The rows that only the live table has.
    package private(set) var onlyLive = 0
    /// The rows that only the rebuilt table has.
    package private(set) var onlyRebuilt = 0
    /// The keys that both have with different values.
    package private(set) var different = 0
    /// The first rows that differ, in the order of the keys.
    package private(set) var listed: [Row] = []
    /// The digest of the live table, as `schemas/README.md` defines it: 32 bytes.
    package let liveDigest: [UInt8]
    /// The digest of the rebuilt table.
    package let rebuiltDigest: [UInt8]

    /// Whether all rows are equal, byte for byte.
    package var isIdentical: Bool { onlyLive + onlyRebuilt + different == 0 }

    /// Walks both tables in the order of their keys, side by side.
    ///
    /// - Parameter limit: How many differing rows to list.
    init(
        _ name: String, live: borrowing Snapshot, _ liveTable: Table,
        rebuilt: borrowing Snapshot, _ rebuiltTable: Table, listing limit: Int = 0
    ) throws(JournalError) {
        self.name = name
        // The numbers of one key are rows of their own: value and key together are what is
        // compared.
        let isPaired = liveTable.kind == .appendOnlyDuplicates
        var (liveHasher, rebuiltHasher) = (RowHasher(), RowHasher())
        liveHasher.begin(table: name)
        rebuiltHasher.begin(table: name)
        var found: [Row] = []
        var counts = (rows: 0, onlyLive: 0, onlyRebuilt: 0, different: 0)
        do throws(StorageError) {
            var liveRows = try live.cursor(in: liveTable)
            var rebuiltRows = try rebuilt.cursor(in: rebuiltTable)
            var left = Self.row(try liveRows.next(), isPaired, &liveHasher)
            var right = Self.row(try rebuiltRows.next(), isPaired, &rebuiltHasher)
            while left != nil || right != nil {
                let order = Self.order(left?.key, right?.key)
                if order >= 0 { counts.rows += 1 }
                if order < 0 {
                    counts.onlyLive += 1
                } else if order > 0 {
                    counts.onlyRebuilt += 1
                } else if left?.value != right?.value {
                    counts.different += 1
                }
                if found.count < limit, order != 0 || left?.value != right?.value {
                    found.append(
                        Row(
                            key: (order <= 0 ? left?.key : right?.key) ?? [],
                            live: order <= 0 ? left?.value : nil,
                            rebuilt: order >= 0 ? right?.value : nil))
                }
                if order <= 0 { left = Self.row(try liveRows.next(), isPaired, &liveHasher) }
                if order >= 0 { right = Self.row(try rebuiltRows.next(), isPaired, &rebuiltHasher) }
            }
        } catch {
            throw JournalError(storage: error)
        }
        (rows, onlyLive, onlyRebuilt, different) = counts
        listed = found
        liveDigest = liveHasher.finalize()
        rebuiltDigest = rebuiltHasher.finalize()
    }

    private static func row(
        _ entry: Entry?, _ isPaired: Bool, _ hasher: inout RowHasher
    ) -> (key: [UInt8], value: [UInt8])? {
        guard let entry else { return nil }
        hasher.add(key: entry.key, value: entry.value)
        let (key, value) = ([UInt8](copying: entry.key), [UInt8](copying: entry.value))
        return isPaired ? (key + [0] + value, []) : (key, value)
    }

    /// A missing key comes after every other.
    private static func order(_ left: [UInt8]?, _ right: [UInt8]?) -> Int {
        guard let left else { return 1 }
        guard let right else { return -1 }
        if left == right { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }
}
