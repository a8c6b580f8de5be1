/// Reads CSV as RFC 4180 has it and as PostgreSQL's `COPY ... TO ... WITH (FORMAT csv)` writes it.
///
/// Bytes are pushed in as they come; rows come out as they end. Not more than one row is kept, and
/// of a row that is too long nothing: memory does not grow with the file. A row that cannot be
/// read is one rejected row. Reading resumes after its line break: the next one outside quotes
/// where the row was only too long, and the next one of any kind where its quotes cannot be made
/// sense of.
///
/// NULL is an empty field without quotes. Line breaks are LF or CRLF. A byte order mark is skipped.
package struct CSVParser: Sendable {
    /// The most bytes of a field, without its quotes: 1 MiB.
    package static let maximumFieldLength = 1 << 20
    /// The most bytes of a row, with quotes and commas, without its line break: 2 MiB.
    package static let maximumRowLength = 2 << 20
    /// The most fields of a row: as many columns as a table of PostgreSQL may have.
    package static let maximumColumns = 1600

    private enum State {
        case fieldStart
        case unquoted
        case quoted
        /// After a quote within quotes: the end of the field, or the first of two.
        case quoteInQuotes
        /// After a carriage return outside quotes.
        case carriageReturn
        /// In the rest of a row whose quotes cannot be made sense of.
        case skipping
    }

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private var state = State.fieldStart
    private var field: [UInt8] = []
    private var isQuoted = false
    private var fields: [String?] = []
    private var column = 1
    private var rowLength = 0
    private var rowLine = 1
    private var line = 1
    private var rejection: CSVError?
    private var isAtStart = true

    package init() {}

    /// Takes the next bytes in and gives the rows that end in them.
    package mutating func push(_ bytes: [UInt8]) -> [CSVRow] {
        var rows: [CSVRow] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let run = rest.prefix(while: isPlain)
            take(run)
            rest = rest.dropFirst(run.count)
            if let byte = rest.popFirst(), let row = step(byte) { rows.append(row) }
        }
        return rows
    }

    /// Gives the last row, if the bytes do not end with a line break.
    package mutating func finish() -> CSVRow? {
        switch state {
        case .fieldStart where rowLength == 0: return nil
        case .quoted: reject(.unterminatedQuote)
        case .carriageReturn: reject(.loneCarriageReturn)
        case .fieldStart, .unquoted, .quoteInQuotes, .skipping: break
        }
        return endRow()
    }

    /// Whether a byte is content, whatever stands round it.
    private func isPlain(_ byte: UInt8) -> Bool {
        switch state {
        case .unquoted:
            byte != Self.comma && byte != Self.quote && byte != Self.lineFeed
                && byte != Self.carriageReturn
        case .quoted: byte != Self.quote
        case .skipping: byte != Self.lineFeed
        case .fieldStart, .quoteInQuotes, .carriageReturn: false
        }
    }

    /// Takes content in.
    private mutating func take(_ run: ArraySlice<UInt8>) {
        if state == .quoted { line += run.count { $0 == Self.lineFeed } }
        // Where both bounds are passed, the first byte beyond one decides: chunks make no
        // difference.
        let fieldRoom = Self.maximumFieldLength - field.count
        let rowRoom = Self.maximumRowLength - rowLength
        if run.count > min(fieldRoom, rowRoom) {
            reject(fieldRoom <= rowRoom ? .fieldTooLong : .rowTooLong)
        }
        rowLength += run.count
        guard rejection == nil else { return }
        field += run
        skipByteOrderMark()
    }

    /// Counts a byte that is not content.
    private mutating func takeMark() {
        rowLength += 1
        if rowLength > Self.maximumRowLength { reject(.rowTooLong) }
    }

    private mutating func skipByteOrderMark() {
        guard isAtStart, field.count >= Self.byteOrderMark.count else { return }
        isAtStart = false
        guard state == .unquoted, field.starts(with: Self.byteOrderMark) else { return }
        field.removeFirst(Self.byteOrderMark.count)
        rowLength -= Self.byteOrderMark.count
        if field.isEmpty { state = .fieldStart }
    }
}

// MARK: Grammar

extension CSVParser {
    /// Takes a byte in that may have a meaning of its own.
    private mutating func step(_ byte: UInt8) -> CSVRow? {
        if byte == Self.lineFeed {
            line += 1
            return endRow()
        }
        switch (state, byte) {
        case (.carriageReturn, _): skip(.loneCarriageReturn)
        case (.fieldStart, Self.quote):
            takeMark()
            state = .quoted
            isQuoted = true
        case (.quoted, _):
            takeMark()
            state = .quoteInQuotes
        case (.quoteInQuotes, Self.quote):
            state = .quoted
            take([byte])
        case (_, Self.comma):
            takeMark()
            endField()
        case (_, Self.carriageReturn): state = .carriageReturn
        case (.quoteInQuotes, _): skip(.textAfterQuote)
        case (.unquoted, _): skip(.misplacedQuote)
        case (.fieldStart, _):
            state = .unquoted
            take([byte])
        case (.skipping, _): break
        }
        return nil
    }

    private mutating func endField() {
        state = .fieldStart
        let isNull = field.isEmpty && !isQuoted
        if firstInvalidUTF8(field) != nil { reject(.notUTF8) }
        if column > Self.maximumColumns { reject(.tooManyColumns) }
        if rejection == nil { fields.append(isNull ? nil : String(decoding: field, as: UTF8.self)) }
        field.removeAll(keepingCapacity: true)
        isQuoted = false
        isAtStart = false
        column += 1
    }

    private mutating func endRow() -> CSVRow {
        endField()
        let row = CSVRow(line: rowLine, content: rejection.map { .rejected($0) } ?? .fields(fields))
        fields.removeAll(keepingCapacity: true)
        rejection = nil
        column = 1
        rowLength = 0
        rowLine = line
        return row
    }

    /// Notes the first reason why the row cannot be read, and forgets what was read of it.
    private mutating func reject(_ reason: CSVError.Reason) {
        guard rejection == nil else { return }
        rejection = CSVError(reason, column: column)
        fields = []
        field = []
    }

    private mutating func skip(_ reason: CSVError.Reason) {
        reject(reason)
        state = .skipping
    }
}
