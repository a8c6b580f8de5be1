internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// The promise: whenever a process is killed, what it answered is in the log, and what it refused
/// is not.
@Suite struct CrashGuaranteeTests {
    @Test(
        "A writer that is killed loses nothing that it answered, and leaves no half of a command",
        .timeLimit(.minutes(10)))
    func killed() async throws {
        let seed = Effort.seeds("", else: 1).first ?? 0
        var random = SeededGenerator(seed: seed)
        var crash = try CrashRun()
        var statistics = CrashRun.Statistics()
        for round in 0..<Effort.number("LEDGER_KILL_ROUNDS", else: 20) {
            // The same ledger is crashed several times over before a new one is made.
            if round % 5 == 0 { crash = try CrashRun() }
            let done = try await crash.round(round, &random, "seed \(seed), round \(round)")
            statistics.add(done)
        }
        // A run that was never in the middle of something proves nothing.
        #expect(statistics.answered > 0, "seed \(seed)")
        if environment("LEDGER_KILL_ROUNDS") != nil {
            Attachment.record(statistics.description, named: "crashes.txt")
        }
    }
}

/// A ledger on a disk whose writers are killed.
private struct CrashRun {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws { directory = try TemporaryDirectory(in: .disk) }

    /// What several rounds came to.
    struct Statistics: CustomStringConvertible {
        var rounds = 0
        var answered = 0
        var unanswered = 0

        mutating func add(_ round: (answered: Int, unanswered: Int)) {
            rounds += 1
            answered += round.answered
            unanswered += round.unanswered
        }

        var description: String {
            "\(rounds) kills, \(answered) answers, \(unanswered) commands durable without answer"
        }
    }

    /// Starts a writer, kills it at some moment, and compares what it answered with the log.
    mutating func round(
        _ round: Int, _ random: inout SeededGenerator, _ comment: Comment
    ) async throws -> (answered: Int, unanswered: Int) {
        let commands = try (0..<2000).map { try command($0, round, &random) }
        let child = try ChildProcess(path, ["apply"])
        let begun = Latch()
        // Few commands at a time, so that a kill meets every part of a commit and of an answer.
        let window = Int.random(in: 1...6, using: &random)
        async let answering = onOwnThread {
            var answers: [String] = []
            for start in stride(from: 0, to: commands.count, by: window) {
                let chunk = commands[start..<min(start + window, commands.count)]
                child.send(chunk.map(\.line))
                let lines = chunk.compactMap { _ in child.line() }
                answers += lines
                begun.open()
                if lines.count < chunk.count { break }
            }
            return answers
        }
        try await onOwnThread { begun.wait() }
        try await Task.sleep(for: .microseconds(Int.random(in: 0...60_000, using: &random)))
        child.kill()
        let answered = try await answering + onOwnThread { child.finish().lines }
        #expect(!answered.isEmpty, comment)
        let outcomes = try answered.map { try OutcomeLine($0) }
        let durable = try expectConsistent(outcomes, commands, round, comment)
        let path = path
        let verification = try await onOwnThread { try ChildProcess.run(path, ["verify"]) }
        #expect(verification.status == 0, "\(comment): \(verification.lines)")
        return (outcomes.count, durable - outcomes.filter(\.isApplied).count)
    }

    /// One command of a mixture: of one record, of two records, and refused.
    private func command(
        _ number: Int, _ round: Int, _ random: inout SeededGenerator
    ) throws -> (line: String, key: String) {
        let key = "\(round)-\(number)"
        let user = "user \(Int.random(in: 0..<500, using: &random))"
        let line =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: try CommandLineText.issue(user, key: key)
            case 1: try CommandLineText.grant(key, of: user, status: "revoked", key: key)
            case 2: try CommandLineText.grant(key, of: user, status: "expired", key: key)
            default:
                try CommandLineText.of(
                    "relabel", ["credential": "cred_none", "label": "x", "idempotencyKey": key])
            }
        return (line, key)
    }

    private func expectConsistent(
        _ outcomes: [OutcomeLine], _ commands: [(line: String, key: String)], _ round: Int,
        _ comment: Comment
    ) throws -> Int {
        let ledger = try Ledger.open(at: path)
        let records = try ledger.read { (view) throws(LedgerError) in
            try view.records(after: .start, limit: .max)
        }
        ledger.close()
        let positions = records.indices.map { UInt64($0) + 1 }
        #expect(records.map(\.position.number) == positions, comment)
        var found: [String: EventRecord] = [:]
        for record in records { found[record.idempotencyKey?.text ?? ""] = record }
        expectWholeCommands(records, comment)
        for (outcome, command) in zip(outcomes, commands) {
            let record = found[command.key]
            #expect(outcome.isApplied == (record != nil), comment)
            guard let record else { continue }
            let last = record.position.number + UInt64(record.part.count) - 1
            #expect(outcome.positions == [record.position.number, last], comment)
        }
        // What was not answered may be there, but only as a beginning of what was sent.
        let mine = records.compactMap { $0.idempotencyKey?.text }.filter {
            $0.hasPrefix("\(round)-")
        }
        let sent = commands.filter { !$0.line.contains("cred_none") }.map(\.key)
        #expect(mine == Array(sent.prefix(mine.count)), comment)
        return mine.count
    }

    private func expectWholeCommands(_ records: [EventRecord], _ comment: Comment) {
        var index = 0
        while index < records.count {
            let count = records[index].part.count
            let parts = records[index...].prefix(count).map(\.part)
            #expect(parts.map(\.index) == Array(0..<count), comment)
            #expect(parts.allSatisfy { $0.count == count }, comment)
            index += count
        }
    }
}
