internal import Glibc

/// A key that is put together without taking memory, for the lookups made most.
package struct KeyBuffer: ~Copyable {
    private var bytes = InlineArray<511, UInt8>(repeating: 0)
    private var count = 0

    /// A key without bytes, which is in no table.
    package init() {}

    /// Adds a part; answers false, and adds nothing, where the key would be longer than any.
    package mutating func append(_ part: Span<UInt8>) -> Bool {
        guard part.count <= bytes.count - count else { return false }
        guard !part.isEmpty else { return true }
        var rest = bytes.mutableSpan
        let start = count
        unsafe part.withUnsafeBufferPointer { source in
            unsafe rest.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                unsafe (to + start).update(from: from, count: source.count)
            }
        }
        count += part.count
        return true
    }

    /// Adds a byte; answers false, and adds nothing, where the key would be longer than any.
    package mutating func append(_ byte: UInt8) -> Bool {
        guard count < bytes.count else { return false }
        bytes[count] = byte
        count += 1
        return true
    }

    /// Adds the eight bytes of a number, the most significant first; answers false, and adds
    /// nothing, where the key would be longer than any.
    package mutating func append(bigEndian number: UInt64) -> Bool {
        append(PositionBytes(bigEndian: number).span)
    }

    /// The bytes added so far.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(0..<count) }
    }
}

/// The eight bytes of a number, the most significant first, without taking memory.
package typealias PositionBytes = InlineArray<8, UInt8>

extension PositionBytes {
    package init(bigEndian number: UInt64) {
        self.init { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }
}
