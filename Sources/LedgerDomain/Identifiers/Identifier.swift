/// An opaque identifier that is compared byte by byte.
///
/// Swift compares strings by canonical equivalence, so that a composed and a decomposed "zoë" are
/// one string. They are two identifiers: a platform that hands out both means two accounts.
/// Equality, order and hash of an identifier look at its UTF-8 bytes alone.
///
/// Any text can be wrapped; the limits (1 to 255 bytes of UTF-8, no control characters) are
/// checked when a command is decided, and a text outside them is refused as `invalid` with the
/// name of its field.
public struct Identifier<Kind>: Sendable {
    /// The text as it was given.
    public let text: String

    /// Wraps a text without checking it.
    public init(_ text: String) {
        self.text = text
    }
}

extension Identifier: Hashable {
    /// Compares byte by byte.
    public static func == (left: Self, right: Self) -> Bool {
        let bytes = left.text.utf8.span
        let others = right.text.utf8.span
        guard bytes.count == others.count else { return false }
        // Copies of one identifier share their bytes.
        if bytes.isIdentical(to: others) { return true }
        for index in bytes.indices where bytes[index] != others[index] { return false }
        return true
    }

    /// Hashes the bytes.
    ///
    /// The hash of the string would be the same for all texts that are canonically equivalent, and
    /// whoever sends many of those could make every lookup slow.
    public func hash(into hasher: inout Hasher) {
        let bytes = text.utf8.span
        var word: UInt64 = 0
        for index in bytes.indices {
            word = word << 8 | UInt64(bytes[index])
            if index % 8 == 7 { hasher.combine(word) }
        }
        hasher.combine(word)
        hasher.combine(bytes.count)
    }
}

extension Identifier: Comparable {
    /// Orders by bytes.
    public static func < (left: Self, right: Self) -> Bool {
        let bytes = left.text.utf8.span
        let others = right.text.utf8.span
        for index in 0..<min(bytes.count, others.count) where bytes[index] != others[index] {
            return bytes[index] < others[index]
        }
        return bytes.count < others.count
    }
}

extension Identifier: ExpressibleByStringLiteral {
    /// Wraps a literal without checking it.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Identifier: CustomStringConvertible {
    /// The text as it was given.
    public var description: String { text }
}
