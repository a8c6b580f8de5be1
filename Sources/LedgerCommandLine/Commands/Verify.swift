internal import AccountLedger
internal import ArgumentParser
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// Checks the whole ledger.
struct Verify: IsolatedSubcommand {
    static let configuration = CommandConfiguration(
        "verify", "Read the whole log, every index and every view, and say what is wrong.",
        "Nothing is written into the ledger. Exit code 3 where something is wrong.",
        example: "verify")

    @OptionGroup var global: GlobalOptions

    /// What stopped the process is a finding.
    func answer(
        stoppedBy signal: String, on console: Console
    ) throws(CommandFailure) -> ExitStatus {
        try answer(.stopped(by: signal), console)
        return .broken
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.openForInspection(console)
        defer { ledger.close() }
        console.finishWorkBeforeStopping()
        var progress = Progress(on: console)
        let report = try translated { () throws(LedgerError) in
            try ledger.verify { step in
                progress.update(step.words)
                return !console.interruption.isRequested
            }
        }
        progress.clear()
        guard let report else {
            throw .stopped("Stopped before the end; nothing was changed. Run it again.")
        }
        try answer(report, console)
        return report.isSound ? .fine : .broken
    }

    private func answer(
        _ report: VerificationReport, _ console: Console
    ) throws(CommandFailure) {
        guard global.json else {
            return try console.output.write(text(report, global.style(console)))
        }
        let damage = Diagnostic(
            code: "damaged",
            message: "\(report.total) findings. Stop writing, keep the file, restore a backup.")
        let envelope = Envelope(
            report.isSound ? .ok : .error, data: json(report),
            diagnostics: report.isSound ? [] : [damage])
        try console.output.writeLine(envelope.json.serialized)
    }

    private func json(_ report: VerificationReport) -> JSONValue {
        // What stopped its reader was not counted.
        let isRead = !report.findings.contains { $0.kind == .unreadable }
        return JSONValue([
            "head": isRead ? .number(report.head.number) : .null,
            "records": isRead ? .integer(Int64(report.records)) : .null,
            "rows": isRead ? .integer(Int64(report.rows)) : .null,
            "total": .integer(Int64(report.total)),
            "findings": .array(
                report.findings.map { finding in
                    JSONValue([
                        "kind": .string(finding.kind.rawValue),
                        "position": finding.position.map { .number($0.number) } ?? .null,
                        "table": .text(finding.table) ?? .null,
                        "key": key(finding) ?? .null,
                        "count": .integer(Int64(finding.count)),
                        "detail": .string(finding.detail),
                    ])
                }),
        ])
    }

    private func key(_ finding: Finding) -> JSONValue? {
        guard let table = finding.table, let key = finding.key else { return nil }
        return ViewRowLine.json(table, key: key, value: nil).key
    }

    private func text(_ report: VerificationReport, _ style: Style) -> String {
        guard !report.isSound else {
            return "Sound: \(report.records) records and \(report.rows) rows of views,"
                + " up to position \(report.head).\n"
        }
        var table = Table(["FINDING", "WHERE", "DETAIL"])
        for finding in report.findings {
            let places = [
                finding.position.map { "position \($0)" }, finding.table.map { "table \($0)" },
                key(finding).map(ExplanationLine.words),
            ]
            let place = places.compactMap { $0 }.joined(separator: ", ")
            table.add([.init(finding.kind.rawValue, .red), .init(place), .init(finding.detail)])
        }
        let rest = report.total - report.findings.count
        return table.text(style) + (rest > 0 ? "... and \(rest) more\n" : "")
            + "Broken: \(report.total) findings"
            + (report.records > 0 ? " in \(report.records) records" : "")
            + ". Stop writing, keep the file, restore a backup.\n"
    }
}
