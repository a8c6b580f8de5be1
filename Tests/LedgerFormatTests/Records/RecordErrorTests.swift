internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Records that are not what the format says")
struct RecordErrorTests {
    /// Bytes written by hand, and the error that they are.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bytes: [UInt8]
        var code: FormatError.Code

        init(_ name: String, _ writer: WireWriter, _ code: FormatError.Code) {
            testDescription = name
            bytes = writer.bytes
            self.code = code
        }
    }

    private static let position = WireWriter().number(1, 7)
    private static let application = WireWriter().number(1, 3)
    private static let label = WireWriter().text(1, "cred_1")

    /// The fields of an envelope that have to be there, after the position.
    private static func envelope(
        after start: WireWriter = position, id: [UInt8] = Array(0..<16), user: String = "1001",
        actor: WireWriter = application
    ) -> WireWriter {
        start.number(2, 1_795_242_783_123_456).bytes(3, id).text(4, user).message(6, actor)
    }

    /// An envelope with personal fields and a changed label.
    private static func labelChanged(_ personal: WireWriter) -> WireWriter {
        envelope().message(15, personal).message(20, label)
    }

    /// An envelope with a link: the fields before the kind, the kind, and the origin.
    private static func linked(_ end: WireWriter, personal: WireWriter? = nil) -> WireWriter {
        let link = WireWriter().text(1, "cred_1").text(2, "grant-1").text(4, "gmail")
            .text(5, "google").text(6, "1").raw(end.bytes)
        let start = personal.map { envelope().message(15, $0) } ?? envelope()
        return start.message(17, link)
    }

    @Test("The bytes written by hand are a record")
    func baseline() throws {
        let origin = WireWriter().number(7, 1).text(9, "source")
        for writer in [Self.envelope().message(20, Self.label), Self.linked(origin)] {
            let record = try RecordCodec.decode(writer.bytes)
            #expect(record.position.number == 7)
            #expect(try RecordCodec.encode(record) == writer.bytes)
        }
    }

    @Test("Each fault has its own error", arguments: unknown + missing + limits + forms)
    func faults(_ fault: Case) {
        #expect(throws: FormatError(fault.code)) { try RecordCodec.decode(fault.bytes) }
        #expect(CodecComparison.difference(reading: fault.bytes) == nil)
    }

    static let unknown = [
        Case("a later event", envelope().message(22, label), .unknownEvent(number: 22)),
        Case("an event far off", envelope().message(9000, label), .unknownEvent(number: 9000)),
        Case(
            "a field before the event", envelope().text(12, "x").message(20, label),
            .unknownField(in: "record")),
        Case(
            "a field of the actor",
            envelope(actor: application.text(3, "x")).message(20, label), .unknownField(in: "actor")
        ),
        Case(
            "a field of the part",
            envelope().message(10, WireWriter().number(1, 1).number(2, 2).number(3, 1))
                .message(20, label), .unknownField(in: "part")),
        Case(
            "a field of the personal fields", labelChanged(WireWriter().text(5, "x")),
            .unknownField(in: "personal")),
        Case(
            "a field of a changed label", envelope().message(20, label.number(2, 1)),
            .unknownField(in: "label_changed")),
        Case(
            "a field of a link", linked(WireWriter().number(7, 1).text(9, "source").number(16, 1)),
            .unknownField(in: "grant_linked")),
        Case(
            "a kind of actor", envelope(actor: WireWriter().number(1, 6)).message(20, label),
            .unknownEnumValue(field: "actor.kind", value: 6)),
        Case(
            "a kind of link", linked(WireWriter().number(7, 4).text(9, "source")),
            .unknownEnumValue(field: "kind", value: 4)),
        Case(
            "a field in a fingerprint",
            envelope().bytes(11, [99] + Array(0..<8)).message(20, label),
            .unknownEnumValue(field: "fingerprint", value: 99)),
    ]

    static let missing = [
        Case("no bytes", WireWriter(), .truncated),
        Case("no event", envelope(), .truncated),
        Case(
            "no position", envelope(after: WireWriter()).message(20, label),
            .missingField("position")),
        Case("no user", envelope(user: "").message(20, label), .missingField("user")),
        Case(
            "no actor",
            position.number(2, 1).bytes(3, Array(0..<16)).text(4, "1").message(20, label),
            .missingField("actor.kind")),
        Case("no credential", envelope().message(20, WireWriter()), .missingField("credential")),
        Case("no kind of link", linked(WireWriter().text(9, "source")), .missingField("kind")),
        Case("no origin of a link", linked(WireWriter().number(7, 1)), .missingField("origin")),
        Case(
            "no reason", envelope().message(19, label.text(2, "grant-1")), .missingField("reason")),
    ]

    private static func tooLong(_ field: String, _ limit: Int) -> FormatError.Code {
        .invalidField(field, reason: "is longer than \(limit) bytes of UTF-8")
    }

    private static func long(_ count: Int) -> String { String(repeating: "x", count: count) }

    static let limits = [
        Case("a long user", envelope(user: long(256)).message(20, label), tooLong("user", 255)),
        Case(
            "a user with a control character", envelope(user: "a\u{7}").message(20, label),
            .invalidField("user", reason: "contains a control character")),
        Case(
            "a long label", labelChanged(WireWriter().text(3, long(201))), tooLong("label", 200)),
        Case(
            "a label with a NUL character", labelChanged(WireWriter().text(3, "a\u{0}")),
            .invalidField("label", reason: "contains a NUL character")),
        Case(
            "an e-mail address with a NUL character",
            linked(
                WireWriter().number(7, 1).text(9, "s"), personal: WireWriter().text(1, "a\u{0}")),
            .invalidField("email", reason: "contains a NUL character")),
        Case(
            "a name with a NUL character",
            linked(
                WireWriter().number(7, 1).text(9, "s"), personal: WireWriter().text(2, "a\u{0}")),
            .invalidField("name", reason: "contains a NUL character")),
        Case(
            "an empty label", labelChanged(WireWriter().text(3, "")),
            .invalidField("label", reason: "is empty")),
        Case(
            "an empty correlation id", envelope().text(7, "").message(20, label),
            .invalidField("correlation_id", reason: "is empty")),
        Case(
            "a long e-mail address",
            linked(
                WireWriter().number(7, 1).text(9, "s"), personal: WireWriter().text(1, long(321))),
            tooLong("email", 320)),
        Case(
            "a long scope", linked(WireWriter().number(7, 1).text(9, "s").text(12, long(256))),
            tooLong("scopes", 255)),
        Case(
            "65 scopes",
            linked(
                (0..<65).reduce(WireWriter().number(7, 1).text(9, "s")) { writer, _ in
                    writer.text(12, "x")
                }),
            .invalidField("scopes", reason: "has more than 64 scopes")),
        Case(
            "a short state digest", linked(WireWriter().number(7, 1).bytes(8, [1, 2])),
            .invalidField("state digest", reason: "is not 32 bytes")),
        Case(
            "an id of 15 bytes", envelope(id: Array(0..<15)).message(20, label),
            .invalidField("id", reason: "is not 16 bytes")),
        Case(
            "a position beyond 2^63 - 1",
            envelope(after: WireWriter().number(1, 1 << 63)).message(20, label),
            .invalidField("position", reason: "is larger than 2^63 - 1")),
        Case(
            "a part beyond its count",
            envelope().message(10, WireWriter().number(1, 2).number(2, 2)).message(20, label),
            .invalidField("part", reason: "is not a place among several")),
        Case(
            "a part of one", envelope().message(10, WireWriter().number(2, 1)).message(20, label),
            .invalidField("part", reason: "is not a place among several")),
        Case(
            "a time after the year 9999",
            envelope().number(5, 253_402_300_800_000_000).message(20, label),
            .invalidField("occurred_at", reason: "is not in the years 1 to 9999")),
        Case(
            "a fingerprint of ten bytes",
            envelope().bytes(11, Array(repeating: 1, count: 10)).message(20, label),
            .invalidField("fingerprint", reason: "is not nine bytes a field")),
    ]

    static let forms = [
        Case(
            "a default that is written",
            linked(WireWriter().number(7, 1).text(9, "source").number(15, 0)), .notCanonical),
        Case(
            "fields out of order",
            WireWriter().text(4, "1001").number(1, 7).number(2, 1).bytes(3, Array(0..<16))
                .message(6, application).message(20, label), .notCanonical),
        Case(
            "a field that is there twice",
            envelope(after: position.number(1, 7)).message(20, label),
            .notCanonical),
        Case(
            "a varint longer than it need be",
            envelope(after: WireWriter(bytes: [0x08, 0x87, 0x00])).message(20, label), .notCanonical
        ),
        Case(
            "a tag longer than it need be",
            envelope(after: WireWriter(bytes: [0x88, 0x00, 0x07])).message(20, label), .notCanonical
        ),
        Case(
            "a varint of ten bytes with more than 64 bits",
            WireWriter(bytes: [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x02]), .malformed),
        Case(
            "a varint of eleven bytes",
            WireWriter(bytes: [0x08] + [UInt8](repeating: 0x80, count: 11)),
            .malformed),
        Case("an empty sub-message", labelChanged(WireWriter()), .notCanonical),
        Case(
            "two origins of a link", linked(WireWriter().number(7, 1).text(9, "s").text(16, "n")),
            .notCanonical),
        Case(
            "a mark that is neither there nor not",
            linked(WireWriter().number(7, 1).text(9, "s").number(17, 2)), .notCanonical),
        Case(
            "two intents of a state",
            envelope().message(
                16,
                WireWriter().bytes(1, Array(repeating: 1, count: 32)).text(2, "gmail")
                    .text(3, "cred_1").text(4, "cred_1").number(5, 1)), .notCanonical),
        Case(
            "a digest that is there twice",
            envelope().bytes(11, [2, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1])
                .message(20, label), .notCanonical),
        Case(
            "digests out of order",
            envelope().bytes(11, [2, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1])
                .message(20, label), .notCanonical),
        Case(
            "a personal digest among the others",
            envelope().bytes(11, [8, 0, 0, 0, 0, 0, 0, 0, 1]).message(20, label), .notCanonical),
        Case(
            "a label that the event has no place for",
            envelope().message(15, WireWriter().text(3, "Work")).message(
                21, WireWriter().text(1, "x")),
            .notCanonical),
        Case(
            "a text that is not UTF-8",
            position.number(2, 1).bytes(3, Array(0..<16)).bytes(4, [0xFF]).message(6, application)
                .message(20, label), .malformed),
        Case("a group", WireWriter(bytes: [0x0B, 0x0C]), .malformed),
        Case("two events", envelope().message(20, label).message(20, label), .trailingBytes),
    ]
}
