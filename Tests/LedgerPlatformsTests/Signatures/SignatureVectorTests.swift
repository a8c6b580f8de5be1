internal import Foundation
internal import LedgerPlatforms
internal import Testing

@Suite struct SignatureVectorTests {
    @Test("What another implementation signed is accepted", arguments: SignatureVector.all)
    func accepted(_ vector: SignatureVector) throws {
        let body = try vector.verify(vector.delivery)
        #expect(body.bytes == Array(vector.bytes))
        #expect(body.deliveryID == vector.headers["webhook-id"])
        #expect(body.signedAt == (body.deliveryID == nil ? nil : vector.now))
    }

    @Test("There are vectors of every scheme, and of each with every body")
    func complete() {
        let schemes = [
            "nylas", "nango", "nango-legacy", "composio", "standard-webhooks", "body-base64",
        ]
        let bodies = ["object", "empty", "spaced", "bytes", "compressed", "long"]
        for scheme in schemes {
            let found = SignatureVector.all.filter { $0.scheme == scheme }.map(\.body)
            #expect(Set(found) == Set(bodies), "\(scheme)")
        }
    }

    @Test("The vectors are what the script beside them makes today")
    func regenerated() throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = Fixture.package.appending(path: "tools/signature-vectors")
        process.standardOutput = output
        try process.run()
        let made = try output.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try made.map { Array($0) } == Fixture.bytes("signatures.jsonl"))
    }

    @Test("A delivery is accepted under any of several secrets", arguments: SignatureVector.samples)
    func rotation(_ vector: SignatureVector) throws {
        let other = vector.scheme == "standard-webhooks" ? "b3RoZXI=" : "other"
        _ = try vector.verify(vector.delivery, secrets: [other, vector.secret])
        _ = try vector.verify(vector.delivery, secrets: [vector.secret, other])
        #expect(
            code { _ = try vector.verify(vector.delivery, secrets: [other]) } == .signatureMismatch)
    }

    @Test("Header names are found in any case", arguments: SignatureVector.samples)
    func anyCase(_ vector: SignatureVector) throws {
        for fold in [{ $0.lowercased() }, { $0.uppercased() }] as [(String) -> String] {
            let headers = vector.headers.map { (name: fold($0.key), value: $0.value) }
            _ = try vector.verify(
                WebhookDelivery(headers: WebhookHeaders(headers), body: Array(vector.bytes)))
        }
    }
}

/// The code of the error that a body throws.
func code(_ body: () throws -> Void) -> PlatformError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? PlatformError)?.code
    }
}
