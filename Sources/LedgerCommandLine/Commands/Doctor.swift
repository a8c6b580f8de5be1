internal import AccountLedger
internal import ArgumentParser
internal import LedgerFormat

/// Says what is wrong around a ledger.
struct Doctor: IsolatedSubcommand {
    static let configuration = CommandConfiguration(
        "doctor", "Say what is wrong around the ledger, also where it cannot be opened.",
        "Nothing is made or written. Exit code 1 where something has to be done.",
        example: "doctor --reserve 1000000000")

    @OptionGroup var global: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "How many bytes of the disk the application leaves free.", valueName: "bytes"))
    var reserve = 0

    func validate() throws {
        guard reserve >= 0 else { throw ValidationError("The value of --reserve is negative.") }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        try answer(try diagnose(console, opening: true), console)
    }

    func answer(
        stoppedBy signal: String, on console: Console
    ) throws(CommandFailure) -> ExitStatus {
        var diagnosis = try diagnose(console, opening: false)
        diagnosis.noteEnd(by: signal)
        return try answer(diagnosis, console)
    }

    private func diagnose(
        _ console: Console, opening: Bool
    ) throws(CommandFailure) -> Diagnosis {
        let path = try global.path(console)
        return try translated { () throws(LedgerError) in
            try Ledger.diagnose(path, reserve: reserve, opening: opening)
        }
    }

    private func answer(
        _ diagnosis: Diagnosis, _ console: Console
    ) throws(CommandFailure) -> ExitStatus {
        if global.json {
            let envelope = Envelope(
                diagnosis.hasProblem ? .found : .ok, data: .array(diagnosis.all.map(json)))
            try console.output.writeLine(envelope.json.serialized)
        } else {
            try console.output.write(text(diagnosis, global.style(console)))
        }
        return diagnosis.hasProblem ? .found : .fine
    }

    private func json(_ check: Diagnosis.Check) -> JSONValue {
        JSONValue([
            "check": .string(check.subject.rawValue), "status": .string(check.status.rawValue),
            "found": .string(check.found), "advice": .text(check.advice) ?? .null,
        ])
    }

    private func text(_ diagnosis: Diagnosis, _ style: Style) -> String {
        var table = Table(["CHECK", "STATUS", "FOUND"])
        for check in diagnosis.all {
            let mark: Style.Mark = check.status == .problem ? .red : .plain
            table.add([
                .init(check.subject.rawValue, mark), .init(check.status.rawValue, mark),
                .init(check.found),
            ])
        }
        let advice = diagnosis.all.compactMap { check in
            check.advice.map { "\(check.subject.rawValue): \($0)\n" }
        }
        return table.text(style) + (advice.isEmpty ? "" : "\n" + advice.joined())
    }
}
