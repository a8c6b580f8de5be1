/// The SHA-256 digest of a state token: what the log keeps in place of the token.
public struct StateDigest: Hashable, Sendable, CustomStringConvertible {
    /// The digest's length in bytes.
    public static let length = 32

    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Takes 32 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    /// Takes the bytes of a SHA-256, which are 32.
    package init(sha256 bytes: [UInt8]) {
        self.bytes = bytes
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

extension StateToken: CustomReflectable {
    /// Shows nothing, so that dumping a value that holds a token does not show it either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
