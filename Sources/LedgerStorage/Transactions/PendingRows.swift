/// Changes of rows that are made later, in the order of their keys.
///
/// In that order each page of a tree is touched once, however scattered the keys came in. What is
/// pending is looked up here first, then in the tables.
package struct PendingRows: Sendable {
    /// What is pending for a key.
    package enum Change: Sendable, Hashable {
        /// The key gets a value.
        case put([UInt8])
        /// The key and its value go.
        case delete
    }

    /// What a row takes besides its bytes: two arrays, a place in a dictionary that is half empty,
    /// and one in the list that is sorted.
    private static let rowOverhead = 200
    /// What LMDB takes for a page that a transaction changes.
    private static let pageSize = 4096
    /// From this many changed pages on LMDB writes some out before the transaction ends.
    private static let mostDirtyPages = 131_071

    private var changes: [Table: [[UInt8]: Change]] = [:]
    private var numbers: [Table: [[UInt8]: [UInt64]]] = [:]
    private var bytes = 0
    /// How many changes are pending.
    package private(set) var count = 0

    /// Nothing is pending.
    package init() {}

    /// About how many bytes of memory the changes take now and while they are written.
    ///
    /// - Parameter pages: How many pages the environment has; no more than these are changed.
    package func footprint(over pages: Int) -> Int {
        let dirty = min(count, pages, Self.mostDirtyPages)
        return bytes + count * Self.rowOverhead + dirty * Self.pageSize
    }

    /// What is pending for a key, where something is.
    package func change(of key: [UInt8], in table: Table) -> Change? {
        changes[table]?[key]
    }

    /// Notes a change, in place of an earlier one of the key.
    package mutating func note(_ change: Change, of key: [UInt8], in table: Table) {
        let before = changes[table, default: [:]].updateValue(change, forKey: key)
        bytes += change.length
        if let before {
            bytes -= before.length
        } else {
            bytes += key.count
            count += 1
        }
    }

    /// Notes a number that an append-only table gets for a key.
    package mutating func note(_ number: UInt64, of key: [UInt8], in table: Table) {
        numbers[table, default: [:]][key, default: []].append(number)
        bytes += 8
        count += 1
    }

    /// Makes the changes, table by table.
    package func write(to transaction: inout WriteTransaction) throws(StorageError) {
        for (table, changes) in changes.sorted(by: { $0.key.index < $1.key.index }) {
            for (key, change) in Self.inOrder(changes) {
                switch change {
                case .put(let value): try transaction.put(key: key, value: value, in: table)
                case .delete: try transaction.delete(key, in: table)
                }
            }
        }
        for (table, keys) in numbers.sorted(by: { $0.key.index < $1.key.index }) {
            for (key, numbers) in Self.inOrder(keys) {
                for number in numbers {
                    try transaction.putDuplicate(key: key, number, in: table)
                }
            }
        }
    }

    /// Most keys differ in their first eight bytes, which are quicker to compare than arrays.
    private static func inOrder<Value>(
        _ rows: [[UInt8]: Value]
    ) -> [(key: [UInt8], value: Value)] {
        let leading = rows.map { (start: start(of: $0.key), row: $0) }
        return leading.sorted { left, right in
            guard left.start == right.start else { return left.start < right.start }
            return compareKeys(left.row.key.span, right.row.key.span) < 0
        }.map(\.row)
    }

    private static func start(of key: [UInt8]) -> UInt64 {
        var start: UInt64 = 0
        for index in 0..<8 {
            start = start << 8 | UInt64(index < key.count ? key[index] : 0)
        }
        return start
    }
}

extension PendingRows.Change {
    fileprivate var length: Int {
        switch self {
        case .put(let value): value.count
        case .delete: 0
        }
    }
}
