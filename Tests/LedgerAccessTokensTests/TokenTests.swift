internal import AccountLedger
internal import CryptoExtras
internal import Foundation
internal import JWTKit
internal import LedgerAccessTokens
internal import Testing

/// A token as an issuer makes it.
struct IssuedToken: JWTPayload {
    var claims: [String: ClaimValue]

    init(_ claims: [String: ClaimValue] = [:], lasting seconds: Double = 60) {
        let end = Date().timeIntervalSince1970 + seconds
        self.claims = ["sub": .text("acme"), "exp": .number(end.rounded())]
        self.claims.merge(claims) { $1 }
    }

    init(from decoder: any Decoder) throws { claims = try .init(from: decoder) }

    func encode(to encoder: any Encoder) throws { try claims.encode(to: encoder) }

    func verify(using algorithm: some JWTAlgorithm) {}
}

@Suite("A token") struct TokenTests {
    private let keys = JWTKeyCollection()

    init() async throws {
        await keys.add(ecdsa: ES256PrivateKey(), kid: "es")
        let backing = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        await keys.add(
            rsa: try Insecure.RSA.PrivateKey(backing: backing), digestAlgorithm: .sha256, kid: "rs")
    }

    /// What is wrong with a token.
    private func error(_ token: String, with other: JWTKeyCollection? = nil) async -> (any Error)? {
        do {
            _ = try await VerifiedClaims.verify(token, with: other ?? keys)
            return nil
        } catch {
            return error
        }
    }

    @Test("signed with ES256 or RS256 is verified", arguments: ["es", "rs"] as [JWKIdentifier])
    func signatures(_ kid: JWKIdentifier) async throws {
        let token = try await keys.sign(IssuedToken(["member": .text("mia")]), kid: kid)
        let verified = try await VerifiedClaims.verify(token, with: keys)
        #expect(verified.subject == "acme")
        #expect(verified.claims["member"] == .text("mia"))
    }

    @Test("signed by another key, changed, or not signed at all is refused")
    func forgeries() async throws {
        let others = await JWTKeyCollection().add(ecdsa: ES256PrivateKey(), kid: "es")
        let foreign = try await others.sign(IssuedToken(), kid: "es")
        #expect(await error(foreign) is JWTError)

        let token = try await keys.sign(IssuedToken(), kid: "es")
        var parts = token.split(separator: ".").map(String.init)
        let claims = #"{"sub":"acme","exp":99999999999}"#
        parts[1] = Self.base64url(claims)
        #expect(await error(parts.joined(separator: ".")) is JWTError)

        let unsigned = Self.base64url(#"{"alg":"none","typ":"JWT"}"#) + "." + parts[1] + "."
        #expect(await error(unsigned) != nil)
        await keys.addUnsecuredNone(kid: "none")
        let allowed =
            Self.base64url(#"{"alg":"none","typ":"JWT","kid":"none"}"#) + "." + parts[1] + "."
        let refused = await error(allowed)
        #expect(refused as? ClaimError != nil, "\(String(describing: refused))")
        for rubbish in ["", ".", "a.b", "a.b.c", "..", token + ".", String(token.dropLast(3))] {
            #expect(await error(rubbish) != nil)
        }
    }

    private static func base64url(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    @Test("that is over, has not begun, or does not say when it ends is refused by its claim")
    func times() async throws {
        func refused(_ claims: [String: ClaimValue], _ seconds: Double = 60) async throws
            -> ClaimError?
        {
            let token = try await keys.sign(IssuedToken(claims, lasting: seconds), kid: "es")
            return await error(token) as? ClaimError
        }
        let now = Date().timeIntervalSince1970.rounded()
        #expect(try await refused([:], -1)?.claim == "exp")
        #expect(try await refused(["exp": .null])?.claim == "exp")
        #expect(try await refused(["exp": .text("9999999999")])?.claim == "exp")
        #expect(try await refused(["nbf": .number(now + 60)])?.claim == "nbf")
        #expect(try await refused(["nbf": .text("now")])?.claim == "nbf")
        #expect(try await refused(["nbf": .number(now - 60)]) == nil)
        #expect(try await refused(["sub": .text("")])?.claim == "sub")
        #expect(try await refused(["sub": .number(7)])?.claim == "sub")
    }

    @Test("is for the audience and by the issuer asked for, or refused")
    func audience() async throws {
        let token = try await keys.sign(
            IssuedToken(["aud": .list([.text("a"), .text("b")]), "iss": .text("i")]), kid: "es")
        func claim(_ audience: String?, _ issuer: String?) async -> String? {
            do {
                _ = try await VerifiedClaims.verify(
                    token, with: keys, audience: audience, issuer: issuer)
                return nil
            } catch {
                return (error as? ClaimError)?.claim
            }
        }
        #expect(await claim("b", "i") == nil)
        #expect(await claim("c", nil) == "aud")
        #expect(await claim(nil, "j") == "iss")
    }

    /// The claims of a token that was signed and verified.
    private func verified(_ claims: [String: ClaimValue]) async throws -> VerifiedClaims {
        let token = try await keys.sign(IssuedToken(claims), kid: "rs")
        return try await VerifiedClaims.verify(token, with: keys)
    }

    @Test("limits access by the claims of a mapping, each of which has to be there")
    func mapping() async throws {
        let mapping = ClaimMapping(
            member: "member", credentials: "accounts", toolkits: "toolkits")
        let token = try await verified([
            "member": .text("mia"), "accounts": .list([.text("cred_1")]),
            "toolkits": .list([.text("gmail"), .text("drive")]),
        ])
        let access = try mapping.access(token)
        #expect(access.user == "acme")
        #expect(
            access.narrowing
                == Narrowing(
                    user: "acme", member: "mia", credentials: ["cred_1"],
                    toolkits: ["gmail", "drive"]))
        #expect(try ClaimMapping().access(token).narrowing == Narrowing(user: "acme"))
        for (name, wrong) in [
            ("member", ClaimValue.null), ("member", .list([])), ("member", .text("")),
            ("accounts", .text("cred_1")), ("accounts", .list([.number(1)])),
            ("toolkits", .object([:])),
        ] {
            var claims = token.claims
            claims[name] = wrong
            let other = try await verified(claims)
            do throws(ClaimError) {
                _ = try mapping.access(other)
                Issue.record("\(name) \(wrong)")
            } catch {
                #expect(error.claim == name)
                #expect(error.code == .kind)
            }
            claims[name] = nil
            let without = try await verified(claims)
            #expect(throws: ClaimError.self) { try mapping.access(without) }
        }
    }

    @Test("of Paragon allows what is understood of its permissions, and nothing beyond")
    func paragon() async throws {
        func narrowing(
            _ claim: ClaimValue?, _ permissions: ParagonPermissions
        ) async throws -> Narrowing {
            var claims: [String: ClaimValue] = [:]
            claims[ParagonPermissions.claim] = claim
            let access = permissions.access(try await verified(claims))
            #expect(access.user == "acme")
            #expect(access.narrowing.user == "acme")
            return access.narrowing
        }
        let documented = ParagonPermissions(withoutClaim: .nothing)
        let named = ParagonPermissions(
            withoutClaim: .everything, reading: ParagonPermissions.namedIntegrations)
        let nothing = Narrowing(user: "acme", credentials: [])
        let all = Narrowing(user: "acme")
        #expect(try await narrowing(nil, documented) == nothing)
        #expect(try await narrowing(nil, named) == all)
        #expect(
            try await narrowing(.object(["integration:*": .truth(true)]), documented) == all)
        #expect(try await narrowing(.object(["integration:*": .truth(true)]), named) == all)
        let mail: ClaimValue = .object(["integration:gmail": .truth(true), "x": .truth(true)])
        #expect(try await narrowing(mail, documented) == nothing)
        #expect(
            try await narrowing(mail, named) == Narrowing(user: "acme", toolkits: ["gmail"]))
        for unknown: ClaimValue in [
            .object([:]), .object(["integration:*": .object(["read": .truth(true)])]),
            .object(["integration:*": .text("true")]), .object(["integration:*": .truth(false)]),
            .object(["*": .truth(true)]), .text("integration:*"), .truth(true), .null, .list([]),
        ] {
            for permissions in [documented, named] {
                let found = try await narrowing(unknown, permissions)
                #expect(found.credentials == [] || found.toolkits == [], "\(unknown)")
            }
        }
    }
}
