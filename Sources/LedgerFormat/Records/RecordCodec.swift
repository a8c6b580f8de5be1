package import LedgerDomain
internal import SwiftProtobuf

/// Records to bytes and back.
///
/// A record has exactly one encoding. Reading accepts that one only: it takes the record out of the bytes,
/// encodes it again and compares, so that whatever was not understood is an error and not lost.
package enum RecordCodec {
    /// The most bytes of a record: what an entry of a tiled log may have.
    package static let maximumSize = 65_535

    /// Encodes a record; what reading would refuse is refused here, before it is in the log for ever.
    package static func encode(_ record: EventRecord) throws(FormatError) -> [UInt8] {
        let message = WireRecord(record)
        _ = try message.record()
        let bytes = try serialize(message)
        guard bytes.count <= maximumSize else { throw FormatError(.tooLarge(bytes: bytes.count)) }
        return bytes
    }

    /// Decodes a record; every byte is consumed, and the fields are within their limits.
    package static func decode(_ bytes: [UInt8]) throws(FormatError) -> EventRecord {
        guard bytes.count <= maximumSize else { throw FormatError(.tooLarge(bytes: bytes.count)) }
        try RecordFrame.check(bytes)
        let message: WireRecord = try parse(bytes)
        let record = try message.record()
        guard try serialize(WireRecord(record)) == bytes else { throw FormatError(.notCanonical) }
        return record
    }
}

/// Encodes a message.
func serialize(_ message: some Message) throws(FormatError) -> [UInt8] {
    do {
        return try message.serializedBytes()
    } catch {
        throw FormatError(.malformed)
    }
}

/// Decodes a message without looking at what it says.
func parse<M: Message>(_ bytes: [UInt8]) throws(FormatError) -> M {
    do {
        return try M(serializedBytes: bytes)
    } catch BinaryDecodingError.truncated {
        throw FormatError(.truncated)
    } catch {
        throw FormatError(.malformed)
    }
}

/// The outermost fields of a record, read without decoding them.
///
/// The event is the last field, so that an end before it is a cut and bytes after it are too many.
enum RecordFrame {
    private static let knownEvents = 16...21
    private static let envelope: Set<Int> = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15]

    static func check(_ bytes: [UInt8]) throws(FormatError) {
        var offset = 0
        while offset < bytes.count {
            let tag = try varint(bytes, &offset)
            let (number, wireType) = (Int(tag >> 3), tag & 7)
            try skip(wireType, bytes, &offset)
            if knownEvents.contains(number) {
                guard offset == bytes.count else { throw FormatError(.trailingBytes) }
                return
            }
            if number > knownEvents.upperBound { throw FormatError(.unknownEvent(number: number)) }
            guard envelope.contains(number) else { throw FormatError(.unknownField(in: "record")) }
        }
        throw FormatError(.truncated)
    }

    private static func skip(
        _ wireType: UInt64, _ bytes: [UInt8], _ offset: inout Int
    ) throws(FormatError) {
        switch wireType {
        case 0: _ = try varint(bytes, &offset)
        case 2:
            let length = try varint(bytes, &offset)
            guard length <= UInt64(bytes.count - offset) else { throw FormatError(.truncated) }
            offset += Int(length)
        default: throw FormatError(.malformed)
        }
    }

    private static func varint(
        _ bytes: [UInt8], _ offset: inout Int
    ) throws(FormatError) -> UInt64 {
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
