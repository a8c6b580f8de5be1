internal import LedgerFormat

/// The bodies in a file: one a line, an array of them, or one alone, in any number of lines.
///
/// The first line decides. Where it is a JSON value, every line is a body; where it is not, the
/// file is one value. An array stands for its elements.
struct BodyStream {
    /// A body, or a part of the file that is none.
    struct Body {
        /// The line that it stands on, or its place in the array, from 1.
        let line: Int
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
    private var splitter = LineSplitter(maximumLength: LineDecoder.maximumLength)
    private var line = 0

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
            // Only what is new can hold the end of the first line.
            let isDecidable = form == .undecided && bytes.contains(UInt8(ascii: "\n"))
            return isDecidable ? decide() : []
        }
    }

    /// Gives the bodies that the end of the file completes.
    mutating func finish() -> [Body] {
        switch form {
        case .lines: return splitter.finish().map { read($0) } ?? []
        case .tooLong:
            let reason = "is one value of more than \(Self.maximumLength) bytes"
            return [Body(line: 1, content: .failure(FieldError("file", reason)))]
        case .undecided, .value:
            if let bodies = value(start) { return bodies }
            // No value as a whole: then its lines are looked at, one by one.
            form = .lines
            return push(start) + finish()
        }
    }

    /// Decides by the first line, once it is there.
    private mutating func decide() -> [Body] {
        guard let end = start.firstIndex(of: UInt8(ascii: "\n")) else { return [] }
        guard (try? JSONParser.parse(Array(start[..<end]))) != nil else {
            form = .value
            return []
        }
        form = .lines
        let bytes = start
        start = []
        return push(bytes)
    }

    private mutating func read(_ part: LineSplitter.Line) -> [Body] {
        line += 1
        switch part {
        case .tooLong:
            let reason = "is longer than \(LineDecoder.maximumLength) bytes"
            return [Body(line: line, content: .failure(FieldError("line", reason)))]
        case .bytes(let bytes):
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return [] }
            guard case .array(let elements)? = try? JSONParser.parse(bytes) else {
                return [Body(line: line, content: .success(bytes))]
            }
            return elements.map {
                Body(line: line, content: .success(Array($0.serialized.utf8)))
            }
        }
    }

    /// The bodies of a file that is one value; nil where it is none.
    private func value(_ bytes: [UInt8]) -> [Body]? {
        guard let value = try? JSONParser.parse(bytes) else { return nil }
        guard case .array(let elements) = value else {
            return [Body(line: 1, content: .success(bytes))]
        }
        return zip(1..., elements).map {
            Body(line: $0, content: .success(Array($1.serialized.utf8)))
        }
    }
}
