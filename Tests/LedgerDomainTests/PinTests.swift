internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("A session's pin")
struct PinTests {
    private func prepared() throws -> DecisionScenario {
        var scenario = DecisionScenario(policy: Policy(requireChoice: true))
        try scenario.connect("alice", grant: "g1", as: google("a"))
        try scenario.connect("alice", grant: "g2", as: google("b"))
        try scenario.connect("alice", "calendar", grant: "g3", as: google("c"))
        try scenario.connect("bob", grant: "g4", as: google("d"))
        return scenario
    }

    private func pinned(_ number: Int, in scenario: DecisionScenario) throws -> Selection {
        try scenario.selection(of: "alice", toolkit: "gmail", pin: credential(number))
    }

    @Test("comes before the stored selection and before any policy")
    func first() throws {
        var scenario = try prepared()
        try scenario.apply(.select(credential(2)))
        let answer = try pinned(1, in: scenario)
        #expect(answer.result == .credential(credential(1)))
        #expect(answer.because == .pinned)
        #expect(
            answer.passed == [
                Passed(credential: credential(2), why: .notPinned)
            ])
    }

    @Test(
        "never falls back: an expired credential needs a reconnect, a revoked one answers revoked")
    func explicit() throws {
        var scenario = try prepared()
        try scenario.apply(.expire("g1"))
        #expect(try pinned(1, in: scenario).result == .needsReconnect(credential(1)))
        #expect(try pinned(1, in: scenario).because == .pinned)
        try scenario.apply(.revoke(credential(1)))
        let answer = try pinned(1, in: scenario)
        #expect(answer.result == .revoked(credential(1)))
        #expect(answer.because == .pinned)
        #expect(
            answer.passed == [
                Passed(credential: credential(2), why: .notPinned)
            ])
    }

    @Test("naming a credential of another user or of none is unknown")
    func unknown() throws {
        let scenario = try prepared()
        #expect(throws: Refusal.unknownCredential) { try pinned(4, in: scenario) }
        #expect(throws: Refusal.unknownCredential) { try pinned(9, in: scenario) }
    }

    @Test("naming a credential of another toolkit is a mismatch that names the toolkit")
    func otherToolkit() throws {
        let scenario = try prepared()
        #expect(throws: Refusal.toolkitMismatch(toolkit: "calendar")) {
            try pinned(3, in: scenario)
        }
    }

    @Test("naming another user's credential of another toolkit is unknown")
    func foreignToolkit() throws {
        var scenario = try prepared()
        try scenario.connect("bob", "calendar", grant: "g5", as: google("e"))
        #expect(throws: Refusal.unknownCredential) { try pinned(5, in: scenario) }
    }
}
