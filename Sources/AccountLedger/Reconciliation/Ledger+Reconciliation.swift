public import LedgerDomain

extension Ledger {
    /// Compares what a platform lists with what the ledger knows; changes nothing.
    ///
    /// What the ledger has learnt since the listing was asked for is told as `newerHere` and left
    /// alone. Only a complete listing can say that a grant is gone. It takes a lookup for each
    /// listed grant, and a complete listing one for each user; reads are short, and memory is
    /// taken for the listing and for what differs, not for the ledger.
    ///
    /// - Parameters:
    ///   - listing: What the platform lists.
    ///   - countsWithoutPlatform: Whether credentials that no platform is known of, as after an
    ///     import that did not name one, belong to this one and may be missing in the listing.
    /// - Throws: `futureListing` where the listing is dated after the clock of this machine; a
    ///   simulated clock is asked by `apply`.
    public func reconcile(
        _ listing: GrantListing,
        countingCredentialsWithoutPlatform countsWithoutPlatform: Bool = false
    ) throws(LedgerError) -> ReconciliationReport {
        try checkTaken(listing.takenAt)
        var work = Reconciliation(listing, countsWithoutPlatform: countsWithoutPlatform)
        while try work.step(self) {}
        return work.report
    }

    /// Carries out the commands of a report's findings, of the kinds that are chosen.
    ///
    /// Each is an ordinary command: decided by the rules, recorded, and refused as
    /// `versionConflict` where its user has changed since the report. Applying a report again
    /// changes nothing, and finishes what was begun. When this throws, what was carried out before
    /// stays.
    ///
    /// - Parameters:
    ///   - report: What was found.
    ///   - kinds: What to mend; findings that no command mends are passed over.
    ///   - revokesAlthoughSuspicious: Whether to revoke although the report has a `suspicion`;
    ///     look at the platform first.
    ///   - context: Who asks, and what the records belong to; the platform where left out.
    ///   - time: The ledger's time, for a ledger with a simulated clock; none for others.
    /// - Throws: Before anything is done `suspiciousListing` where revocations are among it, and
    ///   `futureListing` where the listing is dated after the ledger's time.
    /// - Returns: What became of each finding, in the order of the report.
    @discardableResult
    public func apply(
        _ report: ReconciliationReport, mending kinds: Set<ReconciliationFinding.Kind>,
        revokingAlthoughTheListingIsSuspicious revokesAlthoughSuspicious: Bool = false,
        context: CommandContext? = nil, at time: Timestamp? = nil
    ) async throws(LedgerError) -> [MendedFinding] {
        try checkTaken(report.takenAt, at: time)
        let findings = report.mendable(kinds)
        if !revokesAlthoughSuspicious, let suspicion = report.suspicion,
            findings.contains(where: \.isRevocation)
        {
            throw LedgerError(.suspiciousListing, subject: report.platform.text, suspicion.message)
        }
        var run = MendingRun(report, findings, context: context)
        while let commands = run.next(upTo: min(256, maximumCommandsPerCommit)) {
            let times = time.map { Array(repeating: $0, count: commands.count) }
            run.take(try await execute(commands, at: times))
        }
        return run.mended
    }

    /// Refuses a listing that is dated after the ledger's time: what comes until then would count
    /// as known to it, and be undone.
    ///
    /// - Parameters:
    ///   - takenAt: When the listing was asked for.
    ///   - time: The time, for a ledger with a simulated clock; without it such a ledger does not
    ///     know the time.
    package func checkTaken(
        _ takenAt: Timestamp, at time: Timestamp? = nil
    ) throws(LedgerError) {
        guard let now = usesSimulatedClock ? time : CommandExecutor.systemClock(), takenAt > now
        else { return }
        throw LedgerError(
            .futureListing, subject: path,
            "The listing is dated \(takenAt), and it is \(now). Give the time before the first"
                + " page was asked for, by this machine's clock. Nothing was done.")
    }
}

/// What became of a finding that was to be mended.
public struct MendedFinding: Hashable, Sendable {
    /// The finding.
    public let finding: ReconciliationFinding
    /// The outcome of its command.
    public let outcome: Outcome
}

extension ReconciliationFinding {
    /// Whether its mend withdraws a grant for good.
    fileprivate var isRevocation: Bool {
        if case .revoke = mend { true } else { false }
    }
}

extension ListingSuspicion {
    fileprivate var message: String {
        let numbers =
            switch self {
            case .empty(let known): "It is empty, and \(known) live credentials are known"
            case .farFewer(let known, let withdrawn):
                "\(withdrawn) of \(known) known grants would be withdrawn"
            }
        return "The listing is called complete, and cannot be believed without another look."
            + " \(numbers). Nothing was done. Look at the platform, then list again or confirm it."
    }
}
