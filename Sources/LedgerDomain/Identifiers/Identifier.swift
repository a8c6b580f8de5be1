/// An opaque identifier that is compared byte by byte.
///
/// Swift compares strings by canonical equivalence, so that a composed and a decomposed "zoë" are one
/// string. They are two identifiers: a platform that hands out both means two accounts. Equality, order
/// and hash of an identifier look at its UTF-8 bytes alone.
///
/// Any text can be wrapped; the limits (1 to 255 bytes of UTF-8, no control characters) are checked when a
/// command is decided, and a text outside them is refused as `invalid` with the name of its field.
public struct Identifier<Kind>: Sendable {
    /// The text as it was given.
    public let text: String

    /// Wraps a text without checking it.
    public init(_ text: String) {
        self.text = text
    }
}

extension Identifier: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Hashes the text.
    ///
    /// Texts of equal bytes are canonically equivalent, so the hash of the string is a valid hash here.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}

extension Identifier: Comparable {
    public static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension Identifier: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Identifier: CustomStringConvertible {
    public var description: String { text }
}
