internal import AccountLedger
internal import ArgumentParser
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat

/// Says which records made an answer.
struct Explain: Subcommand {
    static let configuration = CommandConfiguration(
        "explain", "Say which records made a credential, a selection or a row what it is.",
        "Give --credential, or --user and --toolkit, or --projection. Listed is each record that"
            + " changed the answer, who caused it, and which fields it changed.",
        example: "explain --user 1003 --toolkit gmail")

    @OptionGroup var global: GlobalOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("The user.", valueName: "user"))
    var user: UserID?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Explain this credential.", valueName: "credential"))
    var credential: CredentialID?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Explain which credential this toolkit acts as.", valueName: "toolkit"))
    var toolkit: ToolkitID?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Answer as for a session whose toolkit is pinned to this credential.",
            valueName: "credential"))
    var pin: CredentialID?

    @OptionGroup var row: ProjectionRowOptions
    @OptionGroup var moment: MomentOptions

    func validate() throws {
        if row.projection != nil {
            guard credential == nil, user == nil, toolkit == nil, pin == nil else {
                throw ValidationError(
                    "--projection goes with --table, --key and --as-of only.")
            }
            return
        }
        switch (credential, user, toolkit) {
        case (.some, _, nil) where pin == nil: break
        case (nil, .some, .some): break
        default:
            throw ValidationError("Give --credential, or --user and --toolkit, or --projection.")
        }
        try checkForm("--user", user)
        try checkForm("--credential", credential)
        try checkForm("--toolkit", toolkit)
        try checkForm("--pin", pin)
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        if let projection = row.projection {
            try explainRows(of: try console.projection(projection), in: ledger, on: console)
            return .fine
        }
        let answer = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) -> Result<[Row], Refusal> in
                try rows(view)
            }
        }
        let found: [Row]
        do { found = try answer.get() } catch { throw CommandFailure(error) }
        try global.answer(
            console, data: .array(found.map(\.json)), text: text(found, console))
        return .fine
    }

    /// A record and what it changed.
    private struct Row {
        let record: EventRecord
        let changes: [ExplanationLine.Change]
        let isFirst: Bool
        let json: JSONValue

        init<Answer>(_ step: Explanation<Answer>.Step, _ line: (Answer) -> JSONValue) {
            record = step.record
            let after = line(step.after)
            changes = ExplanationLine.changes(from: step.before.map(line), to: after)
            isFirst = step.before == nil
            json = ExplanationLine.json(step.record, changes, answer: after)
        }
    }

    private func rows(_ view: borrowing LedgerView) throws(LedgerError) -> Result<[Row], Refusal> {
        if let credential {
            guard let owner = try view.owner(of: credential), owner == user ?? owner else {
                return .failure(.unknownCredential)
            }
            let explanation = try view.explanation(of: credential, owner, asOf: moment.asOf)
            if explanation.steps.isEmpty { return .failure(.unknownCredential) }
            return .success(explanation.steps.map { Row($0, CredentialLine.json) })
        }
        guard let user, let toolkit else { return .success([]) }
        let pins = pin.map { [toolkit: $0] } ?? [:]
        let explanation = try view.explanation(
            of: user, toolkit: toolkit, pins: pins, asOf: moment.asOf)
        return .success(explanation.steps.map { Row($0, SelectionLine.json) })
    }

    private func text(_ rows: [Row], _ console: Console) -> String {
        guard !rows.isEmpty else { return "Nothing has made an answer yet: no accounts.\n" }
        let words = RecordText(times: global.times(console))
        let columns = RecordText.columns.dropLast()
        var table = Table(columns + ["CHANGED"])
        for row in rows {
            let cells = words.cells(row.record)
            var changes = row.changes.map { Table.Cell(Self.text($0)) }
            // What a first record makes is told by what it says.
            if row.isFirst, credential != nil { changes = [cells[columns.count]] }
            if changes.isEmpty { changes = [.init("its version only")] }
            table.add(cells.dropLast() + changes.prefix(1))
            for change in changes.dropFirst() {
                table.add(columns.map { _ in .init("") } + [change])
            }
        }
        return table.text(global.style(console))
    }

    static func text(_ change: ExplanationLine.Change) -> String {
        "\(change.field): \(ExplanationLine.words(change.from))"
            + " -> \(ExplanationLine.words(change.to))"
    }
}
