internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// How live rows compare with rebuilt ones, and what they say of themselves.
struct LiveComparison {
    let target: ViewTarget
    /// The last position that they were compared at.
    let position: Position
    let tables: [TableDifference]
    /// What is wrong with how far the live rows say that they are, or with the rows as a whole.
    let problem: Diagnostic?

    var isIdentical: Bool { tables.allSatisfy(\.isIdentical) && problem == nil }

    /// The last line for people.
    var verdict: String {
        (problem.map { "\(target.lead)\($0.code): \($0.message)\n" } ?? "")
            + "\(target.lead)\(isIdentical ? "Identical" : "Different") at position \(position).\n"
    }
}

extension Ledger {
    /// Compares views with rebuilt ones, tells how far it is, and stops when asked to.
    ///
    /// - Parameter limit: How many differing rows of each table to list.
    func compare(
        _ targets: [ViewTarget], listing limit: Int, on console: Console
    ) throws(CommandFailure) -> [LiveComparison] {
        console.finishWorkBeforeStopping()
        var comparisons: [LiveComparison] = []
        for target in targets {
            var meter = RebuildMeter(on: console)
            let comparison =
                switch target {
                case .builtIn: try compareViews(listing: limit, console, &meter)
                case .projection(let projection):
                    try compare(projection, listing: limit, console, &meter)
                }
            meter.clear()
            guard let comparison else {
                throw .stopped("Stopped before the end; nothing was changed. Run it again.")
            }
            comparisons.append(comparison)
        }
        return comparisons
    }

    private func compareViews(
        listing limit: Int, _ console: Console, _ meter: inout RebuildMeter
    ) throws(CommandFailure) -> LiveComparison? {
        let finding = try translated { () throws(LedgerError) in try checkpointFinding() }
        let comparison = try translated { () throws(LedgerError) in
            try compareViews(listing: limit) { step in
                meter.update(step)
                return !console.interruption.isRequested
            }
        }
        let problem = finding.map { finding in
            Diagnostic(
                code: finding.kind.rawValue,
                message: "\(finding.detail). Stop writing, keep the file; then restore a backup, or"
                    + " rebuild.")
        }
        return comparison.map {
            LiveComparison(
                target: .builtIn, position: $0.position, tables: $0.tables, problem: problem)
        }
    }

    private func compare(
        _ projection: some Projection, listing limit: Int, _ console: Console,
        _ meter: inout RebuildMeter
    ) throws(CommandFailure) -> LiveComparison? {
        do throws(ProjectionError) {
            let rows = try open(projection)
            defer { rows.close() }
            let comparison = try rows.comparison(listing: limit) { step in
                meter.update(step)
                return !console.interruption.isRequested
            }
            return comparison.map {
                LiveComparison(
                    target: .projection(projection), position: $0.position, tables: $0.tables,
                    problem: nil)
            }
        } catch {
            // That the rows as a whole are not of this log is what was asked; the rest goes on.
            guard error.tellsOfRows else { throw CommandFailure(error) }
            return LiveComparison(
                target: .projection(projection), position: error.position ?? .start, tables: [],
                problem: CommandFailure(error).diagnostic)
        }
    }
}

extension TableDifference {
    /// How many rows differ in which way, for programs.
    var countMembers: [JSONValue.Member] {
        [
            ("rows", rows), ("onlyLive", onlyLive), ("onlyRebuilt", onlyRebuilt),
            ("different", different),
        ].map { JSONValue.Member($0.0, .integer(Int64($0.1))) }
    }
}

/// Runs a body of a projection and translates its failure.
func translated<R>(_ body: () throws(ProjectionError) -> R) throws(CommandFailure) -> R {
    do { return try body() } catch { throw CommandFailure(error) }
}

extension ProjectionError {
    /// Whether the rows, and not the log or the machine, are what is wrong.
    var tellsOfRows: Bool {
        switch code {
        case .otherLedger, .notOfLog, .damagedRow: true
        default: false
        }
    }
}

extension CommandFailure {
    init(_ error: ProjectionError) {
        let (status, code): (ExitStatus, String) =
            switch error.code {
            case .undecodable: (.broken, "undecodable")
            case .applyFailed: (.broken, "applyFailed")
            case .unknownEvent: (.unusable, "unknownEvent")
            case .invalidDefinition: (.unusable, "invalidDefinition")
            case .otherLedger: (.unusable, "otherLedger")
            case .notOfLog: (.unusable, "notOfLog")
            case .rebuildRunning: (.unusable, "rebuildRunning")
            case .damagedRow: (.unusable, "damagedRow")
            case .timedOut: (.unusable, "timedOut")
            default: (.unusable, "projection")
            }
        self.init(status, code: code, error.message)
    }
}
