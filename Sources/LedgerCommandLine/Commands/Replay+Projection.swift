internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

extension Replay {
    /// Folds a projection up to a moment and lists its rows.
    func listRows(
        of projection: some Projection, in ledger: Ledger, on console: Console
    ) throws(CommandFailure) {
        let end = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in try view.position(of: moment.asOf) }
        }
        console.finishWorkBeforeStopping()
        var meter = RebuildMeter(on: console)
        let words = ProjectionRowLine(projection)
        var failure: CommandFailure?
        let isDone = try translated { () throws(ProjectionError) in
            try ledger.projectRows(of: projection, through: end) { step in
                meter.update(step)
                return !console.interruption.isRequested
            } _: { (table, key, value) throws(ProjectionError) in
                guard failure == nil, !console.interruption.isRequested else { return }
                let row = words.json(table, key: key, value: value)
                do throws(CommandFailure) { try write(table, row, console) } catch {
                    failure = error
                }
            }
        }
        meter.clear()
        if let failure { throw failure }
        guard isDone, !console.interruption.isRequested else {
            throw .stopped("Stopped before the end. Run it again.")
        }
    }

    private func write(
        _ table: String, _ row: (key: JSONValue, value: JSONValue?), _ console: Console
    ) throws(CommandFailure) {
        guard global.json else {
            let value = row.value.map(ExplanationLine.words) ?? "-"
            let line = "\(table)  \(ExplanationLine.words(row.key))  \(value)"
            return try console.output.writeLine(line)
        }
        let line = JSONValue([
            "table": .string(table), "key": row.key, "value": row.value ?? .null,
        ])
        try console.output.writeLine(line.serialized)
    }
}
