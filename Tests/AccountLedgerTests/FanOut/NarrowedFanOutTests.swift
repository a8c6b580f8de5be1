internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite(.timeLimit(.minutes(2))) struct NarrowedFanOutTests {
    private let scratch: ScratchLedger

    init() throws { scratch = try ScratchLedger() }

    /// Accounts of two members of a user.
    private func filled() async throws -> NarrowedLedger {
        for (number, member) in (["max", "mia", "mia"] as [MemberID]).enumerated() {
            let grant = ImportGrant(
                user: "acme", toolkit: "gmail", grant: GrantID("g\(number)"),
                account: .google("s\(number)"), member: member)
            _ = try await scratch.ledger.importGrants([grant])
        }
        return scratch.ledger.narrowed(to: Narrowing(user: "acme", member: "mia"))
    }

    @Test("Through a narrowed ledger only what is seen is asked")
    func seen() async throws {
        let mias = try await filled()
        let results = try await mias.fanOut(over: "acme") { $0.grant }
        #expect(results.map(\.value) == ["g1", "g2"])
        #expect(results.allSatisfy { $0.position == Position(3) })
        #expect(try await mias.fanOut(over: "acme", member: "max") { $0.grant }.isEmpty)
        let count = try await mias.fanOut(over: "acme", { $0.grant }) { results in
            try await results.reduce(0) { count, _ in count + 1 }
        }
        #expect(count == 2)
    }

    @Test("Through a narrowed ledger only what is seen can be recorded as expired")
    func verdict() async throws {
        let mias = try await filled()
        let ledger = scratch.ledger
        let found = try await ledger.fanOut(over: "acme") { _ in
            throw GrantVerdict.expired()
        }.expired()
        let outcomes = try await mias.expire(found)
        #expect(outcomes.map(\.refusal) == [.unknownGrant, nil, nil])
        #expect(try ledger.accounts(of: "acme").map(\.status) == [.valid, .expired, .expired])
    }
}
