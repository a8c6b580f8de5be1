/// A row of a CSV file, or why it could not be read.
package struct CSVRow: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        /// The fields in their order; NULL is none, and the empty text is a text.
        case fields([String?])
        case rejected(CSVError)
    }

    /// The line that the row begins on, from 1; quoted fields may hold more line breaks.
    package let line: Int
    package let content: Content

    package init(line: Int, content: Content) {
        self.line = line
        self.content = content
    }
}

/// Why a row of a CSV file could not be read.
package struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The field is not UTF-8.
        case notUTF8
        /// The field has more than `CSVParser.maximumFieldLength` bytes.
        case fieldTooLong
        /// The row has more than `CSVParser.maximumRowLength` bytes.
        case rowTooLong
        /// The row has more than `CSVParser.maximumColumns` fields.
        case tooManyColumns
        /// A quote stands within a field that does not begin with one.
        case misplacedQuote
        /// Something other than a comma or a line break follows a closing quote.
        case textAfterQuote
        /// A carriage return stands outside quotes without a line feed.
        case loneCarriageReturn
        /// The file ends within quotes.
        case unterminatedQuote
    }

    package let reason: Reason
    /// The column it was found in, from 1.
    package let column: Int

    package init(_ reason: Reason, column: Int) {
        self.reason = reason
        self.column = column
    }

    package var description: String {
        switch reason {
        case .notUTF8: "is not UTF-8"
        case .fieldTooLong: "is longer than \(CSVParser.maximumFieldLength) bytes"
        case .rowTooLong: "ends a row longer than \(CSVParser.maximumRowLength) bytes"
        case .tooManyColumns: "is one more than the most columns, \(CSVParser.maximumColumns)"
        case .misplacedQuote: "has a quote, but does not begin with one"
        case .textAfterQuote: "goes on after its closing quote"
        case .loneCarriageReturn: "has a carriage return without a line feed, and no quotes"
        case .unterminatedQuote: "has no closing quote before the end of the file"
        }
    }
}
