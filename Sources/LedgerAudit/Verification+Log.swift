internal import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
package import LedgerProjections
internal import LedgerStorage

extension Verification {
    /// Reads every record, and looks whether the views say that they are as far; reads no view.
    ///
    /// - Parameter progress: Is told how many records were read.
    package func runOnLog(
        progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> VerificationReport {
        var report = VerificationReport()
        var scan = RecordScan()
        report.head = try environment.read { (snapshot) throws(JournalError) in
            try log.head(in: snapshot)
        }
        while scan.last < report.head {
            try readPage(&scan, &report)
            try progress(RebuildProgress(position: scan.last, target: report.head))
        }
        if let finding = scan.unfinished() { report.add(finding) }
        if let finding = try checkpointFinding() { report.add(finding) }
        return report
    }

    private func readPage(
        _ scan: inout RecordScan, _ report: inout VerificationReport
    ) throws(JournalError) {
        let last = min(report.head, scan.last.advanced(by: Self.page))
        try environment.read { (snapshot) throws(JournalError) in
            while scan.last < last {
                let position = scan.last.next
                guard let bytes = try log.bytes(at: position, in: snapshot) else {
                    scan.skip(through: position)
                    report.add(Finding(.gap, at: position, "there is no record"))
                    continue
                }
                _ = scan.check(bytes, at: position) { report.add($0) }
                report.records += 1
            }
        }
    }
}
