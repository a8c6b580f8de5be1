package import LedgerAudit
public import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
package import LedgerProjections
package import LedgerStorage

extension Ledger {
    /// Copies the ledger into a new directory while it is in use.
    ///
    /// The copy is one state of the log; it is durable, and its files have mode 0600, when this returns.
    ///
    /// - Parameter directory: A path at which nothing exists yet, or an empty directory.
    public func backup(to directory: String) throws(LedgerError) {
        do { try environment.copy(to: directory) } catch { throw LedgerError(error) }
    }

    /// Reads the whole ledger and says what is wrong with it; writes nothing into it.
    package func verify(
        scratch: String? = nil, progress: (RebuildProgress) -> Void
    ) throws(LedgerError) -> VerificationReport {
        try translated { () throws(JournalError) in
            try Verification(of: environment).run(in: scratch) { step throws(JournalError) in
                progress(step)
            }
        }
    }

    /// Rebuilds the derived tables from the log in a scratch place and compares them with the live ones.
    package func compareViews(
        scratch: String? = nil, progress: (RebuildProgress) -> Void
    ) throws(LedgerError) -> ViewComparison {
        try translated { () throws(JournalError) in
            try ViewRebuild(of: environment).compare(in: scratch) { step throws(JournalError) in
                progress(step)
            }
        }
    }

    /// Sizes and counts of the files.
    package func statistics() throws(LedgerError) -> EnvironmentStatistics {
        do { return try environment.statistics() } catch { throw LedgerError(error) }
    }

    /// When the ledger was made.
    public var createdAt: Timestamp { header.createdAt }
}
