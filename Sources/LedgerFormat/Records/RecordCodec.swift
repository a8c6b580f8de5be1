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

    /// Encodes a record in the latest version of its event; what reading would refuse is refused
    /// here, before it is in the log for ever.
    package static func encode(
        _ record: EventRecord, as versions: EventVersions = .current
    ) throws(FormatError) -> [UInt8] {
        try encode(record, versions.latest(record.event))
    }

    private static func encode<Stored: StoredEvent>(
        _ record: EventRecord, _ stored: Stored
    ) throws(FormatError) -> [UInt8] {
        let content = try stored.content()
        let envelope = WireRecord(record, content)
        _ = try envelope.record(try Stored(content))
        let bytes = try join(envelope, Stored.field, content.bytes)
        guard bytes.count <= maximumSize else { throw FormatError(.tooLarge(bytes: bytes.count)) }
        return bytes
    }

    /// The time at which a record was recorded, without decoding or checking the rest of it.
    package static func recordedTime(of bytes: [UInt8]) throws(FormatError) -> Timestamp {
        try RecordFrame.recordedTime(bytes)
    }

    /// Decodes a record; every byte is consumed, and the fields are within their limits.
    ///
    /// The event is read as the version that wrote it and given as today's.
    package static func decode(
        _ bytes: [UInt8], as versions: EventVersions = .current
    ) throws(FormatError) -> EventRecord {
        guard bytes.count <= maximumSize else { throw FormatError(.tooLarge(bytes: bytes.count)) }
        let frame = try RecordFrame.read(bytes, versions)
        return try decode(bytes, frame, frame.form)
    }

    private static func decode<Stored: StoredEvent>(
        _ bytes: [UInt8], _ frame: RecordFrame, _ form: Stored.Type
    ) throws(FormatError) -> EventRecord {
        let envelope: WireRecord = try parse(Array(bytes[..<frame.envelopeEnd]))
        let stored = try form.init(envelope.content(Array(bytes[frame.event])))
        var record = try envelope.record(stored)
        let content = try stored.content()
        let canonical = try join(WireRecord(record, content), form.field, content.bytes)
        guard canonical == bytes else { throw FormatError(.notCanonical) }
        if form.wireName != record.event.wireName { record.storedWireName = form.wireName }
        return record
    }

    /// The event is the last field of a record.
    private static func join(
        _ envelope: WireRecord, _ field: Int, _ event: [UInt8]
    ) throws(FormatError) -> [UInt8] {
        var bytes = try serialize(envelope)
        bytes.reserveCapacity(bytes.count + event.count + 8)
        bytes.appendVarint(UInt64(field) << 3 | 2)
        bytes.appendVarint(UInt64(event.count))
        bytes.append(contentsOf: event)
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
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
struct RecordFrame {
    private static let envelope: Set<Int> = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15]
    private static let firstEvent = 16

    /// Where the envelope ends and the tag of the event begins.
    let envelopeEnd: Int
    /// Where the event's message is.
    let event: Range<Int>
    /// How it is read.
    let form: any StoredEvent.Type

    /// Finds the event, which has to be the last field.
    static func read(
        _ bytes: [UInt8], _ versions: EventVersions
    ) throws(FormatError) -> RecordFrame {
        var fields = WireReader(bytes.span)
        var end = 0
        while let field = try fields.next() {
            guard field.number >= Self.firstEvent else {
                try fields.skip(field)
                guard Self.envelope.contains(field.number) else {
                    throw FormatError(.unknownField(in: "record"))
                }
                end = fields.offset
                continue
            }
            guard let form = versions.form(in: field.number) else {
                try fields.skip(field)
                throw FormatError(.unknownEvent(number: field.number))
            }
            let event = try fields.range(field)
            guard fields.isAtEnd else { throw FormatError(.trailingBytes) }
            return RecordFrame(envelopeEnd: end, event: event, form: form)
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
