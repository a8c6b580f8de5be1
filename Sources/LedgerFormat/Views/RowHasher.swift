internal import Crypto

/// Digests the rows of tables: each table begins with its name, each row is key and value, and each
/// of these is led by its length, so that no two contents give the same bytes.
package struct RowHasher {
    /// So many bytes are gathered before they are digested in one go.
    private static let room = 8192

    private var hash = SHA256()
    private var gathered = [UInt8](repeating: 0, count: room)
    private var count = 0

    package init() {}

    /// Begins a table: the byte 1, then the name.
    package mutating func begin(table: String) {
        add(1, length: table.utf8.count)
        add(Array(table.utf8).span)
    }

    /// Adds a row: the byte 2, then key and value.
    package mutating func add(key: Span<UInt8>, value: Span<UInt8>) {
        add(2, length: key.count)
        add(key)
        add(length: value.count)
        add(value)
    }

    /// The 32 bytes of SHA-256.
    package func finalize() -> [UInt8] {
        var hash = hash
        hash.update(data: gathered[..<count])
        return Array(hash.finalize())
    }

    private mutating func add(_ kind: UInt8, length: Int) {
        makeRoom(9)
        gathered[count] = kind
        count += 1
        add(length: length)
    }

    /// Adds eight bytes, the most significant first.
    private mutating func add(length: Int) {
        makeRoom(8)
        for index in 0..<8 {
            gathered[count + index] = UInt8(truncatingIfNeeded: length >> (56 - 8 * index))
        }
        count += 8
    }

    private mutating func add(_ bytes: Span<UInt8>) {
        var start = 0
        while start < bytes.count {
            makeRoom(1)
            let part = bytes.extracting(start..<min(bytes.count, start + Self.room - count))
            let place = count
            var target = gathered.mutableSpan
            for index in part.indices { target[place + index] = part[index] }
            count = place + part.count
            start += part.count
        }
    }

    private mutating func makeRoom(_ wanted: Int) {
        guard Self.room - count < wanted else { return }
        hash.update(data: gathered[..<count])
        count = 0
    }
}
