package import LedgerAudit
public import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
package import LedgerProjections
package import LedgerStorage

extension Ledger {
    /// Reads the whole ledger and says what is wrong with it; writes nothing into it.
    ///
    /// - Parameters:
    ///   - scratch: The directory for the rebuilt tables; the system's temporary one where left
    ///     out.
    ///   - progress: Is told how far the work is; answers whether it goes on.
    /// - Returns: The report, none where `progress` ended the work.
    package func verify(
        scratch: String? = nil, progress: (VerificationProgress) -> Bool
    ) throws(LedgerError) -> VerificationReport? {
        try requireViewsOfThisVersion()
        return try unlessAbandoned { () throws(JournalError) in
            try Verification(of: environment).run(in: scratch) { (step) throws(JournalError) in
                guard progress(step) else { throw JournalError(.abandoned) }
            }
        }
    }

    /// Rebuilds the derived tables from the log in a scratch place and compares them with the live
    /// ones.
    ///
    /// - Parameters:
    ///   - scratch: The directory for the rebuilt tables; the system's temporary one where left
    ///     out.
    ///   - limit: How many differing rows of each table to list.
    ///   - progress: Is told how far the work is; answers whether it goes on.
    /// - Returns: The comparison, none where `progress` ended the work.
    package func compareViews(
        scratch: String? = nil, listing limit: Int = 0, progress: (RebuildProgress) -> Bool
    ) throws(LedgerError) -> ViewComparison? {
        try requireViewsOfThisVersion()
        return try unlessAbandoned { () throws(JournalError) in
            let rebuild = try ViewRebuild(of: environment)
            return try rebuild.compare(in: scratch, listing: limit) { (step) throws(JournalError) in
                guard progress(step) else { throw JournalError(.abandoned) }
            }
        }
    }

    /// What is wrong with how far the views say that they are; none where it is the head.
    package func checkpointFinding() throws(LedgerError) -> Finding? {
        try translated { () throws(JournalError) in
            try Verification(of: environment).checkpointFinding()
        }
    }

    /// Rows of another version cannot be told from damaged ones.
    func requireViewsOfThisVersion() throws(LedgerError) {
        let checkpoint = try? environment.read { (snapshot) throws(JournalError) in
            try meta.checkpoint(in: snapshot)
        }
        // One that cannot be read is a finding.
        if let checkpoint, !checkpoint.isOfThisVersion { throw Self.otherViews(path) }
    }

    /// Runs a body that says how far it is; none where that ended it.
    func unlessAbandoned<R>(
        _ body: () throws(JournalError) -> R
    ) throws(LedgerError) -> R? {
        do {
            return try body()
        } catch {
            if case .abandoned = error.code { return nil }
            throw LedgerError(error)
        }
    }

    /// Sizes and counts of the files.
    package func statistics() throws(LedgerError) -> EnvironmentStatistics {
        do { return try environment.statistics() } catch { throw LedgerError(error) }
    }

    /// When the ledger was made.
    public var createdAt: Timestamp { header.createdAt }
}
