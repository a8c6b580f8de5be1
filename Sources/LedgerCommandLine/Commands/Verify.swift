internal import AccountLedger
internal import ArgumentParser
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// Checks the whole ledger.
struct Verify: Subcommand {
    static let configuration = CommandConfiguration(
        "verify", "Read the whole log, rebuild every view from it, and say what is wrong.",
        "Nothing is written into the ledger. Exit code 3 where something is wrong.",
        example: "verify")

    @OptionGroup var global: GlobalOptions

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        guard let program = console.checkingProgram else { return try check(on: console) }
        let flags = (global.json ? ["--json"] : []) + (global.noColor ? ["--no-color"] : [])
        let child = CheckProcess(
            program, ["--ledger", try global.path(console)] + flags + ["verify"], console)
        guard let (ending, noise) = child.run(console) else {
            return try check(on: console)
        }
        // What LMDB had to say belongs below the answer.
        let lines = noise.split(whereSeparator: \.isNewline)
        defer { for line in lines { console.tell(String(line)) } }
        let status = try answer(ending, console)
        try console.output.flush()
        return status
    }

    /// Passes on the answer of a process that checked the ledger, or says what became of it.
    private func answer(
        _ ending: CheckProcess.Ending, _ console: Console
    ) throws(CommandFailure) -> ExitStatus {
        switch ending {
        case .exited(let status, let answer):
            try console.output.write(answer)
            return status
        case .stopped(let signal):
            if console.isErrorTerminal { console.tell("") }
            if let name = CheckProcess.nameOfDamage(signal) {
                try self.answer(.stopped(by: name), console)
                return .broken
            }
            guard CheckProcess.isWish(signal) else {
                throw CommandFailure(
                    .unusable, code: "checkEnded",
                    "Signal \(signal) ended the check, and not for what is in the file. Look for"
                        + " what sent it, such as a lack of memory, and run it again.")
            }
            throw .stopped("Stopped before the end; nothing was changed. Run it again.")
        }
    }

    private func check(on console: Console) throws(CommandFailure) -> ExitStatus {
        let ledger = try global.openForInspection(console)
        defer { ledger.close() }
        console.finishWorkBeforeStopping()
        var progress = Progress(on: console)
        let report = try translated { () throws(LedgerError) in
            try ledger.verify { step in
                progress.update(Self.words(step))
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

    private static func words(_ step: VerificationProgress) -> String {
        switch step {
        case .records(let step):
            Progress.share(step.position.number, of: step.target.number, "records read")
        case .views(let step):
            Progress.share(step.position.number, of: step.target.number, "records replayed")
        }
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
                        "count": .integer(Int64(finding.count)),
                        "detail": .string(finding.detail),
                    ])
                }),
        ])
    }

    private func text(_ report: VerificationReport, _ style: Style) -> String {
        guard !report.isSound else {
            return "Sound: \(report.records) records and \(report.rows) rows of views,"
                + " up to position \(report.head).\n"
        }
        var table = Table(["FINDING", "WHERE", "DETAIL"])
        for finding in report.findings {
            let place =
                finding.position.map { "position \($0)" }
                ?? finding.table.map { "table \($0)" }
            table.add([.init(finding.kind.rawValue, .red), .init(place), .init(finding.detail)])
        }
        let rest = report.total - report.findings.count
        return table.text(style) + (rest > 0 ? "... and \(rest) more\n" : "")
            + "Broken: \(report.total) findings"
            + (report.records > 0 ? " in \(report.records) records" : "")
            + ". Stop writing, keep the file, restore a backup.\n"
    }
}
