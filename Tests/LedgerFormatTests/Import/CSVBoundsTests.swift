internal import LedgerFormat
internal import Testing

@Suite("CSV beyond its bounds")
struct CSVBoundsTests {
    private func text(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x78, count: count) }

    private func expect(
        _ bytes: [UInt8], _ reason: CSVError.Reason?, column: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for chunk in [.max, 300_007] {
            let rows = CSVParserTests.rows(bytes + Array("\nnext".utf8), chunk: chunk)
            #expect(rows.count == 2, sourceLocation: sourceLocation)
            #expect(rows.last?.content == .fields(["next"]), sourceLocation: sourceLocation)
            if let reason {
                let rejected = CSVRow.Content.rejected(CSVError(reason, column: column))
                #expect(rows.first?.content == rejected, sourceLocation: sourceLocation)
            } else if case .rejected(let error)? = rows.first?.content {
                Issue.record(error, sourceLocation: sourceLocation)
            }
        }
    }

    @Test("A field of 1 MiB is read, and one byte more rejects the row")
    func fields() {
        let longest = text(1 << 20)
        let quote = Array("\"".utf8)
        expect(longest, nil, column: 1)
        expect(longest + text(1), .fieldTooLong, column: 1)
        expect(quote + longest + quote, nil, column: 1)
        expect(quote + longest + quote + quote + quote, .fieldTooLong, column: 1)
    }

    @Test("A row of 2 MiB is read, and one byte more rejects it")
    func rows() {
        let comma = Array(",".utf8)
        let row = text(1 << 20) + comma + text((1 << 20) - 2)
        expect(row + comma, nil, column: 3)
        expect(row + comma + text(1), .rowTooLong, column: 3)
        expect(row + text(2), .rowTooLong, column: 2)
        expect(row + comma + comma, .rowTooLong, column: 3)
    }

    @Test("1,600 columns are read, and one more rejects the row")
    func columns() {
        expect([UInt8](repeating: 0x2C, count: 1599), nil, column: 1)
        expect([UInt8](repeating: 0x2C, count: 1600), .tooManyColumns, column: 1601)
    }

    @Test("Reading resumes after a long row where its quotes end, not within them")
    func resumption() {
        let quoted = Array("a,\"".utf8) + text(1 << 20) + Array("\n\"\"x\ny\"\nlast".utf8)
        let rows = CSVParserTests.rows(quoted)
        #expect(
            rows == [
                CSVRow(line: 1, content: .rejected(CSVError(.fieldTooLong, column: 2))),
                CSVRow(line: 4, content: .fields(["last"])),
            ])
    }

    @Test("A quote that is never closed is one rejected row, and its bytes are not kept")
    func endless() {
        var parser = CSVParser()
        #expect(parser.push(Array("a\n\"".utf8)).count == 1)
        let chunk = text(1 << 20)
        for _ in 0..<8 { #expect(parser.push(chunk).isEmpty) }
        #expect(
            parser.finish()
                == CSVRow(line: 2, content: .rejected(CSVError(.fieldTooLong, column: 1))))
        #expect(String(reflecting: parser).utf8.count < 10_000)
    }
}
