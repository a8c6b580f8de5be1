internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// The promise: a commit whose end the disk hides is looked up, and its outcome reported as it is.
@Suite(.enabled(if: Machine.hasCompiler, "needs a C compiler"), .timeLimit(.minutes(2)))
struct UnknownOutcomeGuaranteeTests {
    private let directory: TemporaryDirectory
    private let interposer: Interposer
    private var path: String { directory.appending("ledger") }

    init() throws {
        directory = try TemporaryDirectory()
        interposer = try Interposer()
    }

    /// Applies a command, then another one while the disk fails, then a third one.
    private func run(_ fault: String) async throws -> ChildProcess.Ending {
        let child = try ChildProcess(path, ["apply"], variables: interposer.variables)
        let interposer = interposer
        return try await onOwnThread {
            child.send([try CommandLineText.issue("ann", key: "1")])
            _ = child.line()
            try interposer.arm(fault)
            child.send([try CommandLineText.issue("ann", key: "2")])
            let second = child.line()
            child.send([try CommandLineText.issue("ann", key: "3")])
            let ending = child.finish()
            return .init(
                status: ending.status, lines: [second].compactMap { $0 } + ending.lines,
                errors: ending.errors)
        }
    }

    private func keys() throws -> [String?] {
        let ledger = try Ledger.open(at: path)
        let history = try ledger.history(of: "ann")
        ledger.close()
        return history.map { $0.idempotencyKey?.text }
    }

    private func expectSound() async throws {
        let path = path
        let ending = try await onOwnThread { try ChildProcess.run(path, ["verify"]) }
        #expect(ending.status == 0, "\(ending.lines)")
    }

    @Test("A commit that reached the disk although an error was reported is answered as applied")
    func landed() async throws {
        let ending = try await run("landed")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(try ending.lines.map { try OutcomeLine($0).positions } == [[2, 2], [3, 3]])
        #expect(try keys() == ["1", "2", "3"])
        try await expectSound()
    }

    @Test("A commit that did not reach the disk is answered with an error that says so")
    func lost() async throws {
        let ending = try await run("lost")
        #expect(ending.status == 2)
        #expect(ending.lines.isEmpty)
        #expect(ending.errors.contains("nothing was done"), "\(ending.errors)")
        #expect(try keys() == ["1"])
        try await expectSound()
    }

    @Test(
        "A commit of which nothing can be found out is answered as unknown, not as done or undone")
    func unknown() async throws {
        let ending = try await run("always")
        #expect(ending.status == 2)
        #expect(ending.lines.isEmpty)
        #expect(ending.errors.contains("could not be found out"), "\(ending.errors)")
        try interposer.arm("nothing")
        let found = try keys()
        #expect(found == ["1"] || found == ["1", "2"])
        try await expectSound()
    }
}
