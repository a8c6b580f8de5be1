internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

/// Asks each question many times of what is hidden and of what does not exist, and compares how
/// long the answers took.
struct Measurement {
    let path: String
    let samples: Int
    let organisations: Int
    private static let seed: UInt64 = 7

    /// Decisions and reads, which write nothing; false where answers differ or a control fails.
    func answers() async throws -> Bool {
        let ledger = try Ledger.open(at: path)
        let all = try await Organisations(organisations, in: ledger, seed: Self.seed).all
        ledger.close()
        tell("Decisions, without the commit")
        var isFine = try CommandQuestion.refused.map { try decide($0, all) }.allSatisfy(show)
        tell("Reads by name")
        let reopened = try Ledger.open(at: path)
        isFine =
            try ReadQuestion.named.map { try read($0, all, reopened) }.allSatisfy(show) && isFine
        tell("Reads that take as long as there is much")
        isFine =
            try ReadQuestion.listing.map { try read($0, all, reopened) }.allSatisfy(show) && isFine
        tell("Controls")
        let (nothing, everything) = (
            try read(.nothing, all, reopened), try read(.everything, all, reopened)
        )
        _ = show(nothing)
        _ = show(everything)
        reopened.close()
        // The first is for the reader: it is apart by chance once in a very long time.
        return isFine && (everything.first.isTold || samples < 1000)
    }

    /// Commands from the call to the outcome, of which some are carried out.
    func commands() async throws -> Bool {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        let all = try await Organisations(organisations, in: ledger, seed: Self.seed).all
        tell("Commands")
        var isFine = true
        for question in CommandQuestion.refused + CommandQuestion.carriedOut {
            isFine = show(try await execute(question, all, ledger)) && isFine
        }
        return isFine
    }

    private func tell(_ title: String) {
        say(
            "\n\(title)".padding(toLength: Findings.width + 1, withPad: " ", startingAt: 0)
                + Comparison.heading)
    }

    private func show(_ findings: Findings) -> Bool {
        for line in findings.lines { say(line) }
        if !findings.isOneAnswer { say("WRONG: \(findings.name) answers \(findings.answers)") }
        return findings.isOneAnswer
    }

    private func decide(
        _ question: CommandQuestion, _ all: [Organisation]
    ) throws -> Findings {
        let environment = try Environment.open(
            at: path,
            tables: [EventLog.definition, LedgerMeta.definition] + ViewTables.definitions,
            options: EnvironmentOptions(access: .readOnly))
        defer { environment.close() }
        let (tables, log) = (try ViewTables(in: environment), try EventLog(in: environment))
        let token = StateToken("new")
        let input = DecisionInput(
            now: Timestamp(Date()), newCredential: "cred_new", newState: token,
            newStateDigest: StateDigest(of: token), fingerprint: CommandFingerprint([:]))
        var findings = Findings(question.name)
        for sample in samples(of: question.hidden, question.name, all) {
            let command = command(question, sample)
            for isFirst in [true, false] {
                var decision: Decision?
                let time = try ContinuousClock().measure {
                    decision = try environment.read { (snapshot) throws(JournalError) in
                        let reader = ViewReader(tables, log, snapshot.reborrowed())
                        return try LedgerDomain.decide(
                            command, policy: Policy(), with: input, from: reader)
                    }
                }
                findings.take(sample, time, decision?.text ?? "none", isFirst: isFirst)
            }
        }
        return findings
    }

    private func read(
        _ question: ReadQuestion, _ all: [Organisation], _ ledger: Ledger
    ) throws -> Findings {
        var findings = Findings(question.name)
        for sample in samples(of: question.hidden, question.name, all, share: question.share) {
            let narrowed = ledger.narrowed(to: question.narrowing(sample))
            for isFirst in [true, false] {
                var answer = ""
                let time = try ContinuousClock().measure {
                    answer = try question.ask(narrowed, sample)
                }
                findings.take(
                    sample, time, question.isControl ? "any" : answer, isFirst: isFirst)
            }
        }
        return findings
    }

    private func execute(
        _ question: CommandQuestion, _ all: [Organisation], _ ledger: Ledger
    ) async throws -> Findings {
        var findings = Findings(question.name)
        // What was carried out once would find nothing to do.
        let questions = samples(of: question.hidden, question.name, all)
            .prefix(question.isCommitted ? all.count : .max)
        for sample in questions {
            let command = command(question, sample)
            for isFirst in question.isCommitted ? [true] : [true, false] {
                let began = ContinuousClock.now
                let outcome = try await ledger.execute(command)
                let time = ContinuousClock.now - began
                findings.take(sample, time, outcome.text, isFirst: isFirst)
            }
        }
        return findings
    }

    private func samples(
        of hidden: Hidden, _ name: String, _ all: [Organisation], share: Int = 1
    ) -> Samples {
        Samples(
            organisations: all, hidden: hidden, count: max(20, samples / share),
            seed: name.utf8.reduce(Self.seed) { $0 &* 31 &+ UInt64($1) })
    }

    private func command(_ question: CommandQuestion, _ sample: Sample) -> Command {
        // A report has to say when it happened.
        let context = CommandContext(
            occurredAt: Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000),
            narrowing: sample.narrowing)
        return Command(question.action(sample), context: context)
    }
}

extension ReadQuestion {
    /// Both kinds are absent: nothing must be found.
    static let nothing = ReadQuestion(name: "absent and absent", hidden: .choices) {
        ledger, sample in
        let grant = GrantID(sample.organisation.nobodys.grant)
        return try ledger.holder(of: grant)?.user.text ?? "none"
    }

    /// Nothing is narrowed: a difference must be found.
    static let everything = ReadQuestion(
        name: "present and absent", isControl: true, narrowing: { _ in .everything }
    ) { ledger, sample in try ledger.holder(of: sample.grant)?.user.text ?? "none" }
}

extension Decision {
    fileprivate var text: String {
        switch self {
        case .accepted: "applied"
        case .unchanged: "unchanged"
        case .refused(let refusal): refusal.name
        }
    }
}

extension Outcome {
    fileprivate var text: String {
        switch self {
        case .applied: "applied"
        case .unchanged: "unchanged"
        case .refused(let refusal): refusal.name
        }
    }
}

/// Writes a line to standard output.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
