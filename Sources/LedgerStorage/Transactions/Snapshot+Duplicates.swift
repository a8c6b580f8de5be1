internal import CLedgerLMDB

extension Snapshot {
    /// The greatest number that an append-only table holds for a key, or nil where it holds none.
    package func lastDuplicate(
        of key: Span<UInt8>, in table: Table
    ) throws(StorageError) -> UInt64? {
        guard key.count >= 1, key.count <= StorageLimits.maximumKeyLength else { return nil }
        var cursor = try DuplicateCursor(self, key, table)
        return try cursor.move(to: .last(below: nil))
    }

    /// Visits the numbers that an append-only table holds for a key, in ascending order.
    ///
    /// - Parameters:
    ///   - key: the key; one that is empty or too long has no numbers.
    ///   - table: an append-only table.
    ///   - lower: the smallest number visited.
    ///   - upper: a number that is not visited, nor any greater.
    ///   - reversed: whether to visit the same numbers from the greatest to the smallest.
    ///   - body: is given the number, and says whether to go on.
    package func scanDuplicates<E: StorageFailure>(
        of key: [UInt8],
        in table: Table,
        from lower: UInt64 = 0,
        below upper: UInt64? = nil,
        reversed: Bool = false,
        _ body: (UInt64) throws(E) -> ScanStep
    ) throws(E) {
        guard key.count >= 1, key.count <= StorageLimits.maximumKeyLength else { return }
        var cursor: DuplicateCursor
        do { cursor = try DuplicateCursor(self, key.span, table) } catch { throw E(storage: error) }
        var position: DuplicateCursor.Position = reversed ? .last(below: upper) : .first(lower)
        while true {
            let number: UInt64?
            do { number = try cursor.move(to: position) } catch { throw E(storage: error) }
            guard let number, number >= lower else { return }
            if let upper, number >= upper { return }
            if try body(number) == .stop { return }
            position = reversed ? .previous : .next
        }
    }
}

/// A walk over the numbers that an append-only table holds for one key.
private struct DuplicateCursor: ~Copyable, ~Escapable {
    enum Position {
        case first(UInt64)
        case last(below: UInt64?)
        case next
        case previous
    }

    private var handle: CursorHandle
    private let key: Span<UInt8>

    @_lifetime(copy snapshot, copy key)
    init(
        _ snapshot: borrowing Snapshot,
        _ key: Span<UInt8>,
        _ table: Table
    ) throws(StorageError) {
        guard table.kind == .appendOnlyDuplicates else {
            let name = snapshot.slots.name(of: table)
            throw .lmdb(MDB_INCOMPATIBLE, "read the numbers of table", on: name)
        }
        handle = try CursorHandle(snapshot, table)
        self.key = key
    }

    /// Moves, and answers the number found or nil where there is none.
    mutating func move(to position: Position) throws(StorageError) -> UInt64? {
        let code: Int32 =
            switch position {
            case .first(let lower): seek(lower)
            case .last(below: nil): seekLast()
            case .last(below: let upper?): seekLast(below: upper)
            case .next: handle.move(MDB_NEXT_DUP)
            case .previous: handle.move(MDB_PREV_DUP)
            }
        if code == MDB_NOTFOUND { return nil }
        guard code == 0, let number = UInt64(bigEndian: handle.currentValue) else {
            throw .lmdb(code == 0 ? MDB_CORRUPTED : code, "walk table", on: handle.table)
        }
        return number
    }

    private mutating func seek(_ lower: UInt64) -> Int32 {
        let bound = PositionBytes(bigEndian: lower)
        return handle.move(key: key, notLess: bound.span)
    }

    private mutating func seekLast(below upper: UInt64) -> Int32 {
        let code = seek(upper)
        if code == MDB_NOTFOUND { return seekLast() }
        return code == 0 ? handle.move(MDB_PREV_DUP) : code
    }

    private mutating func seekLast() -> Int32 {
        let code = handle.move(MDB_SET_KEY, key: key)
        return code == 0 ? handle.move(MDB_LAST_DUP) : code
    }
}
