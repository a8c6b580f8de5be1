internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

/// The reading back of a copy.
struct CopyCheck {
    /// The directory of the copy.
    let path: String
    let verification: CopyVerification

    /// Reads the copy, and says what it holds.
    ///
    /// - Parameters:
    ///   - name: The path that it will have.
    ///   - progress: Is told how far the work is; answers whether it goes on.
    /// - Returns: What it holds, none where `progress` ended the work.
    func run(
        as name: String? = nil, progress: (VerificationProgress) -> Bool
    ) throws(LedgerError) -> BackupReceipt? {
        // For inspection: what is wrong with the views is a finding.
        let copy = try Ledger.openForInspection(at: path)
        defer { copy.close() }
        try copy.requireViewsOfThisVersion()
        let report = try copy.unlessAbandoned { () throws(JournalError) in
            try verify(copy, progress)
        }
        guard let report else { return nil }
        if let finding = report.findings.first { throw unsound(report, finding, name) }
        return try receipt(copy, name)
    }

    private func verify(
        _ copy: Ledger, _ progress: (VerificationProgress) -> Bool
    ) throws(JournalError) -> VerificationReport {
        func proceed(_ step: VerificationProgress) throws(JournalError) {
            guard progress(step) else { throw JournalError(.abandoned) }
        }
        let work = try Verification(of: copy.environment)
        switch verification {
        case .none: return VerificationReport()
        case .records:
            return try work.runOnLog { (step) throws(JournalError) in try proceed(.records(step)) }
        case .all: return try work.run { (step) throws(JournalError) in try proceed(step) }
        }
    }

    private func receipt(_ copy: Ledger, _ name: String?) throws(LedgerError) -> BackupReceipt {
        let (head, last) = try copy.read { (view) throws(LedgerError) in
            let head = try view.head()
            let before = Position(head.number == 0 ? 0 : head.number - 1)
            return (head, try view.records(after: before, limit: 1).last?.recordedAt)
        }
        return BackupReceipt(
            path: name ?? copy.path, ledger: copy.id, position: head, recordedAt: last,
            size: try copy.statistics().fileSize, verification: verification)
    }

    private func unsound(
        _ report: VerificationReport, _ finding: Finding, _ name: String?
    ) -> LedgerError {
        let place = finding.position.map { " at position \($0)" } ?? ""
        let path = name ?? path
        return LedgerError(
            .damaged, subject: path,
            "The copy for \(path) is not sound: \(report.total) findings, first"
                + " \(finding.kind.rawValue)\(place). Run verify on what was copied, and keep its"
                + " file.")
    }
}
