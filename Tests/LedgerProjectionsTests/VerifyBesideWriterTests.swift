internal import AccountLedger
internal import Dispatch
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerTestSupport
internal import Testing

@Suite("A verification beside a writer")
struct VerifyBesideWriterTests {
    @Test("ends where its look at the records ended")
    func appendedMeanwhile() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("ledger")
        var options = LedgerOptions()
        options.mapSize = 1 << 30
        let ledger = try Ledger.open(at: path, options: options)
        defer { ledger.close() }
        @Sendable func append(_ user: UserID) async throws {
            _ = try await ledger.issueState(IssueState(user: user, toolkit: "gmail")).get()
        }
        for number in 0..<5 { try await append(UserID("user \(number)")) }
        let report = try await onOwnThread {
            var hasAppended = false
            return try ledger.verify(scratch: directory.path) { step in
                // The last step of the records.
                guard case .records = step, !hasAppended else { return true }
                hasAppended = true
                let end = DispatchSemaphore(value: 0)
                Task {
                    try? await append("late")
                    end.signal()
                }
                end.wait()
                return true
            }
        }
        #expect(try ledger.head() == Position(6))
        #expect(report?.isSound == true)
        #expect(report?.records == 5)
        #expect(report?.head == Position(5))
    }
}
