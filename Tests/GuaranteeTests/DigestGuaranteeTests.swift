internal import AccountLedger
internal import AccountLedgerTesting
internal import Foundation
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerTestSupport
internal import Testing

/// The promise: the same records give the same rows, byte for byte, whoever builds them, when, in
/// which process and in how many steps.
///
/// `FormatGuaranteeTests` holds the digests of a ledger of a released format to constants, and the
/// tests of versions of events show that a log with two versions folds as one would.
@Suite struct DigestGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws { directory = try TemporaryDirectory() }

    private func history(_ seed: UInt64, _ steps: Int = 120) async throws -> RandomHistory {
        var history = try RandomHistory(seed: seed, at: path)
        try await history.run(steps)
        return history
    }

    @Test(
        "Rows built again, in any steps, and from other orders of unrelated users are the same",
        arguments: Effort.seeds("LEDGER_DIGEST_RUNS", else: 3))
    func orders(seed: UInt64) async throws {
        let history = try await history(seed)
        let records = try history.records()
        #expect(records.count > 10)
        try ProjectionScenario(AccountUsers()).given(records).repeated(5).shuffled(10, seed: seed)
        // Times go by the place in the log, and so does the day of a record: of one day only.
        let day = records.map { DailyActivity.day(of: $0.recordedAt) }.min()
        let today = records.filter { DailyActivity.day(of: $0.recordedAt) == day }
        try ProjectionScenario(DailyActivity()).given(records).repeated(5)
        try ProjectionScenario(DailyActivity()).given(today).shuffled(10, seed: seed)
    }

    @Test(
        "The views that another process rebuilds have the digests that this process finds",
        arguments: Effort.seeds("LEDGER_DIGEST_RUNS", else: 3))
    func views(seed: UInt64) async throws {
        let ledger = try await history(seed).ledger
        let comparison = try #require(try ledger.compareViews { _ in true })
        #expect(comparison.isIdentical)
        let ending = try ChildProcess.run(path, ["diff", "--json"])
        #expect(ending.status == 0, "\(ending.errors)")
        let answer = try #require(ending.lines.first)
        for table in comparison.tables {
            let digest = try #require(table.liveDigest).lowercaseHexadecimal
            #expect(table.rebuiltDigest?.lowercaseHexadecimal == digest)
            // For the live table and for the rebuilt one; the shape is for other tests.
            #expect(answer.components(separatedBy: digest).count >= 3, "\(table.name)")
        }
    }

    @Test(
        "Two processes that keep several editions by turns and at once have the same rows",
        .timeLimit(.minutes(2)), arguments: Effort.seeds("LEDGER_DIGEST_RUNS", else: 2))
    func processes(seed: UInt64) async throws {
        var history = try await history(seed, 20)
        let rows = try KeptEditions(history.ledger)
        let probe = try ChildProcess(path, [], program: ChildProcess.built("ProjectionProbe"))
        for turn in 0..<12 {
            try await history.run(10)
            // Now this one first, now the other, now both together.
            if turn % 3 == 0 { try rows.catchUp() }
            probe.send(["catch up"])
            if turn % 3 == 1 { try rows.catchUp() }
            let answer = try await onOwnThread { probe.line() }
            if turn % 3 == 2 { try rows.catchUp() }
            #expect(try answer == rows.digests(), "turn \(turn)")
        }
        let ending = try await onOwnThread { probe.finish() }
        #expect(ending.status == 0, "\(ending.errors)")
        let head = try history.ledger.head()
        #expect(try rows.digests().components(separatedBy: "\(head)=").count == 4)
        #expect(try rows.users.digest() == rows.laterUsers.digest())
        // Built at once from nothing, in yet another place.
        let records = try history.records()
        let scenario = ProjectionScenario(AccountUsers()).given(records)
        #expect(try rows.users.digest() == scenario.digest())
    }
}
