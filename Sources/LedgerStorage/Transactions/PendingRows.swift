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

    /// What LMDB takes for a page that a transaction changes.
    private static let pageSize = 4096
    /// From this many changed pages on LMDB writes some out before the transaction ends.
    private static let mostDirtyPages = 131_071

    private var changes: [Table: RowBuffer] = [:]
    private var numbers: [Table: NumberBuffer] = [:]
    /// How many changes are pending.
    package private(set) var count = 0

    /// Nothing is pending.
    package init() {}

    /// About how many bytes of memory the changes take now and while they are written.
    ///
    /// - Parameter pages: How many pages the environment has; no more than these are changed.
    package func footprint(over pages: Int) -> Int {
        let dirty = min(count, pages, Self.mostDirtyPages)
        return changes.values.reduce(0) { $0 + $1.footprint }
            + numbers.values.reduce(0) { $0 + $1.footprint } + dirty * Self.pageSize
    }

    /// What is pending for a key, where something is.
    package func change(of key: [UInt8], in table: Table) -> Change? {
        changes[table]?.change(of: key)
    }

    /// Notes a change, in place of an earlier one of the key.
    package mutating func note(_ change: Change, of key: [UInt8], in table: Table) {
        // `count` is of keys: one that has a change already counts once.
        let before = changes[table]?.count ?? 0
        changes[table, default: RowBuffer()].note(change, of: key)
        count += (changes[table]?.count ?? 0) - before
    }

    /// Notes a number that an append-only table gets for a key.
    package mutating func note(_ number: UInt64, of key: [UInt8], in table: Table) {
        numbers[table, default: NumberBuffer()].note(number, of: key)
        count += 1
    }

    /// Makes the changes, table by table.
    package func write(to transaction: inout WriteTransaction) throws(StorageError) {
        for (table, rows) in changes.sorted(by: { $0.key.index < $1.key.index }) {
            // What comes behind the last key fills its pages, and needs no search.
            let last = try transaction.snapshot.lastKey(in: table)
            var isBehind = last == nil
            try rows.inOrder { (key, value, goes) throws(StorageError) in
                if !isBehind, let last { isBehind = compareKeys(last.span, key) < 0 }
                if !goes {
                    try transaction.put(key: key, value: value, in: table, atEnd: isBehind)
                } else if !isBehind {
                    try transaction.delete(key, in: table)
                }
            }
        }
        for (table, rows) in numbers.sorted(by: { $0.key.index < $1.key.index }) {
            try rows.inOrder { (key, number) throws(StorageError) in
                try transaction.putDuplicate(key: key, number, in: table)
            }
        }
    }
}
