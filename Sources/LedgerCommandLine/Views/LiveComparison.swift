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
    /// What is wrong with how far the live views say that they are.
    let checkpoint: Finding?

    var isIdentical: Bool { tables.allSatisfy(\.isIdentical) && checkpoint == nil }

    var diagnostics: [Diagnostic] {
        checkpoint.map { [Diagnostic(code: $0.kind.rawValue, message: words($0))] } ?? []
    }

    /// The last line for people.
    var verdict: String {
        (checkpoint.map { "\($0.kind.rawValue): \(words($0))\n" } ?? "")
            + "\(target.lead)\(isIdentical ? "Identical" : "Different") at position \(position).\n"
    }

    private func words(_ finding: Finding) -> String {
        "\(finding.detail). Stop writing, keep the file; then restore a backup, or rebuild."
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
        return comparison.map {
            LiveComparison(
                target: .builtIn, position: $0.position, tables: $0.tables, checkpoint: finding)
        }
    }

    private func compare(
        _ projection: some Projection, listing limit: Int, _ console: Console,
        _ meter: inout RebuildMeter
    ) throws(CommandFailure) -> LiveComparison? {
        let comparison = try translated { () throws(ProjectionError) in
            let rows = try open(projection)
            defer { rows.close() }
            return try rows.comparison(listing: limit) { step in
                meter.update(step)
                return !console.interruption.isRequested
            }
        }
        return comparison.map {
            LiveComparison(
                target: .projection(projection), position: $0.position, tables: $0.tables,
                checkpoint: nil)
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
    do { return try body() } catch {
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
            default: (.unusable, "projection")
            }
        throw CommandFailure(status, code: code, error.message)
    }
}
