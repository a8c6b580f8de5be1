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
