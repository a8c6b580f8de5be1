internal import FoundationEssentials
public import JWTKit

/// The claims of a token whose signature and times were verified.
///
/// There is no other way to make one, so whoever has one need not check again. It holds no
/// signature and cannot be used as a token.
public struct VerifiedClaims: Hashable, Sendable {
    /// The claim `sub`: whom the token is about; not empty.
    public let subject: String
    /// All claims by name.
    public let claims: [String: ClaimValue]

    /// Verifies a token.
    ///
    /// The token has to be signed by one of the keys, to say when it ends (`exp`) and not to have
    /// ended, to have begun where it says when (`nbf`), and to name a subject. A token without a
    /// signature (`none`) is refused, whatever the keys allow.
    ///
    /// - Parameters:
    ///   - token: The token in its compact form: three parts joined by dots.
    ///   - keys: The keys of those whose tokens are accepted.
    ///   - audience: A name that `aud` has to contain; any where left out.
    ///   - issuer: What `iss` has to be; any where left out.
    /// - Throws: `ClaimError` for a claim that is missing or not as it has to be, `JWTError` for
    ///   anything else.
    public static func verify(
        _ token: String, with keys: JWTKeyCollection, audience: String? = nil,
        issuer: String? = nil
    ) async throws -> VerifiedClaims {
        let payload = try await keys.verify(token, as: Payload.self)
        let verified = try VerifiedClaims(payload.claims, at: Date())
        if let audience {
            let names = verified.claims["aud"].flatMap { $0.texts ?? $0.text.map { [$0] } }
            guard names?.contains(audience) == true else {
                throw ClaimError(.refused, "aud", "does not contain the audience asked for")
            }
        }
        if let issuer, verified.claims["iss"] != .text(issuer) {
            throw ClaimError(.refused, "iss", "is not the issuer asked for")
        }
        return verified
    }

    init(_ claims: [String: ClaimValue], at now: Date) throws(ClaimError) {
        guard case .number(let end)? = claims["exp"] else {
            throw ClaimError(claims["exp"] == nil ? .missing : .kind, "exp", "has to be a number")
        }
        let seconds = now.timeIntervalSince1970
        guard seconds < end else { throw ClaimError(.refused, "exp", "is over") }
        switch claims["nbf"] {
        case nil: break
        case .number(let begin)? where begin <= seconds: break
        case .number?: throw ClaimError(.refused, "nbf", "has not come")
        default: throw ClaimError(.kind, "nbf", "has to be a number")
        }
        guard let subject = claims["sub"]?.text, !subject.isEmpty else {
            throw ClaimError(
                claims["sub"] == nil ? .missing : .kind, "sub", "has to be a text that is not empty"
            )
        }
        self.subject = subject
        self.claims = claims
    }

    /// What the keys read a token as.
    private struct Payload: JWTPayload {
        let claims: [String: ClaimValue]

        init(from decoder: any Decoder) throws {
            claims = try [String: ClaimValue](from: decoder)
        }

        func encode(to encoder: any Encoder) throws { try claims.encode(to: encoder) }

        func verify(using algorithm: some JWTAlgorithm) throws {
            guard algorithm.name.lowercased() != "none" else {
                throw ClaimError(.refused, "alg", "is none: the token is not signed")
            }
        }
    }
}
