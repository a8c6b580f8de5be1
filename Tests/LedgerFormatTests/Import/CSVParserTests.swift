internal import LedgerFormat
internal import Testing

@Suite("CSV as PostgreSQL writes it")
struct CSVParserTests {
    static func rows(_ bytes: [UInt8], chunk: Int = .max) -> [CSVRow] {
        var parser = CSVParser()
        var rows: [CSVRow] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            rows += parser.push(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
        if let last = parser.finish() { rows.append(last) }
        return rows
    }

    private static func row(_ line: Int, _ fields: String?...) -> CSVRow {
        CSVRow(line: line, content: .fields(fields))
    }

    private static func fault(_ line: Int, _ reason: CSVError.Reason, _ column: Int) -> CSVRow {
        CSVRow(line: line, content: .rejected(CSVError(reason, column: column)))
    }

    /// A text and the rows in it.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bytes: [UInt8]
        var rows: [CSVRow]

        init(_ text: String, _ rows: [CSVRow]) {
            self.init(text, Array(text.utf8), rows)
        }

        init(_ name: String, _ bytes: [UInt8], _ rows: [CSVRow]) {
            testDescription = name
            self.bytes = bytes
            self.rows = rows
        }
    }

    static let wellFormed = [
        Case("", []), Case("a", [row(1, "a")]), Case("a\n", [row(1, "a")]),
        Case("a,b\r\nc,d\r\n", [row(1, "a", "b"), row(2, "c", "d")]),
        Case("a,b\nc,d", [row(1, "a", "b"), row(2, "c", "d")]),
        Case(",\n", [row(1, nil, nil)]), Case("a,", [row(1, "a", nil)]),
        Case("a,\"\"\n", [row(1, "a", "")]), Case("\"\"", [row(1, "")]),
        Case("\n\n", [row(1, nil), row(2, nil)]),
        Case("a\n\nb", [row(1, "a"), row(2, nil), row(3, "b")]),
        Case("\"a,b\",c", [row(1, "a,b", "c")]), Case("\"a\"\"b\"", [row(1, "a\"b")]),
        Case("\"\"\"\"", [row(1, "\"")]), Case("\"\"\"\"\"\"", [row(1, "\"\"")]),
        Case("\"a\nb\",c\nd,e", [row(1, "a\nb", "c"), row(3, "d", "e")]),
        Case("\"a\r\n\r\nb\"\nc", [row(1, "a\r\n\r\nb"), row(4, "c")]),
        Case("\"a\rb\"\r\nc", [row(1, "a\rb"), row(2, "c")]),
        Case(" a , b ", [row(1, " a ", " b ")]), Case("'a',b;c", [row(1, "'a'", "b;c")]),
        Case("Zoë,😀\n", [row(1, "Zoë", "😀")]), Case("a\u{0},\u{7}", [row(1, "a\u{0}", "\u{7}")]),
        Case("\u{FEFF}a,b\n", [row(1, "a", "b")]), Case("\u{FEFF}\"a\",b\n", [row(1, "a", "b")]),
        Case("\u{FEFF}", []), Case("\u{FEFF}\na", [row(1, nil), row(2, "a")]),
        Case("\"\u{FEFF}\",\u{FEFF}", [row(1, "\u{FEFF}", "\u{FEFF}")]),
        Case("a\n\u{FEFF}b", [row(1, "a"), row(2, "\u{FEFF}b")]),
    ]

    static let malformed = [
        Case("a\"b,c\nd", [fault(1, .misplacedQuote, 1), row(2, "d")]),
        Case("x,a\",b\"\nd,e", [fault(1, .misplacedQuote, 2), row(2, "d", "e")]),
        Case("\"a\"b,c\nd", [fault(1, .textAfterQuote, 1), row(2, "d")]),
        Case("x,\"a\" ,c\nd", [fault(1, .textAfterQuote, 2), row(2, "d")]),
        Case("a\rb\nc", [fault(1, .loneCarriageReturn, 1), row(2, "c")]),
        Case("a\r\r\nc", [fault(1, .loneCarriageReturn, 1), row(2, "c")]),
        Case("a,\r", [fault(1, .loneCarriageReturn, 2)]),
        Case("a\n\"b\nc,d\n", [row(1, "a"), fault(2, .unterminatedQuote, 1)]),
        Case("a,\"", [fault(1, .unterminatedQuote, 2)]),
        Case(
            "two", [0x61, 0x0A, 0x62, 0x2C, 0xFF, 0x0A, 0x63],
            [
                row(1, "a"), fault(2, .notUTF8, 2), row(3, "c"),
            ]),
        Case("cut", [0xC3, 0x2C, 0xA9, 0x0A, 0x63], [fault(1, .notUTF8, 1), row(2, "c")]),
    ]

    @Test("Rows come out whatever chunks the bytes come in", arguments: wellFormed + malformed)
    func rows(_ sample: Case) {
        for chunk in [1, 2, 3, 5, 7, .max] {
            #expect(Self.rows(sample.bytes, chunk: chunk) == sample.rows)
        }
        for split in sample.bytes.indices {
            var parser = CSVParser()
            var rows = parser.push(Array(sample.bytes[..<split]))
            rows += parser.push(Array(sample.bytes[split...]))
            if let last = parser.finish() { rows.append(last) }
            #expect(rows == sample.rows, "split at \(split)")
        }
    }

    @Test("What was written by the rules of CSV is read back", arguments: Seeds.all)
    func roundTrip(seed: UInt64) {
        var random = Random(seed: seed)
        for _ in 0..<300 {
            let rows = (0..<4).map { _ in
                (0..<3).map { _ in random.maybe { $0.field() } }
            }
            let text = rows.map { $0.map(Self.written).joined(separator: ",") + "\n" }.joined()
            let read = Self.rows(Array(text.utf8), chunk: random.pick([1, 3, .max]))
            #expect(read.map(\.content) == rows.map { .fields($0) })
        }
    }

    private static func written(_ field: String?) -> String {
        guard let field else { return "" }
        return "\""
            + field.split(separator: "\"", omittingEmptySubsequences: false).joined(
                separator: "\"\"")
            + "\""
    }

    @Test("Damaged CSV gives rows whatever the chunks, and never a crash", arguments: Seeds.all)
    func damage(seed: UInt64) {
        var random = Random(seed: seed)
        let start = Array("a,\"b\",,\"\"\r\n\"x\"\"\n,y\",z,\u{E9}\n1,2\n".utf8)
        for _ in 0..<3000 {
            let bytes = mutated(start, &random)
            let whole = Self.rows(bytes)
            #expect(Self.rows(bytes, chunk: 1) == whole)
            #expect(Self.rows(bytes, chunk: 3) == whole)
            #expect(whole.map(\.line) == whole.map(\.line).sorted())
        }
    }
}

extension Random {
    /// A field of a few characters, those with a meaning among them.
    fileprivate mutating func field() -> String {
        let alphabet: [Unicode.Scalar] = ["a", ",", "\"", "\n", "\r", "\u{E9}", " "]
        let count = Int.random(in: 0...5, using: &self)
        return String(String.UnicodeScalarView((0..<count).map { _ in pick(alphabet) }))
    }
}
