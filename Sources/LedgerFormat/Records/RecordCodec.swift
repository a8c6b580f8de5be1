package import LedgerDomain
internal import SwiftProtobuf

/// Records to bytes and back.
///
/// A record has exactly one encoding. Reading accepts that one only: it takes the record out of
/// the bytes, encodes it again and compares, so that whatever was not understood is an error and
/// not lost.
package enum RecordCodec {
    /// The most bytes of a record: what an entry of a tiled log may have.
    package static let maximumSize = 65_535

    /// Encodes a record; what reading would refuse is refused here, before it is in the log for
    /// ever.
    package static func encode(_ record: EventRecord) throws(FormatError) -> [UInt8] {
        let message = WireRecord(record)
        _ = try message.record()
        let bytes = try serialize(message)
        guard bytes.count <= maximumSize else { throw FormatError(.tooLarge(bytes: bytes.count)) }
        return bytes
    }

    /// The time at which a record was recorded, without decoding or checking the rest of it.
    package static func recordedTime(of bytes: [UInt8]) throws(FormatError) -> Timestamp {
        try RecordFrame.recordedTime(bytes)
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
        var fields = WireReader(bytes.span)
        while let field = try fields.next() {
            try fields.skip(field)
            if knownEvents.contains(field.number) {
                guard fields.isAtEnd else { throw FormatError(.trailingBytes) }
                return
            }
            if field.number > knownEvents.upperBound {
                throw FormatError(.unknownEvent(number: field.number))
            }
            guard envelope.contains(field.number) else {
                throw FormatError(.unknownField(in: "record"))
            }
        }
        throw FormatError(.truncated)
    }

    /// The time of a record; fields are in order, and one that is 0 is left out.
    static func recordedTime(_ bytes: [UInt8]) throws(FormatError) -> Timestamp {
        var fields = WireReader(bytes.span)
        while let field = try fields.next(), field.number <= 2 {
            let value = try fields.number(field)
            if field.number == 2 { return try time(Int64(bitPattern: value), "recorded_at") }
        }
        return Timestamp(microsecondsSinceEpoch: 0)
    }
}
