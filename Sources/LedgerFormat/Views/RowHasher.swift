internal import Crypto

/// Digests the rows of tables: each table begins with its name, each row is key and value, and each
/// of these is led by its length, so that no two contents give the same bytes.
package struct RowHasher {
    private var hash = SHA256()

    package init() {}

    /// Begins a table: the byte 1, then the name.
    package mutating func begin(table: String) {
        hash.update(data: [1] as [UInt8])
        add(Array(table.utf8))
    }

    /// Adds a row: the byte 2, then key and value.
    package mutating func add(key: Span<UInt8>, value: Span<UInt8>) {
        hash.update(data: [2] as [UInt8])
        add(key.indices.map { key[$0] })
        add(value.indices.map { value[$0] })
    }

    /// The 32 bytes of SHA-256.
    package func finalize() -> [UInt8] { Array(hash.finalize()) }

    private mutating func add(_ bytes: [UInt8]) {
        hash.update(data: UInt64(bytes.count).bigEndianBytes)
        hash.update(data: bytes)
    }
}
