package import LedgerDomain
internal import SwiftProtobuf

/// Records to bytes and back through messages of swift-protobuf: what does every version of every
/// event, and knows why bytes are not a record.
///
/// Reading takes the record out of the bytes, encodes it again and compares, so that only the one
/// encoding is accepted. It is the measure of the faster way, which has to give the same answers.
package enum MessageCodec {
    /// Encodes a record in the latest version of its event.
    package static func encode(
        _ record: EventRecord, as versions: EventVersions = .current
    ) throws(FormatError) -> [UInt8] {
        try encode(record, versions.latest(record.event))
    }

    private static func encode<Stored: StoredEvent>(
        _ record: EventRecord, _ stored: Stored
    ) throws(FormatError) -> [UInt8] {
        if let fingerprint = record.fingerprint {
            guard CommandFingerprint.isHalf(fingerprint.content, personal: false),
                CommandFingerprint.isHalf(fingerprint.personal, personal: true)
            else { throw FormatError(.notCanonical) }
        }
        let content = try stored.content()
        let envelope = WireRecord(record, content)
        _ = try envelope.record(try Stored(content))
        let bytes = try join(envelope, Stored.field, content.bytes)
        guard bytes.count <= RecordCodec.maximumSize else {
            throw FormatError(.tooLarge(bytes: bytes.count))
        }
        return bytes
    }

    /// Decodes a record, or says what is wrong with it.
    package static func decode(
        _ bytes: [UInt8], as versions: EventVersions = .current
    ) throws(FormatError) -> EventRecord {
        guard bytes.count <= RecordCodec.maximumSize else {
            throw FormatError(.tooLarge(bytes: bytes.count))
        }
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
