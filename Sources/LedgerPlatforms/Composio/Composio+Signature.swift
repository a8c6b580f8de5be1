extension Composio {
    /// The signature of a delivery: the scheme of Standard Webhooks with a key of its own.
    ///
    /// Composio signs with the text of the secret, where Standard Webhooks decodes it from base64
    /// after taking `whsec_` off; a verifier for the one refuses all of the other. Both of
    /// Composio's libraries of January 2026 do so. Should that change, pass `decoded`.
    public struct Signature: Sendable {
        /// How the key is made of the secret.
        @nonexhaustive
        public enum Key: String, Sendable, Hashable, CaseIterable {
            /// The bytes of the text, a prefix `whsec_` included.
            case undecoded
            /// The bytes that the text stands for in base64, as Standard Webhooks has it.
            case decoded
        }

        private let scheme: StandardWebhooksSignature

        /// Describes what is accepted.
        ///
        /// - Parameters:
        ///   - secrets: The secret as Composio showed it, or several while it is being rotated; at
        ///     least one, none empty.
        ///   - key: How the key is made of the secret.
        ///   - tolerance: How far the time of signing may be from now, in seconds; 0 for any time.
        /// - Throws: `PlatformError` where no secret is given, one is empty or, with `decoded`, not
        ///   base64, and where the tolerance is negative.
        public init(
            secrets: [String], key: Key = .undecoded,
            tolerance: Int = StandardWebhooksSignature.defaultTolerance
        ) throws(PlatformError) {
            var keys: [SigningSecret] = []
            for secret in secrets {
                switch key {
                case .undecoded: keys.append(try SigningSecret(secret))
                case .decoded: keys.append(try SigningSecret(standardWebhooks: secret))
                }
            }
            scheme = try StandardWebhooksSignature(secrets: keys, tolerance: tolerance)
        }

        /// Checks a delivery.
        ///
        /// - Parameters:
        ///   - delivery: The delivery, with the body as it was received.
        ///   - now: The time of the check.
        /// - Throws: `PlatformError` where a header, the body, every code or the time is not right.
        public func verify(
            _ delivery: WebhookDelivery, at now: Timestamp
        ) throws(PlatformError) -> VerifiedBody {
            try scheme.verify(delivery, at: now)
        }
    }
}
