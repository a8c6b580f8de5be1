internal import Crypto

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A secret that a platform signs its deliveries with.
///
/// Neither its text, nor its length, appears in a description, a dump or an error.
public struct SigningSecret: Sendable {
    let bytes: [UInt8]
    var key: SymmetricKey { SymmetricKey(data: bytes) }

    /// Takes the bytes of a text as they are, which is what most platforms do.
    ///
    /// - Throws: `PlatformError.Code.invalidSecret` for no text: anyone could sign with it.
    public init(_ text: String) throws(PlatformError) {
        try self.init(bytes: Array(text.utf8))
    }

    /// Takes the bytes of a key.
    ///
    /// - Throws: `PlatformError.Code.invalidSecret` for no bytes: anyone could sign with them.
    public init(bytes: [UInt8]) throws(PlatformError) {
        guard !bytes.isEmpty else {
            throw PlatformError(
                .invalidSecret,
                "The signing secret is empty: anyone could sign with it. Pass the one that the"
                    + " platform showed.")
        }
        self.bytes = bytes
    }

    /// Takes a secret as Standard Webhooks writes it: base64, after `whsec_` where that is there.
    ///
    /// Padding may be missing.
    ///
    /// - Throws: `PlatformError.Code.invalidSecret` where the rest is not base64, or is empty.
    public init(standardWebhooks text: String) throws(PlatformError) {
        let prefix = "whsec_"
        // By bytes: a combining mark after the prefix would be taken off with it.
        let rest = text.utf8.starts(with: prefix.utf8) ? text.utf8.dropFirst(6) : text.utf8[...]
        let encoded = String(decoding: rest, as: UTF8.self)
        let padding = String(repeating: "=", count: (4 - encoded.utf8.count % 4) % 4)
        guard let bytes = Base64.decoded(encoded + padding) else {
            throw PlatformError(
                .invalidSecret,
                "The signing secret is not base64. A platform that signs with the text itself"
                    + " needs SigningSecret(_:).")
        }
        try self.init(bytes: bytes)
    }
}

extension SigningSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is a secret, and nothing of it.
    public var description: String { "SigningSecret" }

    /// Says that there is a secret, and nothing of it.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
