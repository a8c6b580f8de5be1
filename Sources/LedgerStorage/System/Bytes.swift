internal import Glibc

extension [UInt8] {
    /// Copies lent bytes, so that they may leave the transaction that lent them.
    package init(copying span: borrowing Span<UInt8>) {
        self = unsafe span.withUnsafeBufferPointer { buffer in unsafe [UInt8](buffer) }
    }

    /// Adds a copy of lent bytes.
    mutating func append(copying span: borrowing Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { buffer in unsafe append(contentsOf: buffer) }
    }

    /// Adds the eight bytes of a number, the most significant first.
    mutating func append(bigEndian number: UInt64) {
        unsafe Swift.withUnsafeBytes(of: number.bigEndian) { unsafe append(contentsOf: $0) }
    }

    /// Puts a copy of lent bytes in the place of as many.
    mutating func replace(at start: Int, copying span: borrowing Span<UInt8>) {
        precondition(start >= 0 && span.count <= count - start, "no such bytes")
        unsafe withUnsafeMutableBufferPointer { target in
            unsafe span.withUnsafeBufferPointer { source in
                guard let to = target.baseAddress, let from = source.baseAddress else { return }
                unsafe (to + start).update(from: from, count: source.count)
            }
        }
    }

    /// The eight bytes of a number, the most significant first, so that byte order is number order.
    package init(bigEndian number: UInt64) {
        self = unsafe Swift.withUnsafeBytes(of: number.bigEndian) { unsafe [UInt8]($0) }
    }
}

extension UInt64 {
    /// The number that eight bytes hold, the most significant first; nil for any other length.
    package init?(bigEndian bytes: borrowing Span<UInt8>) {
        guard bytes.count == 8 else { return nil }
        var number: UInt64 = 0
        for index in 0..<8 { number = number << 8 | UInt64(bytes[index]) }
        self = number
    }
}

/// Whether a key begins with some bytes.
func beginsWith(_ prefix: borrowing Span<UInt8>, _ key: borrowing Span<UInt8>) -> Bool {
    guard key.count >= prefix.count else { return false }
    return compareKeys(prefix, key.extracting(0..<prefix.count)) == 0
}

/// Compares two keys as LMDB does: byte by byte, a prefix before what it is a prefix of.
///
/// - Returns: a negative number, zero or a positive number.
package func compareKeys(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Int {
    let common = min(left.count, right.count)
    let order = unsafe left.withUnsafeBytes { leftBytes in
        unsafe right.withUnsafeBytes { rightBytes -> Int in
            guard let first = leftBytes.baseAddress, let second = rightBytes.baseAddress else {
                return 0
            }
            return unsafe Int(memcmp(first, second, common))
        }
    }
    return order != 0 ? order : left.count - right.count
}
