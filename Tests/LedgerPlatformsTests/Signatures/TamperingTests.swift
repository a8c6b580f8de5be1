internal import LedgerPlatforms
internal import Testing

@Suite struct TamperingTests {
    @Test("A change of any byte of the body is refused", arguments: SignatureVector.samples)
    func body(_ vector: SignatureVector) {
        let body = Array(vector.bytes)
        for index in body.indices {
            for bit in 0..<8 {
                var changed = body
                changed[index] ^= 1 << UInt8(bit)
                #expect(refusal(vector, vector.delivery(body: changed)) == .signatureMismatch)
            }
            #expect(
                refusal(vector, vector.delivery(body: Array(body[..<index]))) == .signatureMismatch)
        }
        for extra in [[0], [0x20], [0x0A], body] as [[UInt8]] {
            #expect(refusal(vector, vector.delivery(body: body + extra)) == .signatureMismatch)
            #expect(refusal(vector, vector.delivery(body: extra + body)) == .signatureMismatch)
        }
    }

    @Test(
        "A change of any byte of any signed header is refused", arguments: SignatureVector.samples)
    func headers(_ vector: SignatureVector) {
        for (name, value) in vector.headers {
            for changed in Self.changes(of: value) {
                // The tolerance is not what is tried here: the code has to be wrong.
                let found = refusal(vector, vector.delivery(name, changed))
                #expect(
                    found == .signatureMismatch || found == .malformedHeader,
                    "\(name): \(changed.debugDescription)")
            }
        }
    }

    /// Every character changed, left out and put in, and the whole cut off, doubled and folded.
    private static func changes(of value: String) -> Set<String> {
        let characters = Array(value)
        var changes: Set<String> = ["", " " + value, value + " x", value + value, value + "="]
        changes.formUnion([value.uppercased(), value.lowercased(), value + "\n", value + "\0"])
        for index in characters.indices {
            for replacement in ["0", "f", "F", "A", "=", "/", ",", ".", "é", " ", "-"]
                as [Character]
            {
                var changed = characters
                changed[index] = replacement
                changes.insert(String(changed))
                changed = characters
                changed.insert(replacement, at: index)
                changes.insert(String(changed))
            }
            changes.insert(String(characters[..<index]))
            var shorter = characters
            shorter.remove(at: index)
            changes.insert(String(shorter))
        }
        // What is left over when signatures are separated by spaces is the signature itself.
        changes.remove(value)
        changes.subtract([" " + value, value + " x"].filter { _ in value.hasPrefix("v1,") })
        if value.hasPrefix("v1,") {
            changes = changes.filter { !$0.split(separator: " ").contains(Substring(value)) }
        }
        return changes
    }

    @Test(
        "A missing header is named, and so is one that is there twice",
        arguments: SignatureVector.samples)
    func missing(_ vector: SignatureVector) {
        for name in vector.headers.keys {
            let others = vector.headers.filter { $0.key != name }
                .map { (name: $0.key, value: $0.value) }
            let both =
                vector.headers.map { (name: $0.key, value: $0.value) }
                + [(name: name.lowercased(), value: vector.headers[name] ?? "")]
            let without = WebhookDelivery(
                headers: WebhookHeaders(others), body: Array(vector.bytes))
            let twice = WebhookDelivery(headers: WebhookHeaders(both), body: Array(vector.bytes))
            #expect(refusal(vector, without) == .missingHeader)
            #expect(refusal(vector, twice) == .repeatedHeader)
        }
    }

    @Test("Base64 that another decoder would read all the same is refused")
    func looseBase64() throws {
        let vector = try #require(SignatureVector.samples.first { $0.scheme == "composio" })
        let value = try #require(vector.headers["webhook-signature"])
        let unpadded = value.filter { $0 != "=" }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let last = try #require(unpadded.last.flatMap { alphabet.firstIndex(of: $0) })
        // The last character holds two bits that stand for nothing.
        let loose = String(unpadded.dropLast()) + String(alphabet[last ^ 1]) + "="
        for changed in [unpadded, loose, value + "=", value.replacing("+", with: "-")]
        where changed != value {
            #expect(
                refusal(vector, vector.delivery("webhook-signature", changed)) == .malformedHeader)
        }
    }

    @Test("A mark that combines with the character before a code or a secret is refused")
    func combiningMarks() throws {
        let samples = SignatureVector.samples
        let vector = try #require(samples.first { $0.scheme == "standard-webhooks" })
        let right = try #require(vector.headers["webhook-signature"])
        let value = "v1,\u{301}" + right.dropFirst(3)
        let marked = vector.delivery("webhook-signature", value)
        #expect(code { _ = try vector.verify(marked) } == .malformedHeader)
        #expect(
            code { _ = try SigningSecret(standardWebhooks: "whsec_\u{301}c2VjcmV0") }
                == .invalidSecret)
    }

    @Test("Bytes moved between id, time and body of one text are refused")
    func shifted() throws {
        let vector = try #require(SignatureVector.samples.first { $0.scheme == "composio" })
        let id = try #require(vector.headers["webhook-id"])
        let time = try #require(vector.headers["webhook-timestamp"])
        var headers = vector.headers
        headers["webhook-id"] = id + "." + time
        headers["webhook-timestamp"] = "1"
        let moved = WebhookDelivery(
            headers: WebhookHeaders(headers.map { (name: $0.key, value: $0.value) }),
            body: Array(vector.bytes.dropFirst(2)))
        #expect(refusal(vector, moved) == .signatureMismatch)
        headers["webhook-id"] = String(id.dropLast())
        headers["webhook-timestamp"] = String(id.suffix(1)) + "." + time
        let dotted = WebhookDelivery(
            headers: WebhookHeaders(headers.map { (name: $0.key, value: $0.value) }),
            body: Array(vector.bytes))
        #expect(refusal(vector, dotted) == .malformedHeader)
    }

    @Test(
        "A secret of another scheme, of another case or with white space is refused",
        arguments: SignatureVector.samples)
    func secrets(_ vector: SignatureVector) {
        var others = [vector.secret.uppercased(), "x"]
        if vector.scheme != "standard-webhooks" {
            others += [vector.secret + " ", vector.secret + "\n"]
        }
        for other in others {
            let found = code {
                _ = try vector.verify(vector.delivery, secrets: [other])
            }
            #expect(found == .signatureMismatch || found == .invalidSecret)
        }
    }

    private func refusal(
        _ vector: SignatureVector, _ delivery: WebhookDelivery
    ) -> PlatformError.Code? {
        code { _ = try vector.verify(delivery) }
    }
}
