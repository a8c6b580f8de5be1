@testable internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// The tables on disk against the log folded in memory.
@Suite struct ModelTests {
    private static let policies: [Policy] = [
        Policy(), Policy(allowMultiple: true, accountLimit: 3, requireChoice: true),
        Policy(sharedAccounts: true, duplicateLabels: true, refuseFallback: true),
    ]

    @Test(
        "Random commands come to the same as in the model, and every table answers as it does",
        arguments: Effort.seeds("LEDGER_MODEL_RUNS", else: 6))
    func random(seed: UInt64) async throws {
        let policy = Self.policies[Int(seed % 3)]
        let run = try ModelRun(seed: seed, policy: policy)
        var model = run
        for step in 0..<Effort.number("LEDGER_MODEL_STEPS", else: 150) {
            try await model.step()
            if step % 25 == 24 { try model.expectEqualAnswers() }
        }
        try model.expectEqualAnswers()
        try model.expectEqualScan()
        let comparison = try model.ledger.compareViews { _ in true }
        #expect(comparison?.isIdentical == true)
        #expect(comparison?.position == model.state.head)
        let report = try model.ledger.verify { _ in true }
        #expect(report?.isSound == true)
        #expect(report?.records == Int(model.state.head.number))
        #expect(try model.isProven())
        // A random run that only refuses or only accepts proves nothing.
        #expect(model.state.head.number > 20)
        #expect(model.refusals.count >= 4)
    }

    @Test(
        "Narrowed access to the tables answers as in the model, and harms nothing",
        arguments: Effort.seeds("LEDGER_MODEL_RUNS", else: 4))
    func narrowed(seed: UInt64) async throws {
        var model = try ModelRun(seed: seed &+ 100, policy: Self.policies[Int(seed % 3)])
        model.narrowedPercent = 40
        // Much is refused where so much is hidden.
        for step in 0..<Effort.number("LEDGER_MODEL_STEPS", else: 300) {
            try await model.step()
            if step % 50 == 49 { try model.expectEqualNarrowedAnswers() }
        }
        try model.expectEqualAnswers()
        try model.expectEqualScan()
        let report = try model.ledger.verify { _ in true }
        #expect(report?.isSound == true)
        #expect(try model.isProven())
        #expect(model.state.head.number > 20)
    }

    @Test("Tables are equal after reopening, and after a reopening for reading only")
    func reopening() async throws {
        var model = try ModelRun(seed: 7, policy: Policy(allowMultiple: true))
        for _ in 0..<3 {
            for _ in 0..<30 { try await model.step() }
            for access in [LedgerOptions.Access.readOnly, .readWrite] {
                try model.reopen(access)
                try model.expectEqualAnswers()
            }
        }
    }
}
