extension Nylas {
    /// The signature of a delivery: HMAC-SHA256 of the body in hexadecimal digits.
    ///
    /// The header and the algorithm are documented by Nylas. That the digits are in lower case is
    /// not, so `hexadecimal` can be had; nor is it whether the code of a compressed delivery is
    /// over the compressed bytes, so that either is tried unless told. There is no time in the
    /// scheme.
    public struct Signature: Sendable {
        /// The header that holds the code.
        public static let header = "x-nylas-signature"

        private let scheme: BodySignature

        /// Describes what is accepted.
        ///
        /// - Parameters:
        ///   - secrets: The `webhook_secret` of the destination, or several while it is being
        ///     rotated; at least one.
        ///   - encoding: How the code is written.
        ///   - coverage: Which bytes the code is over, where the body came compressed.
        /// - Throws: `PlatformError.Code.invalidSecret` where no secret is given.
        public init(
            secrets: [SigningSecret],
            encoding: BodySignature.Encoding = .lowercaseHexadecimal,
            coverage: BodySignature.Coverage = .either
        ) throws(PlatformError) {
            scheme = try BodySignature(
                header: Self.header, secrets: secrets, encoding: encoding, coverage: coverage)
        }

        /// Checks a delivery whose body came as it is.
        ///
        /// - Throws: `PlatformError` where header, body or code are not right.
        public func verify(_ delivery: WebhookDelivery) throws(PlatformError) -> VerifiedBody {
            try scheme.verify(delivery)
        }

        /// Checks a delivery whose body came compressed, as `compressed_delivery` has it.
        ///
        /// - Parameters:
        ///   - delivery: The delivery, with the body as it was received.
        ///   - decompress: Gives the body decompressed, nil where it cannot be. Bound what it
        ///     gives.
        /// - Throws: `PlatformError` where header, body or code are not right.
        public func verify(
            _ delivery: WebhookDelivery, decompress: ([UInt8]) -> [UInt8]?
        ) throws(PlatformError) -> VerifiedBody {
            try scheme.verify(delivery, decompress: decompress)
        }
    }
}
