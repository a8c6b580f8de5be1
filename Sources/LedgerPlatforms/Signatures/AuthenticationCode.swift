internal import Crypto

/// A code of HMAC-SHA256 that came with a delivery.
struct AuthenticationCode {
    static let length = 32

    private let bytes: [UInt8]

    /// Takes a code of the right length; nil for any other.
    init?(_ bytes: [UInt8]?) {
        guard let bytes, bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    /// Whether the code is right for a message under a secret; takes as long for a wrong one.
    func isRight(for message: [UInt8], under secret: SigningSecret) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: message, using: secret.key)
    }

    /// Whether the code is SHA-256 of the secret followed by the message.
    ///
    /// Both digests are authenticated with a key, and the codes are compared: in the same time
    /// wherever the digests differ.
    func isPlainDigest(of message: [UInt8], after secret: SigningSecret) -> Bool {
        var hash = SHA256()
        hash.update(data: secret.bytes)
        hash.update(data: message)
        let expected = HMAC<SHA256>.authenticationCode(
            for: Array(hash.finalize()), using: secret.key)
        return HMAC<SHA256>.isValidAuthenticationCode(
            expected, authenticating: bytes, using: secret.key)
    }
}

extension [SigningSecret] {
    /// Whether one of several codes is right under one of the secrets.
    ///
    /// All are tried, also after one was right: the time says neither which nor whether.
    func areRight(_ codes: [AuthenticationCode], for message: [UInt8]) -> Bool {
        var isRight = false
        for code in codes {
            for secret in self {
                let matches = code.isRight(for: message, under: secret)
                if matches { isRight = true }
            }
        }
        return isRight
    }
}
