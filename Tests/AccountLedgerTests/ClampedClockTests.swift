@testable internal import AccountLedger
internal import CoreMetrics
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage
internal import LedgerTestSupport
internal import MetricsTestKit
internal import Synchronization
internal import Testing

@Suite("A clock that was set back")
struct ClampedClockTests {
    /// A ledger of the system's clock whose last record is of the year 2100.
    private func futureLedger() async throws -> ScratchLedger {
        let scratch = try ScratchLedger { $0.usesSimulatedClock = true }
        let issue = IssueState(user: "ann", toolkit: "gmail")
        let future = Timestamp(microsecondsSinceEpoch: 4_102_444_800_000_000)
        _ = try await scratch.ledger.execute(Command(.issueState(issue)), at: future).get()
        scratch.ledger.close()
        try takeSystemClock(scratch.path)
        return scratch
    }

    private func takeSystemClock(_ path: String) throws {
        let environment = try Environment.open(
            at: path, tables: [LedgerMeta.definition],
            options: EnvironmentOptions(access: .readWrite))
        defer { environment.close() }
        let meta = try LedgerMeta(in: environment)
        try environment.write { (transaction) throws(JournalError) in
            guard var header = try meta.header(in: transaction.snapshot) else { return }
            header.isSimulated = false
            try meta.setHeader(header, in: &transaction)
        }
    }

    private func imports(_ grants: [GrantID]) -> [ImportGrant] {
        grants.map {
            ImportGrant(user: "ann", toolkit: "gmail", grant: $0, account: .google($0.text))
        }
    }

    @Test("is counted once a command and told once a request, beside an import that is undone")
    func besideUndone() async throws {
        let scratch = try await futureLedger()
        let (book, metrics) = (LogBook(), TestMetrics())
        let (entered, leave) = (Latch(), Latch())
        let draws = Mutex(0)
        try await withMetricsFactory(metrics) {
            var options = LedgerOptions()
            options.mapSize = 1 << 30
            options.logger = book.logger()
            options.repeatableBytes = { count, _ in
                let isFirst = draws.withLock { draws in
                    draws += 1
                    return draws == 1
                }
                if isFirst {
                    entered.open()
                    leave.wait()
                }
                return (0..<count).map { _ in UInt8.random(in: 0...255) }
            }
            let ledger = try Ledger.open(at: scratch.path, options: options)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { try await ledger.importGrants(imports(["first"])).isCommitted }
                try await onOwnThread { entered.wait() }
                for number in 0..<6 {
                    let grants = imports([GrantID("g\(number)")])
                    group.addTask { try await ledger.importGrants(grants).isCommitted }
                }
                let undone = imports(["undone", ""])
                group.addTask {
                    try await ledger.importGrants(undone, refused: .abandonAll).isCommitted
                }
                #expect(await eventually { ledger.journal?.waiting == 7 })
                leave.open()
                let committed = try await group.reduce(into: 0) { if $1 { $0 += 1 } }
                #expect(committed == 7)
            }
            #expect(try ledger.head() == Position(8))
            ledger.close()
        }
        #expect(metrics.counterTotal(label: "ledger.clock.clamped") == 9)
        #expect(book.count(of: "the clock is behind the last record") == 8)
    }
}
