package import LedgerAudit
internal import LedgerDomain
internal import LedgerStorage

extension Ledger {
    /// Copies the ledger into a new directory while it is in use, and reads the copy back.
    ///
    /// The copy is one state of the log; it is durable, and its files have mode 0600, when this
    /// returns. Projections and reactors beside the ledger are not copied.
    ///
    /// - Parameters:
    ///   - directory: A path at which nothing exists yet, or an empty directory; not within the
    ///     ledger's own.
    ///   - verification: How much of the copy is read back.
    /// - Returns: What the copy holds.
    /// - Throws: `damaged` where the copy is not sound; it stays, for comparison.
    @discardableResult
    public func backup(
        to directory: String, verification: CopyVerification = .records
    ) throws(LedgerError) -> BackupReceipt {
        let receipt = try backup(
            to: directory, compacting: false, verification: verification
        ) { _ in true }
        guard let receipt else { throw Self.unread(directory) }
        return receipt
    }

    /// Copies the ledger, without its free pages where that is wanted.
    ///
    /// - Parameters:
    ///   - directory: A path at which nothing exists yet, or an empty directory.
    ///   - compacting: Whether to leave free pages out.
    ///   - verification: How much of the copy is read back.
    ///   - progress: Is told how far the reading back is; answers whether it goes on.
    /// - Returns: What the copy holds; none where `progress` ended the work, and it was not read.
    package func backup(
        to directory: String, compacting: Bool, verification: CopyVerification,
        progress: (VerificationProgress) -> Bool
    ) throws(LedgerError) -> BackupReceipt? {
        do { try environment.copy(to: directory, compact: compacting) } catch {
            throw LedgerError(error)
        }
        return try CopyCheck(path: directory, verification: verification).run(progress: progress)
    }

    static func unread(_ directory: String) -> LedgerError {
        LedgerError(.other, subject: directory, "\(directory) was not read to its end.")
    }
}
