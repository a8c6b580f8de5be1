internal import AccountLedger
internal import LedgerAudit
internal import LedgerFormat
internal import LedgerProjections

extension Ledger {
    /// Compares the views with rebuilt ones, tells how far it is, and stops when asked to.
    ///
    /// - Parameter limit: How many differing rows of each table to list.
    func compareViews(
        listing limit: Int, on console: Console
    ) throws(CommandFailure) -> LiveComparison {
        console.finishWorkBeforeStopping()
        var progress = Progress(on: console)
        let finding = try translated { () throws(LedgerError) in try checkpointFinding() }
        let comparison = try translated { () throws(LedgerError) in
            try compareViews(listing: limit) { step in
                progress.update(
                    Progress.share(step.position.number, of: step.target.number, "records replayed")
                )
                return !console.interruption.isRequested
            }
        }
        progress.clear()
        guard let comparison else {
            throw .stopped("Stopped before the end; nothing was changed. Run it again.")
        }
        return LiveComparison(views: comparison, checkpoint: finding)
    }
}

/// How the live views compare with rebuilt ones, and what they say of themselves.
struct LiveComparison {
    let views: ViewComparison
    /// What is wrong with how far the live views say that they are.
    let checkpoint: Finding?

    var isIdentical: Bool { views.isIdentical && checkpoint == nil }

    var diagnostics: [Diagnostic] {
        checkpoint.map { [Diagnostic(code: $0.kind.rawValue, message: words($0))] } ?? []
    }

    /// The last line for people.
    var verdict: String {
        (checkpoint.map { "\($0.kind.rawValue): \(words($0))\n" } ?? "")
            + "\(isIdentical ? "Identical" : "Different") at position \(views.position).\n"
    }

    private func words(_ finding: Finding) -> String {
        "\(finding.detail). Stop writing, keep the file, restore a backup."
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
