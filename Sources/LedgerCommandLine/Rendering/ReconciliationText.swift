internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat

/// A reconciliation for people and for programs.
struct ReconciliationText {
    private let report: ReconciliationReport
    /// What became of what was to be mended; none where nothing was.
    private let outcomes: [ReconciliationFinding: Outcome]?
    private let context: CommandContext

    init(
        _ report: ReconciliationReport, _ mended: [MendedFinding]?, _ context: CommandContext
    ) {
        self.report = report
        self.context = context
        outcomes = mended.map { mended in
            Dictionary(
                mended.map { ($0.finding, $0.outcome) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Whether ledger and listing say the same now.
    var leavesNothing: Bool {
        report.findings.allSatisfy { !$0.kind.isDifference || isMended($0) }
    }

    private func isMended(_ finding: ReconciliationFinding) -> Bool {
        guard let outcome = outcomes?[finding] else { return false }
        return outcome.refusal == nil
    }

    // MARK: For programs

    var json: JSONValue {
        let rows = report.findings.map { finding in
            JSONValue.object(
                ReconciliationLine.json(finding, in: report, context: context) + [
                    .init("outcome", .text(outcomes?[finding].map(Self.name)) ?? .null),
                    .init("refusal", .text(outcomes?[finding]?.refusal?.name) ?? .null),
                ])
        }
        return .object(
            ReconciliationLine.summary(report) + [.init("findings", .array(rows))])
    }

    private static func name(_ outcome: Outcome) -> String {
        switch outcome {
        case .applied: "applied"
        case .unchanged: "unchanged"
        case .refused: "refused"
        }
    }

    // MARK: For people

    func text(_ style: Style, _ times: TimeText) -> String {
        var table = Table(["KIND", "USER", "CREDENTIAL", "GRANT", "MEND", "REASON"])
        for finding in report.findings {
            table.add([
                .init(finding.kind.rawValue, finding.kind.isDifference ? .yellow : .dim),
                .init(finding.user?.text), .init(finding.credential?.text),
                .init(finding.grant.text), mend(finding), .init(finding.reason),
            ])
        }
        return (report.findings.isEmpty ? "" : table.text(style)) + summary(times) + advice()
    }

    private func mend(_ finding: ReconciliationFinding) -> Table.Cell {
        let name = finding.command(in: report)?.action.name
        switch outcomes?[finding] {
        case nil: return Table.Cell(name)
        case .refused(let refusal)?: return Table.Cell("refused: \(refusal.name)", .red)
        case let outcome?: return Table.Cell("\(name ?? "") \(Self.name(outcome))", .green)
        }
    }

    private func summary(_ times: TimeText) -> String {
        let complete = report.completeness.evidence != nil
        var text = "\(report.platform) at \(times.text(report.takenAt)),"
        text += " \(complete ? "complete" : "partial"): \(report.listed) listed,"
        text += report.known.map { " \($0) known," } ?? ""
        text += " \(report.same) the same"
        let counts = ReconciliationFinding.Kind.allCases.compactMap { kind -> String? in
            let count = report.findings.count { $0.kind == kind }
            return count > 0 ? "\(count) \(kind.rawValue)" : nil
        }
        return text + (counts.isEmpty ? "" : "; " + counts.joined(separator: ", ")) + ".\n"
    }

    private func advice() -> String {
        var text = ""
        switch report.suspicion {
        case .empty?:
            text += "Suspicious: the listing is empty. Look at the platform first.\n"
        case .farFewer(let known, let withdrawn)?:
            text +=
                "Suspicious: \(withdrawn) of \(known) known grants would be revoked. Look at the"
                + " platform first.\n"
        case nil: break
        }
        let kinds = ReconciliationFinding.Kind.allCases.filter { kind in
            report.findings.contains { $0.kind == kind && $0.mend != nil }
        }
        guard outcomes == nil, !kinds.isEmpty else { return text }
        let names = kinds.map(\.rawValue).joined(separator: " ")
        return text + "Nothing was changed. To mend: --apply \(names)\n"
    }
}
