extension Nango {
    /// The signature of a delivery: HMAC-SHA256 of the body in hexadecimal digits.
    ///
    /// The secret is the webhook signing key of the environment; in environments made after
    /// 2026-04-20 it is not the API key. There is no time in the scheme.
    public struct Signature: Sendable {
        /// The header that holds the code.
        public static let header = "X-Nango-Hmac-Sha256"
        /// The header of the scheme before, which is still sent.
        public static let legacyHeader = "X-Nango-Signature"

        private let scheme: BodySignature
        private let secrets: [SigningSecret]
        private let acceptsLegacy: Bool

        /// Describes what is accepted.
        ///
        /// - Parameters:
        ///   - secrets: The webhook signing key, or several while it is being rotated; at least
        ///     one.
        ///   - acceptsDigestsThatAnyoneCanExtend: Whether a delivery without the code is accepted
        ///     by the scheme before: SHA-256 of key and body. Who sees one such delivery can make
        ///     another that begins like it and goes on as they like, without the key.
        /// - Throws: `PlatformError.Code.invalidSecret` where no secret is given.
        public init(
            secrets: [SigningSecret], acceptsDigestsThatAnyoneCanExtend: Bool = false
        ) throws(PlatformError) {
            scheme = try BodySignature(header: Self.header, secrets: secrets)
            self.secrets = secrets
            acceptsLegacy = acceptsDigestsThatAnyoneCanExtend
        }

        /// Checks a delivery; where it bears the code, nothing else counts.
        ///
        /// - Throws: `PlatformError` where header, body or code are not right.
        public func verify(_ delivery: WebhookDelivery) throws(PlatformError) -> VerifiedBody {
            let isLegacy = delivery.headers.values(Self.header).isEmpty
            guard acceptsLegacy, isLegacy else { return try scheme.verify(delivery) }
            let text = try delivery.headers.single(Self.legacyHeader)
            try checkLength(of: delivery.body)
            let digest = AuthenticationCode(Hexadecimal.decoded(text, allowsCapitals: false))
            guard let digest else {
                throw .malformed(Self.legacyHeader, "64 hexadecimal digits in lower case")
            }
            var isRight = false
            for secret in secrets where digest.isPlainDigest(of: delivery.body, after: secret) {
                isRight = true
            }
            guard isRight else { throw .mismatch(Self.legacyHeader) }
            return VerifiedBody(delivery.body)
        }
    }
}
