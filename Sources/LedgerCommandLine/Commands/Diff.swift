internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// Compares the live views with those that the log implies, field by field.
struct Diff: Subcommand {
    static let configuration = CommandConfiguration(
        "diff", "Compare the live views with those that the log implies, row by row.",
        "Every view is rebuilt in a scratch place, up to the position of the live ones. Exit code 0"
            + " where they are identical, 1 where they differ, 3 where the log cannot be read.",
        example: "diff --limit 5")

    @OptionGroup var global: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "How many differing rows of each table to list, from 0 to 1000000.", valueName: "rows"))
    var limit = 20

    func validate() throws {
        guard 0...1_000_000 ~= limit else {
            throw ValidationError("The value of --limit is not 0 to 1000000.")
        }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.openForInspection(console)
        defer { ledger.close() }
        let comparison = try ledger.compareViews(listing: limit, on: console)
        try answer(comparison, console)
        return comparison.isIdentical ? .fine : .found
    }

    /// A differing row, ready to be told.
    private struct Row {
        let kind: String
        let key: JSONValue
        let live: JSONValue?
        let rebuilt: JSONValue?
        let changes: [ExplanationLine.Change]
        /// What is known of how it came to be.
        let cause: String?

        init(_ row: TableDifference.Row, of table: String) {
            let live = ViewRowLine.json(table, key: row.key, value: row.live)
            self.live = live.value
            key = live.key
            rebuilt = ViewRowLine.json(table, key: row.key, value: row.rebuilt).value
            kind = row.live == nil ? "onlyRebuilt" : row.rebuilt == nil ? "onlyLive" : "different"
            let isReadable =
                row.live.map { ViewRowLine.isReadable(table, key: row.key, value: $0) } ?? true
            cause = isReadable ? nil : "damagedRow"
            if let live = live.value, let rebuilt, isReadable {
                changes = ExplanationLine.changes(from: live, to: rebuilt)
            } else {
                changes = []
            }
        }
    }

    private func answer(
        _ comparison: LiveComparison, _ console: Console
    ) throws(CommandFailure) {
        guard global.json else {
            return try console.output.write(text(comparison, global.style(console)))
        }
        let envelope = Envelope(
            comparison.isIdentical ? .ok : .found,
            data: .array(comparison.views.tables.map(json)), diagnostics: comparison.diagnostics)
        try console.output.writeLine(envelope.json.serialized)
    }

    private func json(_ table: TableDifference) -> JSONValue {
        .object(
            [.init("table", .string(table.name))] + table.countMembers + [
                .init("liveDigest", .text(table.liveDigest?.lowercaseHexadecimal) ?? .null),
                .init("rebuiltDigest", .text(table.rebuiltDigest?.lowercaseHexadecimal) ?? .null),
                .init("differences", .array(table.listed.map { json(Row($0, of: table.name)) })),
            ])
    }

    private func json(_ row: Row) -> JSONValue {
        JSONValue([
            "kind": .string(row.kind), "key": row.key, "live": row.live ?? .null,
            "rebuilt": row.rebuilt ?? .null, "cause": .text(row.cause),
        ])
    }

    private func text(_ comparison: LiveComparison, _ style: Style) -> String {
        let tables = comparison.views.tables
        guard !comparison.isIdentical else {
            let rows = tables.reduce(0) { $0 + $1.rows }
            return "Identical: \(rows) rows at position \(comparison.views.position).\n"
        }
        let differing = tables.filter { !$0.isIdentical }
        var table = Table(["TABLE", "ROW", "FIELD", "LIVE", "REBUILT"])
        for difference in differing {
            for row in difference.listed.map({ Row($0, of: difference.name) }) {
                for cells in lines(row) {
                    table.add([.init(difference.name, .red)] + cells)
                }
            }
        }
        let rows = differing.isEmpty ? "" : table.text(style)
        return rows + differing.map(counts).joined() + comparison.verdict
    }

    private func lines(_ row: Row) -> [[Table.Cell]] {
        let key = Table.Cell(ExplanationLine.words(row.key))
        guard row.changes.isEmpty else {
            return row.changes.map { change in
                [
                    key, .init(change.field), .init(ExplanationLine.words(change.from)),
                    .init(ExplanationLine.words(change.to)),
                ]
            }
        }
        let (live, rebuilt) = (
            row.live.map(ExplanationLine.words), row.rebuilt.map(ExplanationLine.words)
        )
        return [[key, .init(row.cause ?? "the whole row"), .init(live), .init(rebuilt)]]
    }

    private func counts(_ table: TableDifference) -> String {
        let listed = table.listed.count
        let all = table.differing
        return "\(table.name): \(table.onlyLive) only live, \(table.onlyRebuilt) only rebuilt,"
            + " \(table.different) different"
            + (listed < all ? "; \(listed) of \(all) listed" : "") + "\n"
    }
}
