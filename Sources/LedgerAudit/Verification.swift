internal import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
package import LedgerProjections
package import LedgerStorage

/// How far a verification is.
package enum VerificationProgress: Sendable, Hashable {
    /// The records are read.
    case records(RebuildProgress)
    /// The derived tables are rebuilt.
    case views(RebuildProgress)
}

/// Reads a whole ledger and says what is wrong with it; writes nothing into it.
package struct Verification: Sendable {
    static let page = 4000
    /// How many differing rows are looked at to name one of each kind.
    private static let listed = 100

    let environment: Environment
    let log: EventLog
    private let meta: LedgerMeta

    /// Verifies what an environment holds.
    package init(of environment: Environment) throws(JournalError) {
        self.environment = environment
        log = try EventLog(in: environment)
        meta = try LedgerMeta(in: environment)
    }

    /// Checks every record, every index and every row of the views against the log.
    ///
    /// A sound ledger is shown to be so in one pass over one state. Where that is not possible, the
    /// records and indexes are looked at one by one, and every derived table is rebuilt from the
    /// log and compared row by row, in short transactions. What is found does not end it: only the
    /// rebuild needs a log that can be read to its end, and is left out where it cannot.
    ///
    /// - Parameters:
    ///   - scratch: The directory for the rebuilt tables; the system's temporary one where left
    ///     out.
    ///   - progress: Is told how far the work is, a few thousand records apart; may throw to end
    ///     it.
    package func run(
        in scratch: String? = nil, progress: (VerificationProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> VerificationReport {
        if var report = try prove(progress) {
            if let finding = try checkpointFinding() { report.add(finding) }
            for finding in try followerFindings() { report.add(finding) }
            return report
        }
        var run = VerificationRun()
        do throws(JournalError) {
            try checkRecords(&run) { (step) throws(JournalError) in try progress(.records(step)) }
            try checkEntries(&run)
            if let finding = try checkpointFinding() { run.report.add(finding) }
            for finding in try followerFindings() { run.report.add(finding) }
        } catch {
            guard case .damagedRow(let table) = error.code else { throw error }
            run.isFoldable = false
            run.report.add(Finding(.undecodable, table: table, "its last key is no position"))
        }
        if run.isFoldable { try compare(&run.report, in: scratch, progress) }
        return run.report
    }

    /// What is wrong with how far the views say that they are; none where it is the head.
    package func checkpointFinding() throws(JournalError) -> Finding? {
        let (checkpoint, head): (Position, Position)
        do throws(JournalError) {
            (checkpoint, head) = try environment.read { (snapshot) throws(JournalError) in
                (try meta.checkpoint(in: snapshot).position, try log.head(in: snapshot))
            }
        } catch {
            guard case .format(let cause) = error.code else { throw error }
            return Finding(.undecodable, table: LedgerMeta.definition.name, cause.description)
        }
        if checkpoint == head { return nil }
        return Finding(
            checkpoint > head ? .checkpointAhead : .checkpointBehind, at: checkpoint,
            "the views stand at \(checkpoint), the log at \(head)")
    }
}

/// What a verification has come to.
private struct VerificationRun {
    var report = VerificationReport()
    var scan = RecordScan()
    var indexes: IndexCheck?
    /// The indexes with entries that no record has found.
    var unexplained: [ViewTables.Name] = []
    /// Whether the log can be read to its end, so that there is something to compare with.
    var isFoldable = true

    mutating func takeProblems() {
        for problem in indexes?.takeProblems() ?? [] { report.add(problem) }
    }
}

extension Verification {
    private func checkRecords(
        _ run: inout VerificationRun, progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) {
        run.indexes = try IndexCheck(of: environment)
        var isDone = false
        while !isDone {
            isDone = try environment.read { (snapshot) throws(JournalError) in
                let head = try log.head(in: snapshot)
                run.report.head = head
                let isDone = try checkPage(&run, through: head, snapshot)
                if isDone { try finish(&run, snapshot) }
                return isDone
            }
            run.takeProblems()
            try progress(RebuildProgress(position: run.scan.last, target: run.report.head))
        }
    }

    /// Checks some thousand records; answers whether that was the last of them.
    private func checkPage(
        _ run: inout VerificationRun, through head: Position, _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> Bool {
        for _ in 0..<Self.page {
            guard run.scan.last < head else { return true }
            let expected = run.scan.last.next
            let position = try log.firstPosition(from: expected, in: snapshot) ?? head
            if position > expected {
                let count = Int(clamping: position.number - expected.number)
                run.scan.skip(through: position)
                run.isFoldable = false
                run.report.add(
                    Finding(.gap, at: expected, count: count, "the next record is \(position)"))
            }
            let bytes = try log.bytes(at: position, in: snapshot) ?? []
            var findings: [Finding] = []
            let record = run.scan.check(bytes, at: position) { findings.append($0) }
            for finding in findings { run.report.add(finding) }
            run.report.records += 1
            if let record {
                try run.indexes?.check(record, in: snapshot)
            } else {
                run.isFoldable = false
            }
        }
        return run.scan.last >= head
    }

    /// Looks at what only the end of the log tells.
    private func finish(
        _ run: inout VerificationRun, _ snapshot: borrowing Snapshot
    ) throws(JournalError) {
        if let finding = run.scan.unfinished() { run.report.add(finding) }
        run.unexplained = try run.indexes?.unexplained(in: snapshot) ?? []
        // Every row of the log is one of the records read; a key that is no position hides from
        // the scan.
        let extra = try log.rowCount(in: snapshot) - run.report.records
        guard extra > 0 else { return }
        run.isFoldable = false
        let table = EventLog.definition.name
        run.report.add(
            Finding(.undecodable, table: table, count: extra, "keys that are no positions"))
    }

    /// Lets the entries of an index look for their records, where some were not found by one.
    private func checkEntries(_ run: inout VerificationRun) throws(JournalError) {
        for name in run.unexplained {
            var place: IndexCheck.Place?
            repeat {
                place = try environment.read { (snapshot) throws(JournalError) in
                    try run.indexes?.checkEntries(
                        of: name, from: place, limit: Self.page, in: snapshot)
                }
                run.takeProblems()
            } while place != nil
        }
    }

    private func compare(
        _ report: inout VerificationReport, in scratch: String?,
        _ progress: (VerificationProgress) throws(JournalError) -> Void
    ) throws(JournalError) {
        do throws(JournalError) {
            let rebuild = try ViewRebuild(of: environment)
            let comparison = try rebuild.compare(in: scratch, listing: Self.listed) {
                (step) throws(JournalError) in
                try progress(.views(step))
            }
            for table in comparison.tables { report.add(table) }
        } catch {
            guard case .fold(let fold) = error.code else { throw error }
            report.add(Finding(.foldFailed, at: fold.position, fold.reason.rawValue))
        }
    }

    /// Looks at how far the projections and reactors beside the ledger say that they are.
    private func followerFindings() throws(JournalError) -> [Finding] {
        var findings: [Finding] = []
        for kind in FollowerDirectory.Kind.allCases {
            for directory in FollowerDirectory.all(kind, of: environment.path) {
                if let finding = try finding(of: directory) { findings.append(finding) }
            }
        }
        return findings
    }

    /// What is wrong with what a projection or a reactor says of itself.
    package func finding(of directory: FollowerDirectory) throws(JournalError) -> Finding? {
        let header = try environment.read { (snapshot) throws(JournalError) in
            try meta.header(in: snapshot)
        }
        let (name, ledger) = (directory.name, header?.ledgerID.lowercaseHexadecimal ?? "")
        let isReactor = directory.kind == .reactor
        let stand: FollowerDirectory.Stand?
        do { stand = try directory.stand(beside: ledger) } catch {
            return Finding(
                isReactor ? .reactorUnreadable : .projectionUnreadable, table: name,
                "it is none, or it is damaged")
        }
        guard let stand else { return nil }
        guard stand.isOfLedger else {
            return Finding(
                isReactor ? .reactorOfOtherLog : .projectionOfOtherLog, table: name,
                "it followed another ledger")
        }
        // In this order: the log and the rows may go on meanwhile.
        let (head, bytes) = try environment.read { (snapshot) throws(JournalError) in
            (try log.head(in: snapshot), try log.bytes(at: stand.position, in: snapshot))
        }
        guard stand.position <= head else {
            return Finding(
                isReactor ? .reactorAhead : .projectionAhead, at: stand.position, table: name,
                "it stands at \(stand.position), the log at \(head)")
        }
        // A record that cannot be read was told of.
        guard let record = bytes.flatMap({ try? RecordCodec.decode($0) }), record.id != stand.id
        else { return nil }
        return Finding(
            isReactor ? .reactorOfOtherLog : .projectionOfOtherLog, at: stand.position,
            table: name, "it took another record there")
    }
}
