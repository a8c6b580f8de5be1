internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat

/// Writes one user's records in the order of the log, each with the rows that it changed.
struct UserStream {
    /// How long to wait before looking for new records.
    private static let pause = Duration.milliseconds(200)
    private static let page = 200

    let ledger: Ledger
    let console: Console
    /// Whether programs read it: then it is JSON Lines.
    let isJSON: Bool
    let text: StepText

    /// Writes the records up to a position; without one goes on with new records until stopped.
    func run(
        _ user: UserID, through end: Position?
    ) async throws(CommandFailure) -> ExitStatus {
        var walk = UserWalk(user)
        while true {
            let steps = try next(&walk, through: end)
            for step in steps { try write(step) }
            if console.interruption.isRequested { throw stopped(walk) }
            guard steps.isEmpty else { continue }
            if end != nil { return .fine }
            try console.output.flush()
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func stopped(_ walk: UserWalk) -> CommandFailure {
        .stopped("Stopped after position \(walk.state.version); nothing was changed.")
    }

    private func next(
        _ walk: inout UserWalk, through end: Position?
    ) throws(CommandFailure) -> [UserStep] {
        try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in
                let last = if let end { end } else { try view.head() }
                return try view.steps(of: &walk, limit: Self.page, through: last)
            }
        }
    }

    private func write(_ step: UserStep) throws(CommandFailure) {
        let changes = RowChange.all(step.difference)
        if isJSON {
            let line = JSONValue([
                "record": RecordLine.json(step.record),
                "changes": .array(changes.map { .object($0.members) }),
            ])
            return try console.output.writeLine(line.serialized)
        }
        try console.output.write(text.heading(step.record) + text.changes(changes) + "\n")
    }
}
