internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// The promise: what can only go to one goes to exactly one, whatever processes ask for it.
@Suite struct ContentionGuaranteeTests {
    private static let processes = 8
    private static let linesEach = 8
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws { directory = try TemporaryDirectory() }

    /// Gives each process its lines once all of them are ready, and answers all outcomes.
    private func race(_ line: (Int) throws -> String) async throws -> [OutcomeLine] {
        let children = try (0..<Self.processes).map { _ in try ChildProcess(path, ["apply"]) }
        // A line that is refused shows that a process has opened the ledger.
        for child in children { child.send(["{}"]) }
        for child in children {
            let first = try await onOwnThread { child.line() }
            #expect(try OutcomeLine(#require(first)).refusal == "invalid")
        }
        for (number, child) in children.enumerated() {
            let lines = try (0..<Self.linesEach).map { try line(number * Self.linesEach + $0) }
            // Single lines, so that the processes take turns.
            for line in lines { child.send([line]) }
        }
        var outcomes: [OutcomeLine] = []
        for child in children {
            let ending = try await onOwnThread { child.finish() }
            #expect(ending.status == 1, "\(ending.errors)")
            #expect(ending.lines.count == Self.linesEach)
            outcomes += try ending.lines.map { try OutcomeLine($0) }
        }
        return outcomes
    }

    private func expectSound() async throws {
        let path = path
        let ending = try await onOwnThread { try ChildProcess.run(path, ["verify"]) }
        #expect(ending.status == 0, "\(ending.lines) \(ending.errors)")
        let ledger = try Ledger.open(at: path, options: LedgerOptions(access: .readOnly))
        let records = try ledger.read { (view) throws(LedgerError) in
            try view.records(after: .start, limit: .max)
        }
        #expect(records.map(\.position.number) == Array(1...UInt64(records.count)))
        #expect(zip(records, records.dropFirst()).allSatisfy { $0.recordedAt < $1.recordedAt })
    }

    /// Carries lines out before the race.
    private func prepare(_ lines: [String]) async throws -> [OutcomeLine] {
        let path = path
        let ending = try await onOwnThread { try ChildProcess.run(path, ["apply"], lines: lines) }
        #expect(ending.status == 0, "\(ending.errors)")
        return try ending.lines.map { try OutcomeLine($0) }
    }

    private var count: Int { Self.processes * Self.linesEach }

    @Test("A state is consumed by one link of all processes", .timeLimit(.minutes(2)))
    func state() async throws {
        let token = try #require(try await prepare([CommandLineText.issue("ann")])[0].state)
        let outcomes = try await race { number in
            try CommandLineText.link(token, grant: "g\(number)", subject: "s\(number)")
        }
        #expect(outcomes.filter(\.isApplied).map(\.positions) == [[2, 2]])
        #expect(outcomes.filter { $0.refusal == "stateAlreadyUsed" }.count == count - 1)
        try await expectSound()
    }

    @Test("A grant is linked for one user of all processes", .timeLimit(.minutes(2)))
    func grant() async throws {
        let issued = try await prepare((0..<count).map { try CommandLineText.issue("user \($0)") })
        let tokens = issued.compactMap(\.state)
        let outcomes = try await race { number in
            try CommandLineText.link(tokens[number], grant: "g", subject: "s\(number)")
        }
        #expect(outcomes.filter(\.isApplied).count == 1)
        let refused = outcomes.filter { $0.refusal == "grantAlreadyLinked" }
        #expect(refused.count == count - 1)
        #expect(refused.allSatisfy { $0.credential == nil })
        try await expectSound()
    }

    @Test("A label goes to one credential of all processes", .timeLimit(.minutes(2)))
    func label() async throws {
        let imported = try await prepare(
            (0..<count).map { try CommandLineText.grant("g\($0)", of: "ann") })
        let credentials = imported.compactMap(\.credential)
        let outcomes = try await race { number in
            try CommandLineText.of(
                "relabel", ["credential": credentials[number], "label": "Work"])
        }
        let winner = outcomes.filter(\.isApplied).compactMap(\.credential)
        #expect(winner.count == 1)
        let refused = outcomes.filter { $0.refusal == "labelTaken" }
        #expect(refused.count == count - 1)
        #expect(Set(refused.map(\.credential)) == [winner.first])
        try await expectSound()
    }

    @Test("An idempotency key is applied by one command of all processes", .timeLimit(.minutes(2)))
    func idempotencyKey() async throws {
        let outcomes = try await race { number in
            try CommandLineText.grant(
                number % 2 == 0 ? "g" : "h", of: "ann", status: "expired", key: "same")
        }
        #expect(outcomes.filter(\.isApplied).map(\.positions) == [[1, 2]])
        let repeated = outcomes.filter { $0.outcome == "unchanged" }
        #expect(repeated.count == count / 2 - 1)
        #expect(repeated.allSatisfy { $0.positions == [1, 2] })
        #expect(outcomes.filter { $0.refusal == "idempotencyKeyReused" }.count == count / 2)
        try await expectSound()
    }

    @Test("A user's version lets one command of all processes pass", .timeLimit(.minutes(2)))
    func version() async throws {
        let outcomes = try await race { _ in
            try CommandLineText.of(
                "issueState",
                ["user": "ann", "toolkit": "t", "allowMultiple": true, "expectedUserVersion": 0])
        }
        #expect(outcomes.filter(\.isApplied).map(\.positions) == [[1, 1]])
        #expect(outcomes.filter { $0.refusal == "versionConflict" }.count == count - 1)
        try await expectSound()
    }

    @Test("Processes that make a ledger at the same time make one", .timeLimit(.minutes(2)))
    func making() async throws {
        let path = path
        let children = try (0..<Self.processes).map { _ in try ChildProcess(path, ["apply"]) }
        for (number, child) in children.enumerated() {
            child.send([try CommandLineText.issue("user \(number)")])
        }
        var positions: [[UInt64]?] = []
        for child in children {
            let ending = try await onOwnThread { child.finish() }
            #expect(ending.status == 0, "\(ending.errors)")
            positions += try ending.lines.map { try OutcomeLine($0).positions }
        }
        #expect(Set(positions).count == Self.processes)
        try await expectSound()
    }
}
