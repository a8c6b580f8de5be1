/// HMAC-SHA256 over the body alone, in one header: what Nylas, Nango and many others do.
///
/// Such a signature has no time in it: a delivery that someone recorded can be delivered again for
/// as long as the secret is the same. What a repeated notice does is therefore nothing.
public struct BodySignature: Sendable {
    /// How the code is written in the header.
    @nonexhaustive
    public enum Encoding: String, Sendable, Hashable, CaseIterable {
        /// 64 digits, `0` to `9` and `a` to `f`.
        case lowercaseHexadecimal
        /// 64 digits, capitals allowed.
        case hexadecimal
        /// 44 characters of base64 with padding.
        case base64
    }

    /// Which bytes the code is over, where the body came compressed.
    @nonexhaustive
    public enum Coverage: String, Sendable, Hashable, CaseIterable {
        /// The bytes as received.
        case received
        /// The bytes after decompression.
        case decompressed
        /// The bytes as received, else those after decompression.
        case either
    }

    /// The header that holds the code.
    public let header: String
    /// What stands before the code, such as `sha256=`.
    public let prefix: String
    /// How the code is written.
    public let encoding: Encoding
    /// Which bytes it is over, where the body came compressed.
    public let coverage: Coverage
    private let secrets: [SigningSecret]

    /// Describes a scheme.
    ///
    /// - Parameters:
    ///   - header: The header that holds the code.
    ///   - secrets: The secret, or several while it is being rotated; at least one.
    ///   - prefix: What stands before the code.
    ///   - encoding: How the code is written.
    ///   - coverage: Which bytes the code is over, where the body came compressed.
    /// - Throws: `PlatformError.Code.invalidSecret` where no secret is given.
    public init(
        header: String, secrets: [SigningSecret], prefix: String = "",
        encoding: Encoding = .lowercaseHexadecimal, coverage: Coverage = .received
    ) throws(PlatformError) {
        self.header = header
        self.secrets = try secrets.atLeastOne()
        self.prefix = prefix
        self.encoding = encoding
        self.coverage = coverage
    }

    /// Checks a delivery whose body came as it is.
    ///
    /// - Throws: `PlatformError` where the header is missing, there twice or malformed, where the
    ///   body is too long, and where the code is wrong.
    public func verify(_ delivery: WebhookDelivery) throws(PlatformError) -> VerifiedBody {
        let code = try code(of: delivery)
        guard secrets.areRight([code], for: delivery.body) else { throw .mismatch(header) }
        return VerifiedBody(delivery.body)
    }

    /// Checks a delivery whose body came compressed.
    ///
    /// - Parameters:
    ///   - delivery: The delivery, with the body as it was received.
    ///   - decompress: Gives the body decompressed, nil where it cannot be. With a coverage other
    ///     than `received` it is called before the signature is known to be right: bound what it
    ///     gives by `WebhookDelivery.maximumBodyLength`.
    /// - Throws: `PlatformError` as for a body that came as it is, and where it cannot be
    ///   decompressed.
    public func verify(
        _ delivery: WebhookDelivery, decompress: ([UInt8]) -> [UInt8]?
    ) throws(PlatformError) -> VerifiedBody {
        let code = try code(of: delivery)
        let coversReceived =
            coverage != .decompressed && secrets.areRight([code], for: delivery.body)
        guard coversReceived || coverage != .received else { throw .mismatch(header) }
        guard let plain = decompress(delivery.body) else {
            throw PlatformError(
                .notDecompressed,
                "The body could not be decompressed. Refuse the delivery, and look at its"
                    + " Content-Encoding.")
        }
        try checkLength(of: plain)
        guard coversReceived || secrets.areRight([code], for: plain) else {
            throw .mismatch(header)
        }
        return VerifiedBody(plain)
    }

    private func code(of delivery: WebhookDelivery) throws(PlatformError) -> AuthenticationCode {
        let value = try delivery.headers.single(header)
        try checkLength(of: delivery.body)
        guard value.utf8.starts(with: prefix.utf8) else { throw .malformed(header, form) }
        let text = String(decoding: value.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        guard let code = AuthenticationCode(decoded(text)) else { throw .malformed(header, form) }
        return code
    }

    private func decoded(_ text: String) -> [UInt8]? {
        switch encoding {
        case .lowercaseHexadecimal: Hexadecimal.decoded(text, allowsCapitals: false)
        case .hexadecimal: Hexadecimal.decoded(text, allowsCapitals: true)
        case .base64: Base64.decoded(text)
        }
    }

    private var form: String {
        switch encoding {
        case .lowercaseHexadecimal: "64 hexadecimal digits in lower case"
        case .hexadecimal: "64 hexadecimal digits"
        case .base64: "44 characters of base64"
        }
    }
}

/// Refuses a body that is longer than bodies may be.
func checkLength(
    of body: [UInt8], _ limit: Int = WebhookDelivery.maximumBodyLength
) throws(PlatformError) {
    guard body.count <= limit else {
        throw PlatformError(
            .bodyTooLong, "The body is longer than \(limit) bytes. Refuse it.")
    }
}

extension [SigningSecret] {
    /// The secrets, of which there has to be one.
    func atLeastOne() throws(PlatformError) -> [SigningSecret] {
        guard !isEmpty else {
            throw PlatformError(
                .invalidSecret,
                "No signing secret is given, so nothing can be checked. Pass at least one.")
        }
        return self
    }
}

extension PlatformError {
    static func mismatch(_ header: String) -> PlatformError {
        PlatformError(
            .signatureMismatch, header,
            "The signature in \(header) is not of this body under any of the secrets. Refuse the"
                + " delivery; after a rotation pass the old and the new secret.")
    }

    static func malformed(_ header: String, _ form: String) -> PlatformError {
        PlatformError(
            .malformedHeader, header,
            "The header \(header) is not \(form). Refuse the delivery.")
    }
}
