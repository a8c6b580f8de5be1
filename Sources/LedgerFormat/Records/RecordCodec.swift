package import LedgerDomain

/// Records to bytes and back.
///
/// A record has exactly one encoding, and reading accepts that one only, so that whatever is not
/// understood is an error and not lost. Records of today's events are read and written in one pass;
/// `MessageCodec` does the others, and says what is wrong with what that pass refuses.
package enum RecordCodec {
    /// The most bytes of a record: what an entry of a tiled log may have.
    package static let maximumSize = 65_535

    /// Encodes a record in the latest version of its event; what reading would refuse is refused
    /// here, before it is in the log for ever.
    package static func encode(
        _ record: EventRecord, as versions: EventVersions = .current
    ) throws(FormatError) -> [UInt8] {
        if let bytes = encodeDirectly(record, as: versions) { return bytes }
        return try MessageCodec.encode(record, as: versions)
    }

    /// Encodes a record in one pass; nil where that is not possible, for whatever reason.
    package static func encodeDirectly(
        _ record: EventRecord, as versions: EventVersions = .current
    ) -> [UInt8]? {
        guard versions.writesOwn else { return nil }
        var writer = CanonicalWriter()
        writer.record(record)
        return writer.isRefused || writer.bytes.count > maximumSize ? nil : writer.bytes
    }

    /// The time at which a record was recorded, without decoding or checking the rest of it.
    package static func recordedTime(of bytes: Span<UInt8>) throws(FormatError) -> Timestamp {
        try RecordFrame.recordedTime(bytes)
    }

    /// Decodes a record; every byte is consumed, and the fields are within their limits.
    ///
    /// The event is read as the version that wrote it and given as today's.
    package static func decode(
        _ bytes: [UInt8], as versions: EventVersions = .current
    ) throws(FormatError) -> EventRecord {
        try decode(bytes.span, as: versions)
    }

    /// Decodes a record out of lent bytes.
    package static func decode(
        _ bytes: Span<UInt8>, as versions: EventVersions = .current
    ) throws(FormatError) -> EventRecord {
        // Before anything is copied, however much there is.
        guard bytes.count <= maximumSize else { throw FormatError(.tooLarge(bytes: bytes.count)) }
        do {
            return try read(bytes, versions)
        } catch {
            return try MessageCodec.decode(bytes.indices.map { bytes[$0] }, as: versions)
        }
    }

    /// Decodes a record in one pass; nil where that is not possible, for whatever reason.
    package static func decodeDirectly(
        _ bytes: Span<UInt8>, as versions: EventVersions = .current
    ) -> EventRecord? {
        do { return try read(bytes, versions) } catch { return nil }
    }

    @inline(__always)
    private static func read(
        _ bytes: Span<UInt8>, _ versions: EventVersions
    ) throws(CanonicalReader.Refusal) -> EventRecord {
        guard bytes.count <= maximumSize else { throw CanonicalReader.Refusal() }
        var reader = CanonicalReader(bytes)
        return try reader.record(versions.own)
    }
}
