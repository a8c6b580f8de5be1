internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage

/// A walk over two tables of one name in the order of their keys, side by side.
///
/// It can be left after any key and gone on with in other transactions.
struct TableComparison {
    /// How many bytes of a row count as one row.
    private static let rowLength = 1024

    private(set) var difference: TableDifference
    private let limit: Int
    private var liveHasher = RowHasher()
    /// None as long as all rows were the same in both tables.
    private var rebuiltHasher: RowHasher?
    /// The last key that was compared, with all its numbers.
    private var last: [UInt8]?

    /// Begins a walk.
    ///
    /// - Parameters:
    ///   - name: The tables' name.
    ///   - limit: How many differing rows to list.
    init(_ name: String, listing limit: Int) {
        difference = TableDifference(name: name)
        self.limit = limit
        liveHasher.begin(table: name)
    }

    /// Compares about so many rows more; answers whether those were the last.
    ///
    /// - Parameter found: Is given each row that differs.
    mutating func advance(
        live: borrowing Snapshot, _ liveTable: Table, rebuilt: borrowing Snapshot,
        _ rebuiltTable: Table, rows: Int = .max,
        found: (TableDifference.Row) -> Void = { _ in }
    ) throws(JournalError) -> Bool {
        do throws(StorageError) {
            return try advance(
                live: try live.cursor(in: liveTable, from: last),
                rebuilt: try rebuilt.cursor(in: rebuiltTable, from: last), liveTable.kind,
                rows: rows, found: found)
        } catch {
            throw JournalError(storage: error)
        }
    }

    /// Compares about so many rows more with some that are not in a table.
    mutating func advance(
        live: borrowing Snapshot, _ liveTable: Table, rebuilt: borrowing SortedRows,
        rows: Int = .max, found: (TableDifference.Row) -> Void = { _ in }
    ) throws(JournalError) -> Bool {
        do throws(StorageError) {
            return try advance(
                live: try live.cursor(in: liveTable, from: last),
                rebuilt: rebuilt.cursor(from: last), liveTable.kind, rows: rows, found: found)
        } catch {
            throw JournalError(storage: error)
        }
    }

    private mutating func advance<Rebuilt: RowWalk & ~Copyable & ~Escapable>(
        live: consuming Cursor, rebuilt: consuming Rebuilt, _ kind: TableDefinition.Kind,
        rows: Int, found: (TableDifference.Row) -> Void
    ) throws(StorageError) -> Bool {
        // The numbers of one key are rows of their own: value and key together are what is
        // compared.
        let isPaired = kind == .appendOnlyDuplicates
        var left = try live.next()
        while let entry = left, isLast(entry.key) { left = try live.next() }
        var right = try rebuilt.next()
        while let entry = right, isLast(entry.key) { right = try rebuilt.next() }
        var (seen, boundary) = (0, [UInt8]?.none)
        while true {
            let order = Self.order(left, right, isPaired)
            guard let first = order <= 0 ? left : right else { return finish() }
            if seen >= rows {
                if let boundary, compareKeys(boundary.span, first.key) != 0 {
                    last = boundary
                    return false
                }
                boundary = boundary ?? [UInt8](copying: first.key)
            }
            // Long rows take long to compare: they count as several.
            seen += 1 + (first.key.count + first.value.count) / Self.rowLength
            compare(left, right, order, isPaired, found)
            if order <= 0 { left = try live.next() }
            if order >= 0 { right = try rebuilt.next() }
        }
    }

    private func isLast(_ key: Span<UInt8>) -> Bool {
        last.map { compareKeys($0.span, key) == 0 } ?? false
    }

    /// A missing entry comes after every other.
    private static func order(_ left: Entry?, _ right: Entry?, _ isPaired: Bool) -> Int {
        guard let left else { return 1 }
        guard let right else { return -1 }
        let order = compareKeys(left.key, right.key)
        return order == 0 && isPaired ? compareKeys(left.value, right.value) : order
    }

    private mutating func compare(
        _ left: Entry?, _ right: Entry?, _ order: Int, _ isPaired: Bool,
        _ found: (TableDifference.Row) -> Void
    ) {
        if order >= 0 { difference.rows += 1 }
        if order == 0, let left, let right, compareKeys(left.value, right.value) == 0 {
            liveHasher.add(key: left.key, value: left.value)
            rebuiltHasher?.add(key: right.key, value: right.value)
            return
        }
        rebuiltHasher = rebuiltHasher ?? liveHasher
        if order <= 0, let left { liveHasher.add(key: left.key, value: left.value) }
        if order >= 0, let right { rebuiltHasher?.add(key: right.key, value: right.value) }
        let row: TableDifference.Row
        if isPaired, let entry = order <= 0 ? left : right {
            let key = [UInt8](copying: entry.key)
            row = .init(
                key: key + [0] + [UInt8](copying: entry.value), tableKey: key,
                live: order < 0 ? [] : nil, rebuilt: order > 0 ? [] : nil)
        } else {
            let key = Self.key(order <= 0 ? left : right) ?? []
            row = .init(
                key: key, tableKey: key,
                live: order <= 0 ? Self.value(left) : nil,
                rebuilt: order >= 0 ? Self.value(right) : nil)
        }
        difference.count(row, listing: limit)
        found(row)
    }

    private static func key(_ entry: Entry?) -> [UInt8]? {
        guard let entry else { return nil }
        return [UInt8](copying: entry.key)
    }

    private static func value(_ entry: Entry?) -> [UInt8]? {
        guard let entry else { return nil }
        return [UInt8](copying: entry.value)
    }

    private mutating func finish() -> Bool {
        difference.liveDigest = liveHasher.finalize()
        difference.rebuiltDigest = rebuiltHasher?.finalize() ?? difference.liveDigest
        return true
    }
}
