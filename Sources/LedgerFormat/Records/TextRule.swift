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

    /// Whether there is a character of the category Cc: U+0000 to U+001F, U+007F to U+009F.
    private static func hasControl(_ text: Span<UInt8>) -> Bool {
        // Bits instead of branches, so that the loop can take many bytes at a time.
        var (controls, all) = (UInt8(0), UInt8(0))
        for index in text.indices {
            let byte = text[index]
            controls |= (byte < 0x20 ? 1 : 0) | (byte == 0x7F ? 1 : 0)
            all |= byte
        }
        return controls != 0 || (all >= 0x80 && hasLongControl(text))
    }

    /// Whether there is one of those that UTF-8 writes in two bytes, C2 80 to C2 9F.
    private static func hasLongControl(_ text: Span<UInt8>) -> Bool {
        var last: UInt8 = 0
        for index in text.indices {
            if last == 0xC2, text[index] < 0xA0 { return true }
            last = text[index]
        }
        return false
    }

    private static func hasNUL(_ text: Span<UInt8>) -> Bool {
        var found: UInt8 = 0
        for index in text.indices { found |= text[index] == 0 ? 1 : 0 }
        return found != 0
    }
}
