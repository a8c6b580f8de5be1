internal import AccountLedgerTesting
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerTestSupport
internal import Testing

@Suite("Waiting for a position") struct WaitingTests {
    private let scratch: ScratchLedger
    private let projection: OpenProjection<DailyActivity>

    init() throws {
        scratch = try ScratchLedger()
        projection = try scratch.ledger.open(DailyActivity())
    }

    private func issue(_ count: Int) async throws {
        let commands = (0..<count).map { number in
            Command(.issueState(IssueState(user: UserID("user \(number)"), toolkit: "gmail")))
        }
        _ = try await scratch.execute(commands)
    }

    @Test("ends when somebody has applied the record, and says how far the rows are then")
    func reached() async throws {
        #expect(try await projection.wait(for: .start, timeout: .zero) == .start)
        let waiting = Task { try await projection.wait(for: Position(5), timeout: .seconds(60)) }
        try await issue(7)
        try projection.catchUp()
        #expect(try await waiting.value == Position(7))
        #expect(try await projection.wait(for: Position(3), timeout: .zero) == Position(7))
    }

    @Test("ends after the time given, with an error that says where the rows stand")
    func timeout() async throws {
        try await issue(3)
        try projection.catchUp()
        let clock = ContinuousClock()
        let start = clock.now
        let error = await #expect(throws: ProjectionError.self) {
            try await projection.wait(for: Position(4), timeout: .milliseconds(120))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.position == Position(3))
        #expect(error?.message.contains("stand at 3, not at 4, after 0.12 seconds") == true)
        #expect(clock.now - start >= .milliseconds(120))
        await #expect(throws: ProjectionError.self) {
            try await projection.wait(for: Position(4), timeout: .seconds(-1))
        }
    }

    @Test("ends at once when its task is cancelled")
    func cancelled() async throws {
        let waiting = Task { try await projection.wait(for: Position(1), timeout: .seconds(600)) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test("of closed rows is refused")
    func closed() async throws {
        projection.close()
        await #expect(throws: ProjectionError.self) {
            try await projection.wait(for: Position(1), timeout: .seconds(60))
        }
    }
}
