package import LedgerAudit
internal import LedgerDomain
internal import LedgerJournal
internal import LedgerStorage

extension Ledger {
    /// Puts a backup in the place of a ledger that was lost; never over one that is there.
    ///
    /// The copy is made beside its place, read back, and gets its name when it is sound and
    /// durable: whatever ends the work leaves nothing under that name. It is the same ledger, with
    /// the same id: whoever goes on writing into both has two logs of one name.
    ///
    /// - Parameters:
    ///   - backup: The directory of the backup. Nobody has it open; it stays as it is.
    ///   - directory: A path at which nothing exists yet, or an empty directory.
    ///   - verification: How much of the copy is read back.
    /// - Returns: What was restored.
    /// - Throws: `damaged` where the backup is not sound, `pathProblem` where something is in the
    ///   place, `heldExclusively` where the backup is in use.
    @discardableResult
    public static func restore(
        from backup: String, to directory: String, verification: CopyVerification = .records
    ) throws(LedgerError) -> BackupReceipt {
        let receipt = try restore(
            from: backup, to: directory, verification: verification
        ) { _ in true }
        guard let receipt else { throw unread(directory) }
        return receipt
    }

    /// Puts a backup in place.
    ///
    /// - Parameters:
    ///   - backup: The directory of the backup.
    ///   - directory: A path at which nothing exists yet, or an empty directory.
    ///   - verification: How much of the copy is read back.
    ///   - progress: Is told how far the reading back is; answers whether it goes on.
    /// - Returns: What was restored; none where `progress` ended the work, and nothing was.
    package static func restore(
        from backup: String, to directory: String, verification: CopyVerification,
        progress: (VerificationProgress) -> Bool
    ) throws(LedgerError) -> BackupReceipt? {
        var options = LedgerOptions(access: .readOnly)
        options.isExclusive = true
        let source = try openForInspection(at: backup, options: options)
        defer { source.close() }
        let place: PendingDirectory
        do {
            try source.environment.refuseInside(directory)
            place = try PendingDirectory(for: directory)
            try source.environment.copy(to: place.path, isPrepared: true)
        } catch {
            throw LedgerError(error)
        }
        let check = CopyCheck(path: place.path, verification: verification)
        guard let receipt = try check.run(as: place.target, progress: progress) else { return nil }
        do { try place.publish() } catch { throw LedgerError(error) }
        return receipt
    }
}
