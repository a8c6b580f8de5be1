internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// Rebuilds the views beside the live ones and compares.
struct Rebuild: Subcommand {
    static let configuration = CommandConfiguration(
        "rebuild", "Rebuild every view from the log in a scratch place and compare, row by row.",
        "Exit code 0 where rebuilt and live are identical, 1 where they differ.",
        example: "rebuild --dry-run")

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Compare only; what this version can do.")
    var dryRun = false

    func validate() throws {
        guard dryRun else {
            throw ValidationError(
                "This version only compares and puts nothing in place: give --dry-run.")
        }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.openForInspection(console)
        defer { ledger.close() }
        let comparison = try ledger.compareViews(listing: 0, on: console)
        try answer(comparison, console)
        return comparison.isIdentical ? .fine : .found
    }

    private func answer(
        _ comparison: LiveComparison, _ console: Console
    ) throws(CommandFailure) {
        guard global.json else {
            return try console.output.write(text(comparison, global.style(console)))
        }
        let differing = comparison.views.tables.filter { !$0.isIdentical }.map { table in
            Diagnostic(
                code: "different",
                message: "The table \(table.name) is not what the log implies.")
        }
        let envelope = Envelope(
            comparison.isIdentical ? .ok : .found, data: .array(comparison.views.tables.map(json)),
            diagnostics: comparison.diagnostics + differing)
        try console.output.writeLine(envelope.json.serialized)
    }

    private func json(_ table: TableDifference) -> JSONValue {
        .object([.init("table", .string(table.name))] + table.countMembers)
    }

    private func text(_ comparison: LiveComparison, _ style: Style) -> String {
        var table = Table(["TABLE", "ROWS", "ONLY LIVE", "ONLY REBUILT", "DIFFERENT"])
        for row in comparison.views.tables {
            let mark: Style.Mark = row.isIdentical ? .plain : .red
            let counts = [row.rows, row.onlyLive, row.onlyRebuilt, row.different]
            table.add([.init(row.name, mark)] + counts.map { .init(String($0), mark) })
        }
        return table.text(style) + comparison.verdict
    }
}
