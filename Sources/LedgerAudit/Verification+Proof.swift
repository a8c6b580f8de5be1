internal import LedgerDomain
package import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

extension Verification {
    /// How many commits others may make before the state that is read is let go: meanwhile no page
    /// is used again that they free.
    private static let mostCommitsBehind = 1000

    /// Looks whether the ledger is sound, in one pass over one state; says nothing of what is
    /// wrong.
    ///
    /// - Returns: The report where nothing was found; nil where something was, or where others
    ///   write too much to keep the state for so long.
    package func prove(
        _ progress: (VerificationProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> VerificationReport? {
        do throws(JournalError) {
            return try environment.read { (snapshot) throws(JournalError) in
                let proof = try ViewProof(of: environment, in: snapshot)
                let side = try? proof.workBeside(snapshot)
                defer {
                    proof.stop()
                    side?.finish { _ in }
                }
                guard try isLogSound(proof, snapshot, progress) else { return nil }
                try proof.work(in: snapshot) { () throws(JournalError) in
                    guard try isRecent(snapshot) else { return false }
                    let folded = Position(UInt64(proof.folded))
                    try progress(.views(RebuildProgress(position: folded, target: proof.head)))
                    return true
                }
                side?.finish { _ in }
                guard let rows = try proof.rowCount(in: snapshot) else { return nil }
                var report = VerificationReport()
                report.head = proof.head
                report.records = Int(clamping: proof.head.number)
                report.rows = rows
                return report
            }
        } catch {
            if case .abandoned = error.code { throw error }
            // Whoever reads record by record finds it again, and says where.
            return nil
        }
    }

    /// Whether every record can be read and follows on those before.
    private func isLogSound(
        _ proof: ViewProof, _ snapshot: borrowing Snapshot,
        _ progress: (VerificationProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> Bool {
        var scan = RecordScan()
        var isSound = true
        guard proof.head > .start else { return true }
        try log.scan(from: Position.start.next, through: proof.head, in: snapshot) {
            (record) throws(JournalError) in
            scan.judge(record, at: record.position) { _ in isSound = false }
            guard isSound else { return .stop }
            guard record.position.number.isMultiple(of: UInt64(Self.page)) else { return .next }
            try progress(.records(RebuildProgress(position: scan.last, target: proof.head)))
            isSound = try isRecent(snapshot)
            return isSound ? .next : .stop
        }
        guard isSound, scan.unfinished() == nil else { return false }
        try progress(.records(RebuildProgress(position: scan.last, target: proof.head)))
        return true
    }

    /// Whether few enough commits have come since.
    private func isRecent(_ snapshot: borrowing Snapshot) throws(JournalError) -> Bool {
        try translated { () throws(StorageError) in
            try environment.commits(since: snapshot) <= Self.mostCommitsBehind
        }
    }
}
