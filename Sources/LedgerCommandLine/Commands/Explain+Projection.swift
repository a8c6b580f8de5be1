internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// Which rows of a projection are asked about.
struct ProjectionRowOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Explain rows of this projection.", valueName: "name"))
    var projection: String?

    @Option(help: ArgumentHelp("The table of the projection.", valueName: "table"))
    var table: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The key of the row, or the value of one of its parts, as `replay --projection --json`"
                + " shows it.",
            valueName: "key"))
    var key: String?

    func validate() throws {
        guard projection == nil else { return }
        if table != nil || key != nil {
            throw ValidationError("--table and --key go with --projection.")
        }
    }

    /// Whether a row's key is meant: its whole, or a part of it.
    func isMeant(_ key: JSONValue) -> Bool {
        guard let wanted = self.key else { return true }
        if ExplanationLine.words(key) == wanted || key.serialized == wanted { return true }
        guard case .object(let parts) = key else { return false }
        return parts.contains { isMeant($0.value) }
    }
}

extension Explain {
    /// The records that changed rows of a projection.
    func explainRows(
        of projection: some Projection, in ledger: Ledger, on console: Console
    ) throws(CommandFailure) {
        let words = ProjectionRowLine(projection)
        if let table = row.table, !projection.tables.contains(where: { $0.name == table }) {
            let names = projection.tables.map(\.name).joined(separator: ", ")
            throw .usage("\(projection.name) has no table \(table). It has \(names).")
        }
        let end = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in try view.position(of: moment.asOf) }
        }
        console.finishWorkBeforeStopping()
        var meter = RebuildMeter(on: console)
        let changes = try translated { () throws(ProjectionError) in
            try ledger.rowChanges(of: projection, through: end) { table, key in
                (row.table ?? table) == table
                    && row.isMeant(words.json(table, key: key, value: nil).key)
            } progress: { step in
                meter.update(step)
                return !console.interruption.isRequested
            }
        }
        meter.clear()
        guard let changes else { throw .stopped("Stopped before the end. Run it again.") }
        let rows = changes.map { RowStep($0, words) }
        try global.answer(
            console, data: .array(rows.map(\.json)), text: text(rows, projection, console))
    }

    /// A record and what it made of a row.
    private struct RowStep {
        let record: EventRecord
        let key: JSONValue
        let table: String
        let changes: [ExplanationLine.Change]
        let isGone: Bool
        let json: JSONValue

        init(_ change: ProjectionRowChange, _ words: ProjectionRowLine) {
            record = change.record
            table = change.table
            let before = words.json(table, key: change.key, value: change.before)
            let after = words.json(table, key: change.key, value: change.after).value
            key = before.key
            isGone = after == nil
            changes = ExplanationLine.changes(
                from: before.value.map { Self.object($0) }, to: Self.object(after ?? .null))
            guard
                case .object(let members) = ExplanationLine.json(
                    record, changes, answer: after ?? .null)
            else {
                json = .null
                return
            }
            json = .object([.init("table", .string(table)), .init("key", key)] + members)
        }

        /// A value that is no object is one with a single field.
        private static func object(_ value: JSONValue) -> JSONValue {
            if case .object = value { return value }
            return JSONValue(["value": value])
        }
    }

    private func text(
        _ rows: [RowStep], _ projection: some Projection, _ console: Console
    ) -> String {
        guard !rows.isEmpty else { return "No record has made such a row.\n" }
        let words = RecordText(times: global.times(console))
        let columns = RecordText.columns.dropLast()
        var table = Table(columns + ["ROW", "CHANGED"])
        for row in rows {
            let cells = words.cells(row.record).dropLast()
            let name = "\(row.table) \(ExplanationLine.words(row.key))"
            var changes = row.changes.map { Self.text($0) }
            if row.isGone { changes = ["removed"] }
            if changes.isEmpty { changes = ["written again"] }
            for (index, change) in changes.enumerated() {
                let start =
                    index == 0 ? cells + [.init(name)] : (columns + [""]).map { _ in .init("") }
                table.add(start + [.init(change)])
            }
        }
        return table.text(global.style(console))
    }
}
