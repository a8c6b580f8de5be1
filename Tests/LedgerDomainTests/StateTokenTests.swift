internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("The token of a state")
struct StateTokenTests {
    private let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"

    private func dumped(_ value: some Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    @Test("is not told by description, debug description, interpolation or string conversion")
    func described() {
        let token = StateToken(secret)
        for text in [
            token.description, token.debugDescription, "\(token)", String(describing: token),
            String(reflecting: token), "\(Optional(token) as Any)", "\([token])",
        ] {
            #expect(!text.contains(secret))
        }
    }

    @Test("is base64url without padding of its random bytes")
    func digits() {
        #expect(
            StateToken(random: Array(0..<32)).secret
                == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
        #expect(
            StateToken(random: Array(repeating: 0xFB, count: 32)).secret
                == "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s")
    }

    @Test("is not told by dump or mirror")
    func mirrored() {
        let token = StateToken(secret)
        #expect(!dumped(token).contains(secret))
        #expect(Mirror(reflecting: token).children.isEmpty)
    }

    @Test("is not told by an outcome that carries it, printed or dumped")
    func outcome() throws {
        var scenario = DecisionScenario()
        let outcome = try scenario.when(.issue())
        let token = try #require(try outcome.get().state)
        #expect(token.secret == DecisionScenario.stateToken(1).secret)
        for text in ["\(outcome)", String(reflecting: outcome), dumped(outcome)] {
            #expect(!text.contains(token.secret))
        }
    }

    @Test("is in no record: the log keeps the digest")
    func records() throws {
        var scenario = DecisionScenario()
        let token = try #require(try scenario.when(.issue().key("k")).get().state)
        #expect(!dumped(scenario.records).contains(token.secret))
    }
}
