internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// Compares the live views with those that the log implies, field by field.
struct Diff: Subcommand {
    static let configuration = CommandConfiguration(
        "diff", "Compare the live views with those that the log implies, row by row.",
        "Views are rebuilt in a scratch place, up to the position of the live ones. Exit code 0"
            + " where they are identical, 1 where they differ, 3 where the log cannot be read.",
        example: "diff --limit 5")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var views: ViewOptions

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
        let targets = try views.targets(in: ledger, console)
        let comparisons = try ledger.compare(targets, listing: limit, on: console)
        try answer(comparisons, console)
        return comparisons.allSatisfy(\.isIdentical) ? .fine : .found
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

        init(_ row: TableDifference.Row, of table: String, in target: ViewTarget) {
            let live = target.json(table, key: row.key, value: row.live)
            self.live = live.value
            key = live.key
            rebuilt = target.json(table, key: row.key, value: row.rebuilt).value
            kind = row.live == nil ? "onlyRebuilt" : row.rebuilt == nil ? "onlyLive" : "different"
            let isReadable =
                row.live.map { target.isReadable(table, key: row.key, value: $0) } ?? true
            cause = isReadable ? Self.cause(live.value, rebuilt) : "damagedRow"
            if let live = live.value, let rebuilt, isReadable {
                changes = ExplanationLine.changes(from: live, to: rebuilt)
            } else {
                changes = []
            }
        }

        /// A credential's version is the position of its last record: a live row with a lower one
        /// has not taken in what the rebuilt one has.
        private static func cause(_ live: JSONValue?, _ rebuilt: JSONValue?) -> String? {
            guard let old = live.flatMap(version), let new = rebuilt.flatMap(version), old < new
            else { return nil }
            return "skippedRecord"
        }

        private static func version(_ row: JSONValue) -> Int64? {
            guard case .object(let members) = row,
                case .integer(let version) = members.first(where: { $0.name == "version" })?.value
            else { return nil }
            return version
        }
    }

    private func answer(
        _ comparisons: [LiveComparison], _ console: Console
    ) throws(CommandFailure) {
        guard global.json else {
            return try console.output.write(text(comparisons, global.style(console)))
        }
        let envelope = Envelope(
            comparisons.allSatisfy(\.isIdentical) ? .ok : .found,
            data: .array(
                comparisons.flatMap { view in view.tables.map { json($0, of: view.target) } }),
            diagnostics: comparisons.compactMap(\.problem))
        try console.output.writeLine(envelope.json.serialized)
    }

    private func json(_ table: TableDifference, of target: ViewTarget) -> JSONValue {
        .object(
            [.init("table", .string(target.name(of: table.name)))] + table.countMembers + [
                .init("liveDigest", .text(table.liveDigest?.lowercaseHexadecimal) ?? .null),
                .init("rebuiltDigest", .text(table.rebuiltDigest?.lowercaseHexadecimal) ?? .null),
                .init(
                    "differences",
                    .array(table.listed.map { json(Row($0, of: table.name, in: target)) })),
            ])
    }

    private func json(_ row: Row) -> JSONValue {
        JSONValue([
            "kind": .string(row.kind), "key": row.key, "live": row.live ?? .null,
            "rebuilt": row.rebuilt ?? .null, "cause": .text(row.cause),
        ])
    }

    private func text(_ comparisons: [LiveComparison], _ style: Style) -> String {
        var table = Table(["TABLE", "ROW", "FIELD", "LIVE", "REBUILT"])
        var (hasRows, verdicts) = (false, "")
        for comparison in comparisons {
            verdicts += verdict(comparison)
            for difference in comparison.tables where !difference.isIdentical {
                hasRows = true
                let name = comparison.target.name(of: difference.name)
                for row in difference.listed {
                    for cells in lines(Row(row, of: difference.name, in: comparison.target)) {
                        table.add([.init(name, .red)] + cells)
                    }
                }
            }
        }
        return (hasRows ? table.text(style) : "") + verdicts
    }

    private func verdict(_ comparison: LiveComparison) -> String {
        guard !comparison.isIdentical else {
            let rows = comparison.tables.reduce(0) { $0 + $1.rows }
            return comparison.target.lead
                + "Identical: \(rows) rows at position \(comparison.position).\n"
        }
        let differing = comparison.tables.filter { !$0.isIdentical }
        return differing.map { counts($0, of: comparison.target) }.joined() + comparison.verdict
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

    private func counts(_ table: TableDifference, of target: ViewTarget) -> String {
        let listed = table.listed.count
        let all = table.differing
        return
            "\(target.name(of: table.name)): \(table.onlyLive) only live,"
            + " \(table.onlyRebuilt) only rebuilt,"
            + " \(table.different) different"
            + (listed < all ? "; \(listed) of \(all) listed" : "") + "\n"
    }
}
