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

    /// Of each table that has any; there are few.
    private var changes: [(table: Table, rows: RowBuffer)] = []
    private var numbers: [(table: Table, rows: PackedRows)] = []

    /// Nothing is pending.
    package init() {}

    /// How many changes are pending.
    package var count: Int {
        changes.reduce(0) { $0 + $1.rows.count } + numbers.reduce(0) { $0 + $1.rows.count }
    }

    /// How many changes are pending for a table.
    package func count(in table: Table) -> Int {
        changes.reduce(0) { $0 + ($1.table == table ? $1.rows.count : 0) }
            + numbers.reduce(0) { $0 + ($1.table == table ? $1.rows.count : 0) }
    }

    /// About how many bytes of memory the changes take now and while they are written.
    ///
    /// - Parameter pages: How many pages the environment has; no more than these are changed, and
    ///   those that are added.
    package func footprint(over pages: Int) -> Int {
        Self.footprint(of: [self], over: pages, sortedAtOnce: 1)
    }

    /// The same of several that are written in one transaction.
    ///
    /// - Parameters:
    ///   - parts: What is written.
    ///   - pages: How many pages the environment has.
    ///   - tables: How many tables are put in order at the same time.
    package static func footprint(
        of parts: [PendingRows], over pages: Int, sortedAtOnce tables: Int
    ) -> Int {
        let new = parts.reduce(0) { $0 + $1.length } / pageSize
        let changed = min(pages, mostDirtyPages) + new
        let dirty = min(parts.reduce(0) { $0 + $1.count }, changed, mostDirtyPages)
        let longest = parts.flatMap(\.counts).sorted(by: >).prefix(tables).reduce(0, +)
        return parts.reduce(0) { $0 + $1.memory } + longest * SortedRows.bytesPerRow
            + dirty * pageSize
    }

    /// How many changes are pending for each table that has any.
    private var counts: [Int] { changes.map(\.rows.count) + numbers.map(\.rows.count) }

    /// How many bytes keys and values have, with what LMDB adds to each.
    private var length: Int {
        changes.reduce(0) { $0 + $1.rows.rows.length } + numbers.reduce(0) { $0 + $1.rows.length }
    }

    /// How many bytes the changes take.
    private var memory: Int {
        changes.reduce(0) { $0 + $1.rows.footprint } + numbers.reduce(0) { $0 + $1.rows.footprint }
    }

    /// What is pending for a key, where something is.
    package func change(of key: [UInt8], in table: Table) -> Change? {
        change(of: key.span, in: table)
    }

    /// What is pending for a key, where something is.
    package func change(of key: borrowing Span<UInt8>, in table: Table) -> Change? {
        for index in changes.indices where changes[index].table == table {
            return changes[index].rows.change(of: key)
        }
        return nil
    }

    /// Whether a key gets a value, or goes; nil where nothing is pending for it.
    package func has(_ key: borrowing Span<UInt8>, in table: Table) -> Bool? {
        for index in changes.indices where changes[index].table == table {
            return changes[index].rows.has(key)
        }
        return nil
    }

    /// Notes a change, in place of an earlier one of the key.
    package mutating func note(_ change: Change, of key: [UInt8], in table: Table) {
        switch change {
        case .put(let value): put(value.span, for: key.span, in: table)
        case .delete: remove(key.span, in: table)
        }
    }

    /// Notes that a key gets a value, in place of an earlier change of it.
    package mutating func put(
        _ value: borrowing Span<UInt8>, for key: borrowing Span<UInt8>, in table: Table
    ) {
        changes[place(of: table)].rows.put(value, for: key)
    }

    /// Notes that a key goes, in place of an earlier change of it.
    package mutating func remove(_ key: borrowing Span<UInt8>, in table: Table) {
        changes[place(of: table)].rows.remove(key)
    }

    /// Notes a number that an append-only table gets for a key.
    package mutating func note(
        _ number: UInt64, of key: borrowing Span<UInt8>, in table: Table
    ) {
        var place = numbers.startIndex
        while place < numbers.endIndex, numbers[place].table != table { place += 1 }
        if place == numbers.endIndex { numbers.append((table, PackedRows())) }
        numbers[place].rows.append(key, number)
    }

    /// What is pending for a table, in the order of the keys; the numbers of a key as they came.
    package func sorted(_ table: Table) -> SortedRows {
        let rows =
            numbers.first { $0.table == table }?.rows
            ?? changes.first { $0.table == table }?.rows.rows
        return SortedRows(rows ?? PackedRows())
    }

    /// Makes the changes, table by table.
    package func write(to transaction: inout WriteTransaction) throws(StorageError) {
        for (table, rows) in changes.sorted(by: { $0.table.index < $1.table.index }) {
            // What comes behind the last key fills its pages, and needs no search.
            let last = try transaction.snapshot.lastKey(in: table)
            var isBehind = last == nil
            try SortedRows(rows.rows).inOrder { (key, value, goes) throws(StorageError) in
                if !isBehind, let last { isBehind = compareKeys(last.span, key) < 0 }
                if !goes {
                    try transaction.put(key: key, value: value, in: table, atEnd: isBehind)
                } else if !isBehind {
                    try transaction.delete(key, in: table)
                }
            }
        }
        for (table, rows) in numbers.sorted(by: { $0.table.index < $1.table.index }) {
            try SortedRows(rows).inOrder { (key, number, _) throws(StorageError) in
                try transaction.putDuplicate(key: key, number, in: table)
            }
        }
    }

    private mutating func place(of table: Table) -> Int {
        for place in changes.indices where changes[place].table == table { return place }
        changes.append((table, RowBuffer()))
        return changes.count - 1
    }
}

extension Snapshot {
    /// Refuses a key that a table cannot have, as writing it would.
    package func requireKey(
        _ key: borrowing Span<UInt8>, in table: Table
    ) throws(StorageError) {
        try StorageLimits.checkKey(key.count, in: slots.name(of: table))
    }
}
