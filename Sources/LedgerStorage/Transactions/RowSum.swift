/// What some rows come to, whatever their order.
///
/// Every row counts by a keyed hash of its key and value, and the hashes are added up. Two sets of
/// rows that differ have the same sum once in 2^64 times, whoever chose the rows: the key is random
/// and leaves the process in nothing.
package struct RowSum: Sendable {
    /// How rows are hashed; sums of one key can be compared.
    package struct Key: Sendable {
        fileprivate let hasher: Hasher

        /// A random key.
        package init() {
            var hasher = Hasher()
            // Swift's own key is known where its hashing was made to repeat itself.
            hasher.combine(UInt64.random(in: .min ... .max))
            hasher.combine(UInt64.random(in: .min ... .max))
            self.hasher = hasher
        }
    }

    private let key: Key
    private var sum: UInt64 = 0
    /// How many rows were added.
    package private(set) var rows = 0

    /// Begins without rows.
    package init(_ key: Key) { self.key = key }

    /// Adds a row.
    package mutating func add(key: Span<UInt8>, value: Span<UInt8>) {
        var hasher = self.key.hasher
        hasher.combine(key.count)
        unsafe key.withUnsafeBytes { bytes in unsafe hasher.combine(bytes: bytes) }
        unsafe value.withUnsafeBytes { bytes in unsafe hasher.combine(bytes: bytes) }
        sum &+= UInt64(bitPattern: Int64(hasher.finalize()))
        rows += 1
    }

    /// Adds the rows that another sum of the same key has.
    package mutating func add(_ other: RowSum) {
        sum &+= other.sum
        rows += other.rows
    }

    /// Whether another sum of the same key is of as many rows and comes to the same.
    package func isEqual(to other: RowSum) -> Bool {
        rows == other.rows && sum == other.sum
    }
}
