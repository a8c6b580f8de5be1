internal import LedgerDomain
internal import LedgerFormat

/// The mends of a report in rounds: of each user one mend a round, so that each can state the
/// version that the one before has left.
struct MendingRun {
    /// A finding and the command that mends it.
    private struct Step {
        let finding: ReconciliationFinding
        var command: Command
        var outcome: Outcome?

        var user: UserID { finding.user ?? "" }
    }

    private var steps: [Step]
    /// For each user that is not done the steps that wait, the next one last; the next user last.
    private var waiting: [[Int]]
    /// The steps of each user that is in the round that is being carried out.
    private var running: ArraySlice<[Int]> = []
    private var versions: [UserID: UserVersion] = [:]

    /// Begins; findings without a command are left out.
    init(
        _ report: ReconciliationReport, _ findings: [ReconciliationFinding],
        context: CommandContext?
    ) {
        let steps = findings.compactMap { finding -> Step? in
            guard var command = finding.command(in: report, context: context) else { return nil }
            command.context.idempotencyKey = Self.key(finding, report)
            return Step(finding: finding, command: command)
        }
        self.steps = steps
        waiting = Dictionary(grouping: steps.indices) { steps[$0].user }.values
            .map { $0.reversed() }.sorted { ($0.last ?? 0) > ($1.last ?? 0) }
    }

    /// What became of each finding, in their order.
    var mended: [MendedFinding] {
        steps.compactMap { step in
            step.outcome.map { MendedFinding(finding: step.finding, outcome: $0) }
        }
    }

    /// The commands to be carried out next, of as many users; none when all are answered.
    mutating func next(upTo count: Int) -> [Command]? {
        guard !waiting.isEmpty else { return nil }
        running = waiting.suffix(count)[...]
        waiting.removeLast(running.count)
        return running.compactMap(\.last).map { index in
            var command = steps[index].command
            if let version = versions[steps[index].user] {
                command.context.expectedUserVersion = version
            }
            return command
        }
    }

    /// Takes in what became of them.
    mutating func take(_ round: [Outcome]) {
        for (var rest, outcome) in zip(running, round) {
            guard let index = rest.popLast() else { continue }
            steps[index].outcome = outcome
            switch outcome {
            case .applied(let receipt), .unchanged(let receipt):
                versions[steps[index].user] = receipt.userVersion
            case .refused(.versionConflict):
                // The user has changed: what the report says of the others is as old.
                for other in rest { steps[other].outcome = outcome }
                rest = []
            case .refused: break
            }
            if !rest.isEmpty { waiting.append(rest) }
        }
        running = []
    }

    /// The same for every application of a report, and another one for every other report in which
    /// the user has changed.
    private static func key(
        _ finding: ReconciliationFinding, _ report: ReconciliationReport
    ) -> IdempotencyKey {
        let parts = [
            report.platform.text, "\(report.takenAt)", finding.kind.rawValue, finding.grant.text,
            "\(finding.userVersion ?? UserVersion(0))",
        ]
        let bytes = parts.flatMap { [UInt8]("\($0.utf8.count):\($0)".utf8) }
        return IdempotencyKey("reconciliation " + sha256(bytes).lowercaseHexadecimal)
    }
}
