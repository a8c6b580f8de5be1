internal import AccountLedger
internal import JWTKit
internal import LedgerAccessTokens
internal import Testing

@Suite("The code of tokens")
struct TokensSnippets {
    private struct Payload: JWTPayload {
        var sub = "acme"
        var exp = 99_999_999_999
        var member = "mia"

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    @Test("A verified token limits what is seen")
    func token() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))
        let keys = await JWTKeyCollection().add(ecdsa: ES256PrivateKey())
        let bearer = try await keys.sign(Payload())

        // snippet: token
        let claims = try await VerifiedClaims.verify(bearer, with: keys)
        let access = try ClaimMapping(member: "member").access(claims)

        let session = try ledger.session(user: access.user, narrowing: access.narrowing)
        // the session of the token's user, limited to the member that the token names
        // end snippet
        #expect(session.user == "acme")
        #expect(session.settings.narrowing.member == "mia")
    }
}
