extension Snapshot {
    /// Opens a walk over the keys that satisfy all the conditions given.
    ///
    /// - Parameters:
    ///   - table: the table to walk.
    ///   - lower: the smallest key visited.
    ///   - upper: a key that is not visited, nor any greater.
    ///   - prefix: what every key visited begins with.
    ///   - reversed: whether to walk the same keys from the greatest to the smallest.
    @_lifetime(copy self)
    package func cursor(
        in table: Table,
        from lower: [UInt8]? = nil,
        below upper: [UInt8]? = nil,
        prefix: [UInt8]? = nil,
        reversed: Bool = false
    ) throws(StorageError) -> Cursor {
        let range = KeyRange(from: lower, below: upper, prefix: prefix)
        return try Cursor(self, table, range: range, reversed: reversed)
    }

    /// Visits the entries whose keys satisfy all the conditions given, in the order of the keys.
    ///
    /// - Parameters:
    ///   - table: the table to walk.
    ///   - lower: the smallest key visited.
    ///   - upper: a key that is not visited, nor any greater.
    ///   - prefix: what every key visited begins with.
    ///   - reversed: whether to visit the same keys from the greatest to the smallest.
    ///   - body: is lent the key and the value, and says whether to go on.
    package func scan<E: StorageFailure>(
        _ table: Table,
        from lower: [UInt8]? = nil,
        below upper: [UInt8]? = nil,
        prefix: [UInt8]? = nil,
        reversed: Bool = false,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws(E) -> ScanStep
    ) throws(E) {
        let range = KeyRange(from: lower, below: upper, prefix: prefix)
        try walk(table, range: range, reversed: reversed, distinct: false, body)
    }

    /// Visits every key once, however many numbers an append-only table holds for it.
    package func scanKeys<E: StorageFailure>(
        in table: Table,
        from lower: [UInt8]? = nil,
        below upper: [UInt8]? = nil,
        prefix: [UInt8]? = nil,
        reversed: Bool = false,
        _ body: (_ key: Span<UInt8>) throws(E) -> ScanStep
    ) throws(E) {
        let range = KeyRange(from: lower, below: upper, prefix: prefix)
        try walk(table, range: range, reversed: reversed, distinct: true) {
            (key, _) throws(E) in try body(key)
        }
    }

    /// Copies the entry with the smallest key, or answers nil where the table is empty.
    package func firstEntry(
        in table: Table
    ) throws(StorageError) -> (key: [UInt8], value: [UInt8])? {
        try end(of: table, reversed: false)
    }

    /// Copies the entry with the greatest key, or answers nil where the table is empty.
    package func lastEntry(
        in table: Table
    ) throws(StorageError) -> (key: [UInt8], value: [UInt8])? {
        try end(of: table, reversed: true)
    }

    /// Copies the greatest key, or answers nil where the table is empty.
    func lastKey(in table: Table) throws(StorageError) -> [UInt8]? {
        var cursor = try cursor(in: table, reversed: true)
        guard let entry = try cursor.next() else { return nil }
        return [UInt8](copying: entry.key)
    }

    private func end(
        of table: Table,
        reversed: Bool
    ) throws(StorageError) -> (key: [UInt8], value: [UInt8])? {
        var cursor = try cursor(in: table, reversed: reversed)
        guard let entry = try cursor.next() else { return nil }
        return ([UInt8](copying: entry.key), [UInt8](copying: entry.value))
    }

    private func walk<E: StorageFailure>(
        _ table: Table,
        range: KeyRange,
        reversed: Bool,
        distinct: Bool,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws(E) -> ScanStep
    ) throws(E) {
        var cursor: Cursor
        do {
            cursor = try Cursor(
                self, table, range: range, reversed: reversed, distinct: distinct)
        } catch {
            throw E(storage: error)
        }
        while true {
            do throws(StorageError) {
                guard try cursor.advance() else { return }
            } catch {
                throw E(storage: error)
            }
            if try body(cursor.currentKey, cursor.currentValue) == .stop { return }
        }
    }
}
