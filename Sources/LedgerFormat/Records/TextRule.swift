internal import LedgerDomain

/// What a text in a record may be, decided by its bytes.
///
/// It says whether, and `Limits` says why not; the bytes have to be UTF-8.
enum TextRule {
    /// An identifier or a short text.
    case identifier
    /// An e-mail address or a name.
    case personal
    /// A label.
    case label

    /// Whether a text of these bytes is within its limits.
    @inline(__always)
    func allows(_ text: Span<UInt8>) -> Bool {
        switch self {
        case .identifier: Limits.identifier ~= text.count && !Self.hasControl(text)
        case .personal: Limits.personal ~= text.count && !Self.hasNUL(text)
        case .label: Limits.label ~= text.count && !Self.hasNUL(text)
        }
    }

    private static let lowestBits: UInt64 = 0x0101_0101_0101_0101
    private static let highestBits: UInt64 = 0x8080_8080_8080_8080

    /// Whether there is a character of the category Cc: U+0000 to U+001F, U+007F to U+009F.
    private static func hasControl(_ text: Span<UInt8>) -> Bool {
        var found: UInt64 = 0
        text.forEachWord { word in
            // What is subtracted sets the highest bit of a byte below 0x20, what is added that of
            // 0x7F; in a byte of a longer character it is set.
            found |= (word &- 0x20 &* lowestBits) | (word &+ lowestBits) | word
        }
        return found & highestBits != 0 && hasControl(amongLonger: text)
    }

    /// The same one by one, where there are longer characters: U+0080 to U+009F are C2 80 to C2 9F.
    @inline(never)
    private static func hasControl(amongLonger text: Span<UInt8>) -> Bool {
        var last: UInt8 = 0
        for index in text.indices {
            let byte = text[index]
            if byte < 0x20 || byte == 0x7F || (last == 0xC2 && byte < 0xA0) { return true }
            last = byte
        }
        return false
    }

    private static func hasNUL(_ text: Span<UInt8>) -> Bool {
        var found: UInt64 = 0
        text.forEachWord { word in found |= (word &- lowestBits) & ~word }
        return found & highestBits != 0
    }
}

extension Span<UInt8> {
    /// Lends all bytes, eight at a time; where there are not so many, some come twice.
    @inline(__always)
    fileprivate func forEachWord(_ body: (UInt64) -> Void) {
        guard count >= 8 else {
            // A text so short is filled up with letters, which are never looked for.
            var word: UInt64 = 0x6161_6161_6161_6161
            for index in indices { word = word << 8 | UInt64(self[index]) }
            return body(word)
        }
        var start = 0
        while start < count - 8 {
            body(word(at: start))
            start &+= 8
        }
        body(word(at: count - 8))
    }

    /// Eight bytes as a number, the least significant first.
    ///
    /// Written so that it becomes one instruction.
    @inline(__always)
    func word(at start: Int) -> UInt64 {
        let bytes = extracting(droppingFirst: start)
        precondition(bytes.count >= 8, "fewer than eight bytes")
        var word = UInt64(bytes[0])
        word |= UInt64(bytes[1]) << 8
        word |= UInt64(bytes[2]) << 16
        word |= UInt64(bytes[3]) << 24
        word |= UInt64(bytes[4]) << 32
        word |= UInt64(bytes[5]) << 40
        word |= UInt64(bytes[6]) << 48
        word |= UInt64(bytes[7]) << 56
        return word
    }
}
