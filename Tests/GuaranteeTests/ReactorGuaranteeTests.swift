internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

/// The promise: a reactor is given each record at least once, in order, whoever is killed when.
@Suite(.timeLimit(.minutes(5))) struct ReactorGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }
    private var outbox: String { directory.appending("outbox") }

    init() throws {
        directory = try TemporaryDirectory(in: .disk)
        _ = FileManager.default.createFile(atPath: directory.appending("outbox"), contents: nil)
    }

    private static let probe = URL(filePath: ChildProcess.program).deletingLastPathComponent()
        .appending(path: "ReactorProbe").path()

    private func service(batch: Int) throws -> ServiceProcess {
        try ServiceProcess(Self.probe, [path, outbox, "\(batch)"])
    }

    /// What a service makes once it has opened its reactor.
    private func ready(_ service: ServiceProcess) -> String { "\(outbox).\(service.identifier)" }

    /// The positions and attempts of the effects so far.
    private func effects() throws -> [[UInt64]] {
        try String(contentsOfFile: outbox, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: " ").compactMap { UInt64($0) } }
    }

    private func issue(_ users: [String], in ledger: Ledger) async throws {
        for user in users {
            _ = try await ledger.issueState(
                IssueState(user: UserID(user), toolkit: "gmail", allowMultiple: true)
            ).get()
        }
    }

    @Test(
        "A service that is killed again and again delivers all, in order, and repeats few",
        arguments: [1, 5])
    func killed(batch: Int) async throws {
        let seed = Effort.seeds("", else: 1).first ?? 0
        var random = SeededGenerator(seed: seed)
        let ledger = try Ledger.open(at: path)
        let rounds = Effort.number("LEDGER_KILL_ROUNDS", else: 12)
        for round in 0..<rounds {
            let before = try effects().count
            let service = try service(batch: batch)
            // Some are there before it is killed and some come later, so that it is killed in the
            // middle of something.
            try await issue((0..<60).map { "user \(round) \($0)" }, in: ledger)
            let wanted = before + Int.random(in: 1...30, using: &random)
            #expect(try await eventually { try effects().count >= wanted }, "seed \(seed)")
            service.kill()
            try await onOwnThread { service.waitForEnd() }
        }
        let last = try service(batch: batch)
        let head = try ledger.head()
        #expect(try await eventually { try effects().last?.first == head.number }, "seed \(seed)")
        last.kill()
        let positions = try effects().map { $0[0] }
        #expect(Set(positions) == Set(1...head.number), "seed \(seed)")
        for (one, next) in zip(positions, positions.dropFirst()) {
            #expect(next == one + 1 || next <= one && one - next < UInt64(batch), "seed \(seed)")
        }
        ledger.close()
    }

    @Test("A service that stands by takes over from one that is killed")
    func standby() async throws {
        let ledger = try Ledger.open(at: path)
        try await issue(["ann"], in: ledger)
        let first = try service(batch: 1)
        #expect(try await eventually { try effects().count == 1 })
        let second = try service(batch: 1)
        #expect(await eventually { FileManager.default.fileExists(atPath: ready(second)) })
        try await issue(["ben", "cyd"], in: ledger)
        #expect(try await eventually { try effects().count == 3 })
        first.kill()
        try await onOwnThread { first.waitForEnd() }
        try await issue(["dee"], in: ledger)
        // The third effect may not have been noted when the first service was killed.
        #expect(
            try await eventually {
                let positions = try effects().map { $0[0] }
                return positions == [1, 2, 3, 4] || positions == [1, 2, 3, 3, 4]
            })
        second.kill()
        ledger.close()
    }

    @Test(
        "A commit whose end the disk hides loses no wish to deliver a parked record or to drop it",
        .enabled(if: Machine.hasCompiler, "needs a C compiler"))
    func hiddenCommit() async throws {
        let (interposer, ledger) = (try Interposer(), try Ledger.open(at: path))
        _ = FileManager.default.createFile(atPath: outbox + ".bad", contents: nil)
        try await issue(["bad 1", "bad 2", "ann"], in: ledger)
        let service = try ServiceProcess(
            Self.probe, [path, outbox, "1"], variables: interposer.variables)
        #expect(try await eventually { try effects() == [[3, 1]] })
        try FileManager.default.removeItem(atPath: outbox + ".bad")
        // Only the service has the library, and its next commit is the one that takes the record.
        try interposer.arm("landed")
        let retry = ["parked", "retry", "--reactor", "probe", "--position", "1"]
        let path = path
        let marked = try await onOwnThread { try ChildProcess.run(path, retry) }
        #expect(marked.status == 0, "\(marked.errors)")
        #expect(try await eventually { try effects().last == [1, 2] })
        service.kill()
        try await onOwnThread { service.waitForEnd() }
        let discard = ["parked", "discard", "--reactor", "probe", "--position", "2"]
        let dropped = try await onOwnThread {
            try ChildProcess.run(path, discard, variables: interposer.variables)
        }
        #expect(dropped.status == 0, "\(dropped.errors)")
        ledger.close()
    }

    @Test("What is parked is listed, delivered again and discarded while the service runs")
    func parked() async throws {
        let ledger = try Ledger.open(at: path)
        _ = FileManager.default.createFile(atPath: outbox + ".bad", contents: nil)
        try await issue(["ann", "bad 1", "bad 2", "bad 3", "ben"], in: ledger)
        let service = try service(batch: 1)
        #expect(try await eventually { try effects().map { $0[0] } == [1, 5] })
        func run(_ arguments: String...) async throws -> ChildProcess.Ending {
            let path = path
            return try await onOwnThread { try ChildProcess.run(path, ["parked"] + arguments) }
        }
        let listed = try await run("--reactor", "probe", "--json")
        #expect(listed.status == 1, "\(listed.errors)")
        for position in 2...4 { #expect(listed.lines[0].contains("\"position\":\(position)")) }
        #expect(try await run("discard", "--reactor", "probe", "--position", "3").status == 0)
        try FileManager.default.removeItem(atPath: outbox + ".bad")
        #expect(try await run("retry", "--reactor", "probe", "--position", "4").status == 0)
        #expect(try await eventually { try effects().last == [4, 2] })
        #expect(try await run("retry", "--reactor", "probe", "--all").status == 0)
        #expect(try await eventually { try effects().last == [2, 2] })
        var status: Int32 = 1
        while status == 1 { status = try await run("list", "--reactor", "probe").status }
        #expect(status == 0)
        #expect(try effects().map { $0[0] } == [1, 5, 4, 2])
        service.kill()
        ledger.close()
    }
}

/// A process that is not asked for anything, and only ends when it is killed.
private final class ServiceProcess: Sendable {
    private let process: Process

    init(_ program: String, _ arguments: [String], variables: [String: String] = [:]) throws {
        process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        try process.run()
    }

    deinit {
        kill()
        process.waitUntilExit()
    }

    var identifier: Int32 { process.processIdentifier }
    func kill() { _ = Foundation.kill(process.processIdentifier, SIGKILL) }
    func waitForEnd() { process.waitUntilExit() }
}
