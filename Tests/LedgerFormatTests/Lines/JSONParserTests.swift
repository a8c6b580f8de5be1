internal import LedgerFormat
internal import Testing

@Suite("JSON is read strictly")
struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8))
    }

    @Test(
        "A value is written as it was read, without the white space",
        arguments: [
            ("null", "null"), (" true\t", "true"), ("\r\nfalse\n", "false"),
            ("0", "0"), ("-0", "0"), ("-1", "-1"), ("10", "10"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("9223372036854775808", "9223372036854775808"), ("1.0", "1.0"), ("1e2", "1e2"),
            ("-0.5E+10", "-0.5E+10"), ("0e0", "0e0"),
            (#""""#, #""""#), (#""a/b""#, #""a/b""#), (#""\/""#, #""/""#),
            (#""\u0041\u00e9""#, #""Aé""#), (#""\ud83d\ude00""#, #""😀""#),
            (#""\"\\\b\f\n\r\t""#, #""\"\\\u0008\u000c\n\r\t""#),
            (#""\u0000\u001F""#, #""\u0000\u001f""#),
            ("\"\u{7F}\u{80}\u{2028}\"", "\"\u{7F}\u{80}\u{2028}\""),
            ("[]", "[]"), ("[ ]", "[]"), ("[1, [2 ,3] ]", "[1,[2,3]]"),
            ("{}", "{}"), ("{ }", "{}"),
            (#"{ "b" : 1 , "a":{"":null}}"#, #"{"b":1,"a":{"":null}}"#),
            (#"{"e\u0301":1,"\u00e9":2}"#, "{\"e\u{301}\":1,\"\u{E9}\":2}"),
        ])
    func accepted(text: String, written: String) throws {
        let value = try parse(text)
        #expect(value.serialized.utf8.elementsEqual(written.utf8))
        #expect(try parse(value.serialized).serialized.utf8.elementsEqual(written.utf8))
    }

    /// What is refused, why, and where.
    struct Refused: CustomTestStringConvertible, Sendable {
        var testDescription: String { String(decoding: bytes, as: UTF8.self) }
        var bytes: [UInt8]
        var error: JSONError

        init(_ text: String, _ reason: JSONError.Reason, _ offset: Int) {
            self.init(Array(text.utf8), reason, offset)
        }

        init(_ bytes: [UInt8], _ reason: JSONError.Reason, _ offset: Int) {
            self.bytes = bytes
            error = JSONError(reason, at: offset)
        }
    }

    @Test("What RFC 8259 has no place for is refused, with its place", arguments: grammar + scalars)
    func refused(_ refused: Refused) {
        #expect(throws: refused.error) { try JSONParser.parse(refused.bytes) }
    }

    static let grammar = [
        Refused("", .unexpectedEnd, 0), Refused("  ", .unexpectedEnd, 2),
        Refused("nul", .unexpectedEnd, 3), Refused("nulL", .unexpectedByte, 3),
        Refused("True", .unexpectedByte, 0), Refused("NaN", .unexpectedByte, 0),
        Refused("'a'", .unexpectedByte, 0), Refused("\u{FEFF}1", .unexpectedByte, 0),
        Refused("/**/1", .unexpectedByte, 0), Refused("\u{A0}1", .unexpectedByte, 0),
        Refused("[", .unexpectedEnd, 1), Refused("[1", .unexpectedEnd, 2),
        Refused("[1,]", .unexpectedByte, 3), Refused("[,1]", .unexpectedByte, 1),
        Refused("[1 2]", .unexpectedByte, 3), Refused("[1}", .unexpectedByte, 2),
        Refused("{", .unexpectedEnd, 1), Refused("{1:2}", .unexpectedByte, 1),
        Refused(#"{"a"}"#, .unexpectedByte, 4), Refused(#"{"a":}"#, .unexpectedByte, 5),
        Refused(#"{"a":1,}"#, .unexpectedByte, 7), Refused(#"{"a" 1}"#, .unexpectedByte, 5),
        Refused(#"{"a":1 "b":2}"#, .unexpectedByte, 7), Refused(#"{"a":1]"#, .unexpectedByte, 6),
        Refused("1 2", .trailingBytes, 2), Refused("{}{}", .trailingBytes, 2),
        Refused("[]]", .trailingBytes, 2), Refused("null\u{0}", .trailingBytes, 4),
        Refused(#"{"a":1,"b":2,"a":3}"#, .duplicateName, 13),
        Refused(#"{"a":1,"\u0061":3}"#, .duplicateName, 7),
        Refused(#"{"x":{"":1,"":1}}"#, .duplicateName, 11),
    ]

    static let scalars = [
        Refused("01", .invalidNumber, 1), Refused("-01", .invalidNumber, 2),
        Refused("00", .invalidNumber, 1), Refused("-", .unexpectedEnd, 1),
        Refused("-a", .invalidNumber, 1), Refused("1.", .unexpectedEnd, 2),
        Refused("1.e1", .invalidNumber, 2), Refused("1e", .unexpectedEnd, 2),
        Refused("1e+", .unexpectedEnd, 3), Refused("1e+-1", .invalidNumber, 3),
        Refused("+1", .unexpectedByte, 0), Refused(".5", .unexpectedByte, 0),
        Refused("0x10", .trailingBytes, 1), Refused("1_000", .trailingBytes, 1),
        Refused(#""a"#, .unexpectedEnd, 2), Refused(#""a\"#, .unexpectedEnd, 3),
        Refused("\"a\nb\"", .controlCharacter, 2), Refused("\"\u{0}\"", .controlCharacter, 1),
        Refused("\"a\u{1F}\"", .controlCharacter, 2), Refused("\"\t\"", .controlCharacter, 1),
        Refused(#""\a""#, .invalidEscape, 1), Refused(#""\U0041""#, .invalidEscape, 1),
        Refused(#""\u00g0""#, .invalidEscape, 1), Refused(#""\u+041""#, .invalidEscape, 1),
        Refused(#""\u00"#, .unexpectedEnd, 5),
        Refused("\"\\u\u{FF11}\u{FF12}\u{FF13}\u{FF14}\"", .invalidEscape, 1),
        Refused(#""\ud83d""#, .loneSurrogate, 1), Refused(#""\ude00""#, .loneSurrogate, 1),
        Refused(#""x\ud83dx""#, .loneSurrogate, 2), Refused(#""\ud83d\n""#, .loneSurrogate, 1),
        Refused(#""\ud83d\u0041""#, .loneSurrogate, 1),
        Refused(#""\ud83d\ud83d""#, .loneSurrogate, 1),
        Refused([0x22, 0x61, 0xFF, 0x22], .notUTF8, 2),
        Refused([0x22, 0xC0, 0xAF, 0x22], .notUTF8, 1),
        Refused([0x22, 0xC3, 0x22], .notUTF8, 1),
        Refused([0x22, 0xE0, 0x80, 0x80, 0x22], .notUTF8, 1),
        Refused([0x22, 0xED, 0xA0, 0x80, 0x22], .notUTF8, 1),
        Refused([0x22, 0xF0, 0x8F, 0xBF, 0xBF, 0x22], .notUTF8, 1),
        Refused([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], .notUTF8, 1),
        Refused([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], .notUTF8, 1),
        Refused([0x22, 0xE2, 0x82], .notUTF8, 1), Refused([0x22, 0x80, 0x22], .notUTF8, 1),
    ]

    @Test("32 levels are read and 33 are not, whatever they are made of")
    func depth() throws {
        func nested(_ levels: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
        }
        #expect(try parse(nested(32, "[", "]")).serialized == nested(32, "[", "]"))
        #expect(try parse(nested(32, #"{"a":"#, "}")).serialized == nested(32, #"{"a":"#, "}"))
        #expect(throws: JSONError(.tooDeep, at: 32)) { try parse(nested(33, "[", "]")) }
        #expect(throws: JSONError(.tooDeep, at: 160)) { try parse(nested(33, #"{"a":"#, "}")) }
        #expect(throws: JSONError(.tooDeep, at: 32)) {
            try parse(String(repeating: "[", count: 1 << 20))
        }
        // The levels beside each other do not count.
        let wide = "[" + Array(repeating: "[[]]", count: 100).joined(separator: ",") + "]"
        #expect(try parse(wide).serialized == wide)
    }

    @Test("An error's message repeats nothing of what was read")
    func messages() {
        for refused in Self.grammar + Self.scalars where refused.bytes.count > 3 {
            #expect(!refused.error.description.contains(refused.testDescription))
            #expect(refused.error.description.hasSuffix("at byte \(refused.error.offset)"))
        }
    }
}
