internal import LedgerDomain

/// Reads one JSON value, strictly as RFC 8259 has it.
///
/// Refused besides what is not JSON: bytes that are not UTF-8, a byte order mark, half a surrogate
/// pair, a name that occurs twice in one object (names are compared as decoded, byte by byte),
/// arrays and objects more than 32 levels deep, and whatever follows the value but white space.
package struct JSONParser {
    /// The most levels of arrays and objects within each other.
    package static let maximumDepth = 32

    let bytes: [UInt8]
    var offset = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the value that the bytes are.
    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        if let offset = firstInvalidUTF8(bytes) { throw JSONError(.notUTF8, at: offset) }
        var parser = JSONParser(bytes)
        let value = try parser.value()
        parser.skipWhiteSpace()
        guard parser.next == nil else { throw JSONError(.trailingBytes, at: parser.offset) }
        return value
    }

    /// The byte to be read next, none at the end.
    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// The error for a byte that does not belong where it stands.
    var misplaced: JSONError {
        JSONError(next == nil ? .unexpectedEnd : .unexpectedByte, at: offset)
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipWhiteSpace()
        guard let byte = next else { throw misplaced }
        switch byte {
        case UInt8(ascii: "{"):
            return try nested { parser throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw misplaced
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw JSONError(.tooDeep, at: offset) }
        depth += 1
        offset += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        var names: Set<Identifier<JSONValue>> = []
        skipWhiteSpace()
        if take("}") { return .object([]) }
        repeat {
            skipWhiteSpace()
            let start = offset
            guard next == UInt8(ascii: "\"") else { throw misplaced }
            let name = try string()
            guard names.insert(Identifier(name)).inserted else {
                throw JSONError(.duplicateName, at: start)
            }
            skipWhiteSpace()
            guard take(":") else { throw misplaced }
            members.append(JSONValue.Member(name, try value()))
            skipWhiteSpace()
        } while take(",")
        guard take("}") else { throw misplaced }
        return .object(members)
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        skipWhiteSpace()
        if take("]") { return .array([]) }
        repeat {
            elements.append(try value())
            skipWhiteSpace()
        } while take(",")
        guard take("]") else { throw misplaced }
        return .array(elements)
    }

    private mutating func literal(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        for byte in text.description.utf8 {
            guard next == byte else { throw misplaced }
            offset += 1
        }
        return value
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipWhiteSpace() {
        while let byte = next, JSONParser.isWhiteSpace(byte) { offset += 1 }
    }

    /// Whether a byte is white space between tokens.
    static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}

extension JSONParser {
    /// Reads the object that a line or a file is; errors bear the name given.
    static func members(_ bytes: [UInt8], of name: String) throws(FieldError) -> [JSONValue.Member]
    {
        guard bytes.count <= LineDecoder.maximumLength else {
            throw FieldError(name, "is longer than \(LineDecoder.maximumLength) bytes")
        }
        if bytes.allSatisfy(isWhiteSpace) { throw FieldError(name, "is blank") }
        let value: JSONValue
        do {
            value = try parse(bytes)
        } catch {
            throw FieldError(name, error.description)
        }
        guard case .object(let members) = value else {
            throw FieldError(name, "is not a JSON object")
        }
        return members
    }
}
