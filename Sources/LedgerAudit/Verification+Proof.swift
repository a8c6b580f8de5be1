internal import LedgerDomain
package import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

extension Verification {
    /// Looks whether the ledger is sound, without a word of what is wrong where it is not.
    ///
    /// - Returns: The report where nothing was found; nil where something was, or where others
    ///   write so much that no state can be kept for so long.
    package func prove(
        _ progress: (VerificationProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> VerificationReport? {
        do throws(JournalError) {
            let proof = try ViewProof(of: environment)
            guard let (head, thread) = try proof.begin() else { return nil }
            defer {
                proof.stop()
                thread.finish { _ in }
            }
            guard try isLogSound(through: head, progress) else { return nil }
            try proof.help { () throws(JournalError) in
                let folded = Position(UInt64(proof.folded))
                try progress(.views(RebuildProgress(position: folded, target: head)))
                return true
            }
            guard let rows = proof.rowCount() else { return nil }
            var report = VerificationReport()
            report.head = head
            report.records = Int(clamping: head.number)
            report.rows = rows
            return report
        } catch {
            if case .abandoned = error.code { throw error }
            // Whoever reads record by record finds it again, and says where.
            return nil
        }
    }

    /// Whether every record can be read and follows on those before; a few thousand are read in one
    /// transaction.
    private func isLogSound(
        through head: Position,
        _ progress: (VerificationProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> Bool {
        var scan = RecordScan()
        var isSound = true
        repeat {
            let last = min(head, scan.last.advanced(by: Self.page))
            if scan.last < last {
                try environment.read { (snapshot) throws(JournalError) in
                    try log.scan(from: scan.last.next, through: last, in: snapshot) {
                        (record) throws(JournalError) in
                        scan.judge(record, at: record.position) { _ in isSound = false }
                        return isSound ? .next : .stop
                    }
                }
            }
            guard isSound else { return false }
            try progress(.records(RebuildProgress(position: last, target: head)))
        } while scan.last < head
        return scan.unfinished() == nil
    }
}
