/// The SHA-256 digest of a state token: what the log keeps in place of the token.
public struct StateDigest: Hashable, Sendable, CustomStringConvertible {
    /// The digest's length in bytes.
    public static let length = 32

    /// Eight bytes each, the most significant first.
    package typealias Words = (UInt64, UInt64, UInt64, UInt64)
    package let words: Words

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length)
        bytes.append(bigEndian: words.0)
        bytes.append(bigEndian: words.1)
        bytes.append(bigEndian: words.2)
        bytes.append(bigEndian: words.3)
        return bytes
    }

    /// Takes 32 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.init(sha256: bytes)
    }

    /// Takes the bytes of a SHA-256, which are 32.
    package init(sha256 bytes: [UInt8]) {
        words = (
            UInt64(bigEndianIn: bytes, at: 0), UInt64(bigEndianIn: bytes, at: 8),
            UInt64(bigEndianIn: bytes, at: 16), UInt64(bigEndianIn: bytes, at: 24)
        )
    }

    /// Takes all bytes as numbers, the first bytes first.
    package init(words: Words) {
        self.words = words
    }

    /// Compares the bytes.
    public static func == (left: StateDigest, right: StateDigest) -> Bool {
        left.words == right.words
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }

    /// 64 lower-case hexadecimal digits.
    public var description: String { bytes.lowercaseHexadecimal }
}

/// A state: the single-use token that ties an authorization callback to the user who began it.
///
/// 32 random bytes in base64url without padding: 43 characters. The ledger keeps its digest only,
/// so the token can be read once, from the outcome of the command that issued it. Descriptions
/// leave it out, so that printing an outcome into a log cannot leak it.
public struct StateToken: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible
{
    /// The token itself: hand it to the authorization request, never to a log.
    public let secret: String

    /// Wraps a token, for instance one that a callback brought; whether it is known is decided by
    /// the ledger.
    public init(_ secret: String) {
        self.secret = secret
    }

    /// A placeholder: the token is not shown.
    public var description: String { "<state token>" }
    /// A placeholder: the token is not shown.
    public var debugDescription: String { "<state token>" }
}

extension StateToken {
    /// Makes a token from random bytes: base64url without padding (RFC 4648, section 5).
    package init(random: [UInt8]) {
        self.init(random.base64URL)
    }
}

extension [UInt8] {
    private static let base64URLDigits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Six bits a character, the last one filled up with zero bits.
    fileprivate var base64URL: String { digits(Self.base64URLDigits, bits: 6) }
}

extension StateToken: CustomReflectable {
    /// Shows nothing, so that dumping a value that holds a token does not show it either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
