internal import Foundation
internal import LedgerPlatforms
internal import Testing

/// A delivery that another implementation signed.
struct SignatureVector: Decodable, Sendable, CustomTestStringConvertible {
    let scheme: String
    let body: String
    let secret: String
    let time: Int64
    let headers: [String: String]
    let bytes: Data

    var testDescription: String { "\(scheme), \(body) body, \(secret.utf8.count) bytes of secret" }

    var now: Timestamp { Timestamp(microsecondsSinceEpoch: time * 1_000_000) }

    var delivery: WebhookDelivery {
        WebhookDelivery(
            headers: WebhookHeaders(headers.map { (name: $0.key, value: $0.value) }),
            body: Array(bytes))
    }

    /// The delivery with one header changed.
    func delivery(_ header: String, _ value: String) -> WebhookDelivery {
        var changed = headers
        changed[header] = value
        return WebhookDelivery(
            headers: WebhookHeaders(changed.map { (name: $0.key, value: $0.value) }),
            body: Array(bytes))
    }

    /// The delivery with another body.
    func delivery(body: [UInt8]) -> WebhookDelivery {
        WebhookDelivery(headers: delivery.headers, body: body)
    }

    /// Checks a delivery under the vector's scheme, and its secret unless others are given.
    func verify(
        _ delivery: WebhookDelivery, secrets: [String]? = nil, at now: Timestamp? = nil
    ) throws(PlatformError) -> VerifiedBody {
        let texts = secrets ?? [secret]
        let now = now ?? self.now
        switch scheme {
        case "composio": return try Composio.Signature(secrets: texts).verify(delivery, at: now)
        case "standard-webhooks":
            let keys = try keys(texts) { text throws(PlatformError) in
                try SigningSecret(standardWebhooks: text)
            }
            return try StandardWebhooksSignature(secrets: keys).verify(delivery, at: now)
        default: break
        }
        let keys = try keys(texts) { text throws(PlatformError) in try SigningSecret(text) }
        switch scheme {
        case "nylas": return try Nylas.Signature(secrets: keys).verify(delivery)
        case "nango": return try Nango.Signature(secrets: keys).verify(delivery)
        case "nango-legacy":
            return try Nango.Signature(secrets: keys, acceptsDigestsThatAnyoneCanExtend: true)
                .verify(delivery)
        default:
            return try BodySignature(
                header: "x-signature", secrets: keys, prefix: "sha256=", encoding: .base64
            ).verify(delivery)
        }
    }

    private func keys(
        _ texts: [String], _ make: (String) throws(PlatformError) -> SigningSecret
    ) throws(PlatformError) -> [SigningSecret] {
        var keys: [SigningSecret] = []
        for text in texts { keys.append(try make(text)) }
        return keys
    }

    static let all: [SignatureVector] = {
        let lines = (try? Fixture.lines("signatures.jsonl")) ?? []
        return lines.compactMap { try? JSONDecoder().decode(SignatureVector.self, from: $0) }
    }()

    /// One vector a scheme, with a body that can be changed everywhere.
    static let samples =
        all.filter { $0.body == "object" && $0.headers["webhook-id"] == nil }
        + all.filter { vector in
            vector.body == "object"
                && vector.headers["webhook-signature"]?.contains(" ") == false
        }
}

/// The files beside the tests.
enum Fixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures")

    static let package = folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    static func lines(_ name: String) throws -> [Data] {
        try bytes(name).split(separator: UInt8(ascii: "\n")).map { Data($0) }
    }
}
