public import LedgerDomain
internal import LedgerFormat
internal import LedgerStorage

/// What the rows of a projection come to, in 32 bytes.
///
/// Rows of the same edition are equal, byte for byte, exactly when their digests at the same
/// position are: SHA-256 over every table in the order of the names, and in each every row in the
/// order of the keys. `schemas/README.md` has it byte for byte.
public struct ProjectionDigest: Hashable, Sendable, CustomStringConvertible {
    /// The last record that the rows contain.
    public let position: Position
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// The bytes as 64 hexadecimal digits.
    public var description: String { bytes.lowercaseHexadecimal }
}

extension ProjectionDigest {
    /// Digests all rows of tables, which are in the order of their names.
    init<Failure: StorageFailure>(
        of tables: [(name: String, table: Table)], in snapshot: borrowing Snapshot,
        at position: Position, _: Failure.Type
    ) throws(Failure) {
        var hasher = RowHasher()
        for (name, table) in tables {
            hasher.begin(table: name)
            try snapshot.scan(table) { (key, value) throws(Failure) in
                hasher.add(key: key, value: value)
                return .next
            }
        }
        self.init(position: position, bytes: hasher.finalize())
    }
}
