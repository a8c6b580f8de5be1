extension JSONParser {
    /// Reads a number; `-0` is the integer 0.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = offset
        _ = take("-")
        if take("0") {
            guard !hasDigit else { throw JSONError(.invalidNumber, at: offset) }
        } else {
            try digits()
        }
        var isInteger = true
        if take(".") {
            isInteger = false
            try digits()
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        let lexical = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard isInteger, let integer = Int64(lexical) else { return .number(lexical) }
        return .integer(integer)
    }

    private var hasDigit: Bool {
        next.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }

    private mutating func digits() throws(JSONError) {
        guard hasDigit else {
            throw next == nil ? misplaced : JSONError(.invalidNumber, at: offset)
        }
        while hasDigit { offset += 1 }
    }
}

extension JSONParser {
    /// Reads a string from its opening quote to its closing one.
    mutating func string() throws(JSONError) -> String {
        offset += 1
        var decoded: [UInt8] = []
        var start = offset
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                decoded += bytes[start..<offset]
                offset += 1
                return String(decoding: decoded, as: UTF8.self)
            case UInt8(ascii: "\\"):
                decoded += bytes[start..<offset]
                decoded += Array(String(try escape()).utf8)
                start = offset
            case ..<0x20: throw JSONError(.controlCharacter, at: offset)
            default: offset += 1
            }
        }
        throw misplaced
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = offset
        offset += 1
        guard let letter = next else { throw misplaced }
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(from: start)
        default: throw JSONError(.invalidEscape, at: start)
        }
    }

    /// Reads four digits, and another escape where they are the first half of a pair.
    private mutating func unicodeEscape(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let unit = try hexadecimal(from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), take("\\"), take("u") else {
            throw JSONError(.loneSurrogate, at: start)
        }
        let trail = try hexadecimal(from: offset - 2)
        let low = UInt32(trail) &- 0xDC00
        guard UTF16.isTrailSurrogate(trail),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + low)
        else { throw JSONError(.loneSurrogate, at: start) }
        return scalar
    }

    private mutating func hexadecimal(from start: Int) throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next else { throw misplaced }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw JSONError(.invalidEscape, at: start)
            }
            value = value << 4 | UInt16(digit)
            offset += 1
        }
        return value
    }
}
