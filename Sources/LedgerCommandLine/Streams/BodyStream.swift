internal import LedgerFormat

/// The bodies in a file: one a line, an array of them, or one alone, in any number of lines.
///
/// The first line decides. Where it is a JSON value and more follows, every line is a body; else
/// the file is one value. An array stands for its elements.
struct BodyStream {
    /// A body, or a part of the file that is none.
    struct Body {
        /// The line that it stands on, or its place in the array, from 1.
        let line: Int
        /// Which one it is of all in the file, from 1.
        let ordinal: Int
        /// The JSON of one body, or what is wrong.
        let content: Result<[UInt8], FieldError>
    }

    /// The most bytes of a file that is one value: 64 MiB.
    static let maximumLength = 64 << 20

    private enum Form {
        case undecided, lines, value, tooLong
    }

    private var form = Form.undecided
    private var start: [UInt8] = []
    /// Where the first line ends in `start`, once that is known.
    private var firstEnd: Int?
    private var splitter = LineSplitter(maximumLength: LineDecoder.maximumLength)
    private var line = 0
    private var ordinal = 0

    /// Takes the next bytes in and gives the bodies that end in them.
    mutating func push(_ bytes: [UInt8]) -> [Body] {
        switch form {
        case .lines: return splitter.push(bytes).flatMap { read($0) }
        case .tooLong: return []
        case .undecided, .value:
            start += bytes
            guard start.count <= Self.maximumLength else {
                form = .tooLong
                start = []
                return []
            }
            return form == .undecided ? decide(bytes.count) : []
        }
    }

    /// Gives the bodies that the end of the file completes.
    mutating func finish() -> [Body] {
        switch form {
        case .lines: return splitter.finish().map { read($0) } ?? []
        case .tooLong:
            let reason = "is one value of more than \(Self.maximumLength) bytes"
            return [body(1, .failure(FieldError("file", reason)))]
        case .undecided, .value:
            if let bodies = value(start) { return bodies }
            // No value as a whole: then its lines are looked at, one by one.
            form = .lines
            return push(start) + finish()
        }
    }

    /// Decides by the first line, once it and the begin of another are there.
    ///
    /// A line after which only white space follows is one value, however long it is.
    private mutating func decide(_ added: Int) -> [Body] {
        // Only what is new can hold the end of the line, or what follows it.
        let new = start[(start.count - added)...]
        firstEnd = firstEnd ?? new.firstIndex(of: UInt8(ascii: "\n"))
        guard let firstEnd,
            start[max(firstEnd, new.startIndex)...].contains(where: { !Self.isSpace($0) })
        else { return [] }
        guard (try? JSONParser.parse(Array(start[..<firstEnd]))) != nil else {
            form = .value
            return []
        }
        form = .lines
        let bytes = start
        start = []
        return push(bytes)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }

    private mutating func read(_ part: LineSplitter.Line) -> [Body] {
        line += 1
        switch part {
        case .tooLong:
            let reason = "is longer than \(LineDecoder.maximumLength) bytes"
            return [body(line, .failure(FieldError("line", reason)))]
        case .bytes(let bytes):
            if bytes.allSatisfy(Self.isSpace) { return [] }
            guard case .array(let elements)? = try? JSONParser.parse(bytes) else {
                return [body(line, .success(bytes))]
            }
            return elements.map { body(line, .success(Array($0.serialized.utf8))) }
        }
    }

    /// The bodies of a file that is one value; nil where it is none.
    private mutating func value(_ bytes: [UInt8]) -> [Body]? {
        guard let value = try? JSONParser.parse(bytes) else { return nil }
        guard case .array(let elements) = value else { return [body(1, .success(bytes))] }
        return zip(1..., elements).map { body($0, .success(Array($1.serialized.utf8))) }
    }

    private mutating func body(_ line: Int, _ content: Result<[UInt8], FieldError>) -> Body {
        ordinal += 1
        return Body(line: line, ordinal: ordinal, content: content)
    }
}
