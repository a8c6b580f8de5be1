@testable internal import AccountLedger
internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// The indexes of ledgers that commands have made, against all records and all entries.
@Suite struct IndexCheckTests {
    @Test(
        "Every record finds its entries, and every entry its record",
        arguments: Effort.seeds("LEDGER_MODEL_RUNS", else: 4))
    func random(seed: UInt64) async throws {
        var run = try ModelRun(
            seed: seed, policy: Policy(allowMultiple: true, sharedAccounts: seed % 2 == 0))
        for _ in 0..<150 { try await run.step() }
        var check = try IndexCheck(of: run.ledger.environment)
        let (log, head) = (run.ledger.log, run.state.head)
        try run.ledger.environment.read { (snapshot) throws(JournalError) in
            try log.scan(from: Position(1), through: head, in: snapshot) {
                (record) throws(JournalError) in
                try check.check(record, in: snapshot)
                return .next
            }
            // Nothing was left for entries to explain, and they are asked all the same.
            #expect(try check.unexplained(in: snapshot).isEmpty)
            for name in IndexCheck.indexes {
                var place: IndexCheck.Place?
                var pages = 0
                repeat {
                    place = try check.checkEntries(of: name, from: place, limit: 7, in: snapshot)
                    pages += 1
                } while place != nil
                let rows = try translated { () throws(StorageError) in
                    try snapshot.entryCount(in: run.ledger.tables.table(name))
                }
                #expect(pages == max(1, (rows + 6) / 7), "\(name)")
            }
        }
        #expect(check.takeProblems().isEmpty)
    }
}
