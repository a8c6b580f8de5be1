/// Reads the fields of a protobuf message one after the other out of lent bytes, where decoding all
/// of it is too slow.
struct WireReader: ~Copyable, ~Escapable {
    /// Where a field's content begins, and what it is.
    struct Field {
        let number: Int
        fileprivate let wireType: UInt64
    }

    private let bytes: Span<UInt8>
    private(set) var offset = 0

    /// Reads a whole message.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    /// The next field, whose content has to be read or skipped; none at the end.
    mutating func next() throws(FormatError) -> Field? {
        if isAtEnd { return nil }
        let tag = try varint()
        return Field(number: Int(tag >> 3), wireType: tag & 7)
    }

    mutating func number(_ field: Field) throws(FormatError) -> UInt64 {
        guard field.wireType == 0 else { throw FormatError(.malformed) }
        return try varint()
    }

    mutating func text(_ field: Field) throws(FormatError) -> String {
        let range = try range(field)
        do {
            return String(copying: try UTF8Span(validating: bytes.extracting(range)))
        } catch {
            throw FormatError(.malformed)
        }
    }

    @_lifetime(copy self)
    mutating func message(_ field: Field) throws(FormatError) -> WireReader {
        let range = try range(field)
        return WireReader(bytes.extracting(range))
    }

    mutating func skip(_ field: Field) throws(FormatError) {
        if field.wireType == 0 { _ = try varint() } else { _ = try range(field) }
    }

    mutating func range(_ field: Field) throws(FormatError) -> Range<Int> {
        guard field.wireType == 2 else { throw FormatError(.malformed) }
        let length = try varint()
        guard length <= UInt64(bytes.count - offset) else { throw FormatError(.truncated) }
        let start = offset
        offset += Int(length)
        return start..<offset
    }

    private mutating func varint() throws(FormatError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard offset < bytes.count else { throw FormatError(.truncated) }
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                // The tenth byte has one bit left.
                guard shift < 63 || byte <= 1 else { throw FormatError(.malformed) }
                return value
            }
        }
        throw FormatError(.malformed)
    }
}
