internal import AccountLedger
internal import LedgerFormat
internal import LedgerProjections

extension Ledger {
    /// Compares the views with rebuilt ones, tells how far it is, and stops when asked to.
    ///
    /// - Parameter limit: How many differing rows of each table to list.
    func compareViews(
        listing limit: Int, on console: Console
    ) throws(CommandFailure) -> ViewComparison {
        console.finishWorkBeforeStopping()
        var progress = Progress(on: console)
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
        return comparison
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
