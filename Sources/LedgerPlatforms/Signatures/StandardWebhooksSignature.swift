/// The scheme of Standard Webhooks: HMAC-SHA256 over id, time and body, several codes in a header.
///
/// A code is `v1,` and base64; codes of other versions are passed over. The time in the scheme
/// keeps a recorded delivery from being delivered later than the tolerance.
public struct StandardWebhooksSignature: Sendable {
    /// The tolerance where none is given, in seconds.
    public static let defaultTolerance = 300
    /// The most codes that a header may hold.
    public static let maximumCodes = 16

    /// How far the time of signing may be from now, in seconds; 0 for any time.
    public let tolerance: Int
    private let secrets: [SigningSecret]

    /// Describes what is accepted.
    ///
    /// - Parameters:
    ///   - secrets: The secret, or several while it is being rotated; at least one. A secret of
    ///     this scheme is made with `SigningSecret(standardWebhooks:)`.
    ///   - tolerance: How far the time of signing may be from now, in seconds. 0 turns the check
    ///     off, and with it the protection against deliveries that someone recorded.
    /// - Throws: `PlatformError` where no secret is given, or the tolerance is negative.
    public init(
        secrets: [SigningSecret], tolerance: Int = defaultTolerance
    ) throws(PlatformError) {
        self.secrets = try secrets.atLeastOne()
        guard tolerance >= 0 else {
            throw PlatformError(
                .invalidSetting, "tolerance",
                "The tolerance is negative. Pass seconds, 0 for any time.")
        }
        self.tolerance = tolerance
    }

    /// Checks a delivery.
    ///
    /// - Parameters:
    ///   - delivery: The delivery, with the body as it was received.
    ///   - now: The time of the check.
    /// - Throws: `PlatformError` where a header is missing, there twice or malformed, where the
    ///   body is too long, where no code is right, and where the time is too far from now.
    public func verify(
        _ delivery: WebhookDelivery, at now: Timestamp
    ) throws(PlatformError) -> VerifiedBody {
        let id = try delivery.headers.single(Header.id)
        guard !id.isEmpty else { throw .malformed(Header.id, "a name") }
        let time = try delivery.headers.single(Header.time)
        guard let seconds = Self.seconds(time) else {
            throw .malformed(Header.time, "a number of seconds since 1970")
        }
        let codes = try codes(delivery.headers.single(Header.signature))
        try checkLength(of: delivery.body)
        let message = Array((id + "." + time + ".").utf8) + delivery.body
        guard secrets.areRight(codes, for: message) else { throw .mismatch(Header.signature) }
        let signedAt = Timestamp(microsecondsSinceEpoch: seconds * 1_000_000)
        try check(signedAt, at: now)
        return VerifiedBody(delivery.body, deliveryID: id, signedAt: signedAt)
    }

    private enum Header {
        static let id = "webhook-id"
        static let time = "webhook-timestamp"
        static let signature = "webhook-signature"
    }

    /// The seconds that digits stand for: at most twelve, and none before the others is 0.
    private static func seconds(_ text: String) -> Int64? {
        let digits = text.utf8
        guard (1...12).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int64(text)
    }

    private func codes(_ header: String) throws(PlatformError) -> [AuthenticationCode] {
        let entries = header.split(separator: " ")
        guard entries.count <= Self.maximumCodes else {
            throw .malformed(Header.signature, "at most \(Self.maximumCodes) codes")
        }
        let codes = entries.compactMap { entry -> AuthenticationCode? in
            // By bytes: a combining mark after the prefix would be taken off with it.
            guard entry.utf8.starts(with: "v1,".utf8) else { return nil }
            let code = String(decoding: entry.utf8.dropFirst(3), as: UTF8.self)
            return AuthenticationCode(Base64.decoded(code))
        }
        guard !codes.isEmpty else {
            throw .malformed(Header.signature, "a list of codes, each v1, and base64")
        }
        return codes
    }

    private func check(_ signedAt: Timestamp, at now: Timestamp) throws(PlatformError) {
        guard tolerance > 0 else { return }
        let earliest = now.adding(seconds: -Int64(tolerance))
        let latest = now.adding(seconds: Int64(tolerance))
        guard signedAt < earliest || signedAt > latest else { return }
        throw PlatformError(
            .outsideWindow, Header.time,
            "The delivery was signed more than \(tolerance) seconds from now. Refuse it: it may"
                + " have been recorded. If every one is refused, look at the clock.")
    }
}
