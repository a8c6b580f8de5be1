internal import LedgerPlatforms
internal import Testing

@Suite struct SignatureTests {
    private func vector(_ scheme: String, _ body: String = "object") throws -> SignatureVector {
        try #require(
            SignatureVector.all.first { vector in
                vector.scheme == scheme && vector.body == body
                    && vector.headers["webhook-signature"]?.contains(" ") != true
            })
    }

    @Test("A delivery signed more than the tolerance from now is refused, to the microsecond")
    func window() throws {
        let vector = try vector("composio")
        for side in [-1, 1] as [Int64] {
            let edge = vector.now.adding(seconds: side * 300)
            _ = try vector.verify(vector.delivery, at: edge)
            let past = edge.adding(microseconds: side)
            #expect(code { _ = try vector.verify(vector.delivery, at: past) } == .outsideWindow)
        }
        let anyTime = try Composio.Signature(secrets: [vector.secret], tolerance: 0)
        _ = try anyTime.verify(vector.delivery, at: vector.now.adding(seconds: 86_400 * 3650))
        let narrow = try Composio.Signature(secrets: [vector.secret], tolerance: 1)
        #expect(
            code { _ = try narrow.verify(vector.delivery, at: vector.now.adding(seconds: 2)) }
                == .outsideWindow)
        #expect(
            code { _ = try Composio.Signature(secrets: ["x"], tolerance: -1) } == .invalidSetting)
    }

    @Test("A wrong code is told before a wrong time, so that the time is not a way to ask")
    func codeFirst() throws {
        let vector = try vector("composio")
        let late = vector.now.adding(seconds: 301)
        let found = code {
            _ = try vector.verify(vector.delivery(body: [1]), at: late)
        }
        #expect(found == .signatureMismatch)
    }

    @Test("Composio's key is the text of the secret, and its base64 only where that is asked for")
    func composioKey() throws {
        let composio = try vector("composio")
        let standard = try vector("standard-webhooks")
        let decoding = try Composio.Signature(secrets: [standard.secret], key: .decoded)
        _ = try decoding.verify(standard.delivery, at: standard.now)
        let taking = try Composio.Signature(secrets: [standard.secret])
        #expect(
            code { _ = try taking.verify(standard.delivery, at: standard.now) }
                == .signatureMismatch)
        let other = try Composio.Signature(secrets: [composio.secret], key: .decoded)
        #expect(
            code { _ = try other.verify(composio.delivery, at: composio.now) }
                == .signatureMismatch)
    }

    @Test("One right code among several is enough, and more than sixteen are too many")
    func severalCodes() throws {
        let vector = try vector("composio")
        let right = try #require(vector.headers["webhook-signature"])
        let wrong = "v1," + String(repeating: "A", count: 43) + "="
        for value in ["\(wrong) \(right)", "\(right) \(wrong)", "v2,x \(right)", "  \(right) "] {
            _ = try vector.verify(vector.delivery("webhook-signature", value))
        }
        let none = vector.delivery("webhook-signature", "\(wrong) \(wrong)")
        #expect(code { _ = try vector.verify(none) } == .signatureMismatch)
        let many = Array(repeating: wrong, count: 16).joined(separator: " ") + " " + right
        let tooMany = vector.delivery("webhook-signature", many)
        #expect(code { _ = try vector.verify(tooMany) } == .malformedHeader)
        let unknown = vector.delivery("webhook-signature", "v2," + right.dropFirst(3))
        #expect(code { _ = try vector.verify(unknown) } == .malformedHeader)
    }

    @Test("Nylas: a compressed body is checked as received, then decompressed, as far as allowed")
    func compressed() throws {
        let received = try vector("nylas", "compressed")
        let plain = try vector("nylas")
        let plainBytes = Array(plain.bytes)
        let secret = try SigningSecret(received.secret)
        let either = try Nylas.Signature(secrets: [secret])
        let body = try either.verify(received.delivery) { _ in plainBytes }
        #expect(body.bytes == plainBytes)
        // Signed is the text, delivered are other bytes that become the text.
        let packed = plain.delivery(body: [1, 2, 3])
        let unpacked = try either.verify(packed) { $0 == [1, 2, 3] ? plainBytes : nil }
        #expect(unpacked.bytes == plainBytes)
        let strict = try Nylas.Signature(secrets: [secret], coverage: .received)
        #expect(code { _ = try strict.verify(packed) { _ in plainBytes } } == .signatureMismatch)
        let loose = try Nylas.Signature(secrets: [secret], coverage: .decompressed)
        #expect(
            code { _ = try loose.verify(received.delivery) { _ in plainBytes } }
                == .signatureMismatch)
        #expect(code { _ = try either.verify(packed) { _ in nil } } == .notDecompressed)
        let bomb = Array(repeating: UInt8(0), count: WebhookDelivery.maximumBodyLength + 1)
        #expect(code { _ = try either.verify(packed) { _ in bomb } } == .bodyTooLong)
    }

    @Test("Nylas: capitals are accepted only where that is asked for")
    func capitals() throws {
        let vector = try vector("nylas")
        let value = try #require(vector.headers["X-Nylas-Signature"]).uppercased()
        let delivery = vector.delivery("X-Nylas-Signature", value)
        let secret = try SigningSecret(vector.secret)
        let lower = try Nylas.Signature(secrets: [secret])
        #expect(code { _ = try lower.verify(delivery) } == .malformedHeader)
        _ = try Nylas.Signature(secrets: [secret], encoding: .hexadecimal).verify(delivery)
    }

    @Test("Nango: the scheme before is refused unless asked for, and never where the code is there")
    func legacy() throws {
        let old = try vector("nango-legacy")
        let code256 = try vector("nango")
        let secret = try SigningSecret(old.secret)
        let strict = try Nango.Signature(secrets: [secret])
        #expect(code { _ = try strict.verify(old.delivery) } == .missingHeader)
        let loose = try Nango.Signature(
            secrets: [secret], acceptsDigestsThatAnyoneCanExtend: true)
        _ = try loose.verify(old.delivery)
        _ = try loose.verify(code256.delivery)
        // A wrong code is not made up for by a digest that is right.
        let value = String(repeating: "0", count: 64)
        let both = old.delivery("X-Nango-Hmac-Sha256", value)
        #expect(code { _ = try loose.verify(both) } == .signatureMismatch)
    }

    @Test("Nylas: the challenge is answered as it was asked, and nothing else is")
    func challenge() {
        #expect(Nylas.challenge(in: "/hooks/nylas?challenge=bc609b38-c81f") == "bc609b38-c81f")
        #expect(Nylas.challenge(in: "/?a=b&challenge=x%2By&c=d#e") == "x+y")
        for target in [
            "/", "/?", "/?challenge=", "/?Challenge=a", "/?challenge=a&challenge=b",
            "/?challenge=%", "/?challenge=%2", "/?challenge=%zz", "/?challenge=a%0d%0aX:y",
            "/?challenge=%E2%82%AC", "/?challenge=" + String(repeating: "a", count: 1025),
            "/#?x", "/?x#challenge=a",
        ] {
            #expect(Nylas.challenge(in: target) == nil, "\(target)")
        }
    }

    @Test("A secret without bytes, and no secret at all, are refused")
    func emptySecrets() {
        #expect(code { _ = try SigningSecret("") } == .invalidSecret)
        #expect(code { _ = try SigningSecret(bytes: []) } == .invalidSecret)
        for text in ["whsec_", "", "no base64!", "whsec_A"] {
            #expect(code { _ = try SigningSecret(standardWebhooks: text) } == .invalidSecret)
        }
        #expect(code { _ = try Nylas.Signature(secrets: []) } == .invalidSecret)
        #expect(code { _ = try Nango.Signature(secrets: []) } == .invalidSecret)
        #expect(code { _ = try Composio.Signature(secrets: []) } == .invalidSecret)
        #expect(code { _ = try Composio.Signature(secrets: ["a", ""]) } == .invalidSecret)
        #expect(code { _ = try StandardWebhooksSignature(secrets: []) } == .invalidSecret)
    }

    @Test("A body of more than a mebibyte is refused before anything is computed over it")
    func longBody() throws {
        let long = Array(repeating: UInt8(0x20), count: WebhookDelivery.maximumBodyLength + 1)
        for vector in SignatureVector.samples {
            #expect(code { _ = try vector.verify(vector.delivery(body: long)) } == .bodyTooLong)
        }
    }

    @Test("No error, description or dump holds anything of a secret, a code or a body")
    func silence() throws {
        let secret = try SigningSecret("Geheimnis-4711")
        var dumped = ""
        dump(secret, to: &dumped)
        dump([secret], to: &dumped)
        let signature = try Nylas.Signature(secrets: [secret])
        dump(signature, to: &dumped)
        let texts = [dumped, "\(secret)", String(reflecting: secret), "\(signature)"]
        for text in texts {
            #expect(!text.contains("Geheimnis") && !text.contains("4711"))
            #expect(!text.contains("71, 101"))
        }
        for vector in SignatureVector.samples {
            for (name, value) in vector.headers {
                do {
                    _ = try vector.verify(vector.delivery(name, value + "Q"))
                } catch {
                    for text in ["\(error)", String(reflecting: error)] {
                        #expect(!text.contains(value) && !text.contains(vector.secret))
                        #expect(!text.contains("grant"))
                    }
                }
            }
        }
    }
}
