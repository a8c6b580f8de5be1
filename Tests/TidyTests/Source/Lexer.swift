/// Cuts Swift source into tokens, so that no rule mistakes a comment or a string for code.
///
/// It knows what hides code and what is hidden in literals: nested comments, strings of one and of
/// several lines, raw strings, interpolations (their inside is code) and regular expressions. It
/// does not judge the source: what does not end, ends with the file.
struct Lexer {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var followsSpace = true
    private var tokens: [Token] = []

    private init(_ text: String) {
        bytes = Array(text.utf8)
    }

    static func tokens(of text: String) -> [Token] {
        var lexer = Lexer(text)
        lexer.readCode(untilParenthesis: false)
        return lexer.tokens
    }

    // MARK: Code

    /// Reads to the end, or to the parenthesis that closes an interpolation.
    private mutating func readCode(untilParenthesis: Bool) {
        var depth = 0
        while let byte = peek() {
            if untilParenthesis, byte == Character.close, depth == 0 {
                return
            }
            switch byte {
            case Character.open: depth += 1
            case Character.close: depth -= 1
            default: break
            }
            readToken(startingWith: byte)
        }
    }

    private mutating func readToken(startingWith byte: UInt8) {
        if Character.isSpace(byte) {
            advance()
            followsSpace = true
        } else if starts("//") {
            readComment { $0.peek() == Character.newline }
        } else if starts("/*") {
            readBlockComment()
        } else if let hashes = hashesBefore(Character.quote) {
            readString(hashes: hashes)
        } else if let hashes = hashesBefore(Character.slash), isRegularExpression(hashes: hashes) {
            readRegularExpression(hashes: hashes)
        } else if Character.isWord(byte) {
            let (start, line) = (index, self.line)
            advance { $0.peek().map(Character.isWord) != true }
            append(.word, from: start, to: index, line: line)
        } else {
            let (start, line) = (index, self.line)
            advance()
            append(.symbol, from: start, to: index, line: line)
        }
    }

    // MARK: Comments

    private mutating func readComment(until isAtEnd: (Lexer) -> Bool) {
        let (start, line) = (index, self.line)
        advance(until: isAtEnd)
        append(.comment, from: start, to: index, line: line)
        followsSpace = true
    }

    private mutating func readBlockComment() {
        let (start, line) = (index, self.line)
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                advance(by: 2)
            } else if starts("*/") {
                depth -= 1
                advance(by: 2)
            } else {
                advance()
            }
        } while depth > 0 && peek() != nil
        append(.comment, from: start, to: index, line: line)
        followsSpace = true
    }

    // MARK: Literals

    private mutating func readString(hashes: Int) {
        advance(by: hashes)
        let quotes = starts("\"\"\"") ? 3 : 1
        advance(by: quotes)
        let raw = String(repeating: "#", count: hashes)
        let end = String(repeating: "\"", count: quotes) + raw
        let escape = "\\" + raw
        var (start, line) = (index, self.line)
        while peek() != nil, !starts(end), quotes == 3 || peek() != Character.newline {
            guard starts(escape) else {
                advance()
                continue
            }
            let segment = index
            advance(by: escape.utf8.count)
            if peek() == Character.open {
                append(.literal, from: start, to: segment, line: line)
                advance()
                followsSpace = true
                readCode(untilParenthesis: true)
                advance()
                (start, line) = (index, self.line)
            } else {
                advance()
            }
        }
        append(.literal, from: start, to: index, line: line)
        advance(by: starts(end) ? end.utf8.count : 0)
    }

    /// Whether a slash opens a regular expression rather than divides.
    private func isRegularExpression(hashes: Int) -> Bool {
        if hashes > 0 {
            return true
        }
        if let last = tokens.last(where: { $0.kind != .comment }), last.endsOperand {
            return false
        }
        let next = index + 1
        guard next < bytes.count, !Character.isSpace(bytes[next]) else {
            return false
        }
        let rest = bytes[next...].prefix { $0 != Character.newline }
        return rest.contains(Character.slash)
    }

    private mutating func readRegularExpression(hashes: Int) {
        let line = line
        advance(by: hashes + 1)
        let start = index
        let end = "/" + String(repeating: "#", count: hashes)
        while peek() != nil, !starts(end), hashes > 0 || peek() != Character.newline {
            advance(by: peek() == Character.backslash ? 2 : 1)
        }
        append(.literal, from: start, to: index, line: line)
        advance(by: starts(end) ? end.utf8.count : 0)
    }

    // MARK: Bytes

    private func peek() -> UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private func starts(_ text: String) -> Bool {
        bytes[index...].starts(with: text.utf8)
    }

    /// The number of `#` from here to the byte given; none where something else follows.
    private func hashesBefore(_ delimiter: UInt8) -> Int? {
        let hashes = bytes[index...].prefix { $0 == Character.hash }.count
        let next = index + hashes
        return next < bytes.count && bytes[next] == delimiter ? hashes : nil
    }

    private mutating func advance(by count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            line += bytes[index] == Character.newline ? 1 : 0
            index += 1
        }
    }

    private mutating func advance(until isAtEnd: (Lexer) -> Bool) {
        while peek() != nil, !isAtEnd(self) {
            advance()
        }
    }

    private mutating func append(_ kind: Token.Kind, from start: Int, to end: Int, line: Int) {
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        tokens.append(Token(kind: kind, text: text, line: line, followsSpace: followsSpace))
        followsSpace = false
    }
}

extension Lexer {
    /// The bytes the lexer knows by name.
    private enum Character {
        static let newline = UInt8(ascii: "\n")
        static let quote = UInt8(ascii: "\"")
        static let slash = UInt8(ascii: "/")
        static let backslash = UInt8(ascii: "\\")
        static let hash = UInt8(ascii: "#")
        static let open = UInt8(ascii: "(")
        static let close = UInt8(ascii: ")")

        static func isSpace(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: " ") || (9...13).contains(byte)
        }

        static func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
                true
            default:
                false
            }
        }
    }
}
