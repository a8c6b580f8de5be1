internal import AccountLedgerTesting
internal import Foundation
internal import LedgerDomain
internal import Testing

@Suite("A scratch ledger")
struct ScratchLedgerTests {
    @Test("gives records the time on its clock, which moves as the test says")
    func clock() async throws {
        let scratch = try ScratchLedger(clock: at(0))
        _ = try await scratch.execute(.issue("alice")).get()
        scratch.advance(by: .milliseconds(1500))
        _ = try await scratch.execute([.issue("bob"), .issue("carol")])
        _ = try await scratch.execute(.issue("dora"), at: at(60)).get()
        scratch.clock = at(30)
        _ = try await scratch.execute(.issue("emil")).get()
        scratch.advance(by: .seconds(-5))
        #expect(scratch.clock == at(25))
        let records = try scratch.ledger.read { view in
            try view.records(after: .start, limit: 9)
        }
        let later = at(1).adding(microseconds: 500_000)
        #expect(
            records.map(\.recordedAt) == [
                at(0), later, later.adding(microseconds: 1), at(60), at(60).adding(microseconds: 1),
            ])
    }

    @Test("allows what its policy allows")
    func policy() async throws {
        let scratch = try ScratchLedger(policy: Policy(allowMultiple: true, accountLimit: 1))
        _ = try await scratch.execute(.importing())
        let outcome = try await scratch.execute(.issue())
        #expect(outcome.refusal == .accountLimitReached(limit: 1))
        #expect(throws: LedgerError.self) {
            try ScratchLedger(policy: Policy(accountLimit: 0))
        }
    }

    /// The records that some commands make, and the token of the first.
    private func story(_ seed: UInt64?, refused: Int = 0) async throws -> ([EventRecord], String?) {
        let scratch = try ScratchLedger(policy: Policy(allowMultiple: true), seed: seed)
        for _ in 0..<refused {
            _ = try await scratch.execute(.link(DecisionScenario.state(99), grant: "g"))
        }
        let issued = try await scratch.execute(.issue("alice")).get()
        let token = try #require(issued.state)
        let account = ProviderAccount(provider: "google", subject: "1")
        _ = try await scratch.execute(
            Command(.link(LinkGrant(state: token, grant: "g1", account: account)))
        ).get()
        _ = try await scratch.execute([.issue("alice"), .importing("bob", grant: "g2")])
        let records = try scratch.ledger.read { view in
            try view.records(after: .start, limit: 9)
        }
        return (records, token.secret)
    }

    @Test("gives names and tokens that follow from its seed, and others from another or none")
    func seeded() async throws {
        let one = try await story(7)
        #expect(one.0.count == 4)
        // Whatever was refused or tried again in between.
        #expect(try await story(7, refused: 3) == one)
        let others = [try await story(8), try await story(nil), try await story(nil)]
        let all = [one] + others
        #expect(Set(all.flatMap { $0.0.map(\.id) }).count == 16)
        #expect(Set(all.map(\.1)).count == 4)
        let credentials = all.flatMap { $0.0.compactMap(\.event.credential) }
        #expect(Set(credentials).count == 8)
    }

    @Test("leaves no files behind, and its ledger ends with it")
    func removal() throws {
        var scratch: ScratchLedger? = try ScratchLedger()
        let ledger = try #require(scratch?.ledger)
        #expect(FileManager.default.fileExists(atPath: ledger.path))
        scratch = nil
        #expect(!FileManager.default.fileExists(atPath: ledger.path))
        #expect { try ledger.head() } throws: { ($0 as? LedgerError)?.code == .closed }
    }
}
