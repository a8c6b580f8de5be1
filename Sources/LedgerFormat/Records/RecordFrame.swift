internal import LedgerDomain

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
    static func recordedTime(_ bytes: Span<UInt8>) throws(FormatError) -> Timestamp {
        var fields = WireReader(bytes)
        while let field = try fields.next(), field.number <= 2 {
            let value = try fields.number(field)
            if field.number == 2 { return try time(Int64(bitPattern: value), "recorded_at") }
        }
        return Timestamp(microsecondsSinceEpoch: 0)
    }
}
