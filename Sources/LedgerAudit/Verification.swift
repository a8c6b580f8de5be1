package import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
package import LedgerProjections
package import LedgerStorage

/// Something that a verification found wrong: a value, not an error.
package struct Finding: Sendable, Hashable {
    /// What is wrong; the names are stable.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A position has no record.
        case gap
        /// A record's bytes are not what the format says.
        case undecodable
        /// A record holds an event that a newer version wrote.
        case unknownEvent
        /// A record's time is not later than that of the one before.
        case timeNotIncreasing
        /// A record's own name is not one of its time.
        case idNotOfTime
        /// A record has the name of an earlier one.
        case idRepeated
        /// A record cannot follow on what came before it.
        case foldFailed
        /// The views say that they are ahead of the log.
        case checkpointAhead
        /// The views have not applied all of the log.
        case checkpointBehind
        /// A derived table lacks rows that the log implies.
        case rowMissing
        /// A derived table has rows that the log does not imply.
        case rowExtra
        /// A derived table has rows that the log implies otherwise.
        case rowDifferent
        /// The file is damaged so far that reading it stops a process.
        case unreadable
    }

    /// What is wrong.
    package let kind: Kind
    /// The record concerned, where one is.
    package let position: Position?
    /// The table concerned, where one is.
    package let table: String?
    /// How many rows are concerned.
    package let count: Int
    /// What exactly is wrong; no personal field.
    package let detail: String

    init(
        _ kind: Kind, at position: Position? = nil, table: String? = nil, count: Int = 1,
        _ detail: String
    ) {
        self.kind = kind
        self.position = position
        self.table = table
        self.count = count
        self.detail = detail
    }
}

/// What a verification looked at and found.
package struct VerificationReport: Sendable, Hashable {
    /// The head at the end.
    package internal(set) var head = Position.start
    /// The records read.
    package internal(set) var records = 0
    /// The rows of derived tables compared.
    package internal(set) var rows = 0
    /// What is wrong; at most `Verification.maximumFindings` are listed.
    package internal(set) var findings: [Finding] = []
    /// Everything that is wrong, listed or not.
    package internal(set) var total = 0

    /// The report where reading stopped the process that did it, by the name of the signal.
    package static func stopped(by signal: String) -> VerificationReport {
        var report = VerificationReport()
        report.add(
            Finding(
                .unreadable,
                "\(signal) stopped the process that read it: damage, or memory or disk ran out"))
        return report
    }

    /// Whether nothing is wrong.
    package var isSound: Bool { total == 0 }

    mutating func add(_ finding: Finding) {
        total += 1
        if findings.count < Verification.maximumFindings { findings.append(finding) }
    }
}

/// How far a verification is.
package enum VerificationProgress: Sendable, Hashable {
    /// The records are read.
    case records(RebuildProgress)
    /// The derived tables are rebuilt.
    case views(RebuildProgress)
}

/// Reads a whole ledger and says what is wrong with it; writes nothing into it.
package struct Verification: Sendable {
    /// The most findings that a report lists.
    package static let maximumFindings = 1000
    private static let page = 4000

    private let environment: Environment
    private let log: EventLog
    private let meta: LedgerMeta

    /// Verifies what an environment holds.
    package init(of environment: Environment) throws(JournalError) {
        self.environment = environment
        log = try EventLog(in: environment)
        meta = try LedgerMeta(in: environment)
    }

    /// Checks every record, then rebuilds every derived table from the log and compares all rows.
    ///
    /// - Parameters:
    ///   - scratch: The directory for the rebuilt tables; the system's temporary one where left
    ///     out.
    ///   - progress: Is told how far the work is, a few thousand records apart; may throw to end
    ///     it.
    package func run(
        in scratch: String? = nil, progress: (VerificationProgress) throws(JournalError) -> Void
    ) throws(JournalError) -> VerificationReport {
        var report = VerificationReport()
        do throws(JournalError) {
            try checkRecords(&report) { (step) throws(JournalError) in try progress(.records(step))
            }
            if let finding = try checkpointFinding() { report.add(finding) }
        } catch {
            guard case .damagedRow(let table) = error.code else { throw error }
            report.add(Finding(.undecodable, table: table, "its last key is no position"))
        }
        // A log that cannot be read to the end has no fold to compare with.
        guard report.isSound else { return report }
        do throws(JournalError) {
            let comparison = try ViewRebuild(of: environment).compare(in: scratch) {
                (step) throws(JournalError) in
                try progress(.views(step))
            }
            for table in comparison.tables { report.add(table) }
            report.head = comparison.position
        } catch {
            guard case .fold(let fold) = error.code else { throw error }
            report.add(Finding(.foldFailed, at: fold.position, fold.reason.rawValue))
        }
        return report
    }

    private func checkRecords(
        _ report: inout VerificationReport, progress: (RebuildProgress) throws(JournalError) -> Void
    ) throws(JournalError) {
        var scan = RecordScan()
        var isDone = false
        while !isDone {
            isDone = try environment.read { (snapshot) throws(JournalError) in
                let head = try log.head(in: snapshot)
                report.head = head
                let isDone = try checkPage(&scan, through: head, snapshot, &report)
                if isDone { try checkCount(snapshot, &report) }
                return isDone
            }
            try progress(RebuildProgress(position: scan.last, target: report.head))
        }
    }

    /// Checks some thousand records; answers whether that was the last of them.
    private func checkPage(
        _ scan: inout RecordScan, through head: Position, _ snapshot: borrowing Snapshot,
        _ report: inout VerificationReport
    ) throws(JournalError) -> Bool {
        for _ in 0..<Self.page {
            guard scan.last < head else { return true }
            let expected = scan.last.next
            let position = try log.firstPosition(from: expected, in: snapshot) ?? head
            if position > expected {
                let count = Int(clamping: position.number - expected.number)
                report.add(
                    Finding(.gap, at: expected, count: count, "the next record is \(position)"))
            }
            let bytes = try log.bytes(at: position, in: snapshot) ?? []
            if let finding = scan.check(bytes, at: position) { report.add(finding) }
            report.records += 1
        }
        return scan.last >= head
    }

    /// Every row of the log is one of the records read; a key that is no position hides from the
    /// scan.
    private func checkCount(
        _ snapshot: borrowing Snapshot, _ report: inout VerificationReport
    ) throws(JournalError) {
        let extra = try log.rowCount(in: snapshot) - report.records
        guard extra > 0 else { return }
        let table = EventLog.definition.name
        report.add(Finding(.undecodable, table: table, count: extra, "keys that are no positions"))
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

/// Where a scan of the records stands.
private struct RecordScan {
    var last = Position.start
    private var lastTime: Timestamp?
    /// The names of the records of the last millisecond: a name contains its millisecond, and so
    /// can be repeated only there.
    private var names: Set<EventID> = []

    mutating func check(_ bytes: [UInt8], at position: Position) -> Finding? {
        last = position
        let record: EventRecord
        do {
            record = try RecordCodec.decode(bytes)
        } catch {
            if case .unknownEvent = error.code {
                return Finding(.unknownEvent, at: position, error.description)
            }
            return Finding(.undecodable, at: position, error.description)
        }
        guard record.position == position else {
            return Finding(
                .undecodable, at: position, "it says that its position is \(record.position)")
        }
        defer { lastTime = record.recordedAt }
        if let lastTime, record.recordedAt <= lastTime {
            return Finding(
                .timeNotIncreasing, at: position, "\(record.recordedAt) after \(lastTime)")
        }
        return checkName(record)
    }

    private mutating func checkName(_ record: EventRecord) -> Finding? {
        guard record.id.isMade(at: record.recordedAt) else {
            return Finding(.idNotOfTime, at: record.position, "it is \(record.id)")
        }
        if names.first?.bytes.prefix(6) != record.id.bytes.prefix(6) { names = [] }
        guard names.insert(record.id).inserted else {
            return Finding(.idRepeated, at: record.position, "it is \(record.id)")
        }
        return nil
    }
}

extension VerificationReport {
    fileprivate mutating func add(_ table: TableDifference) {
        rows += table.rows
        add(.rowMissing, table, table.onlyRebuilt)
        add(.rowExtra, table, table.onlyLive)
        add(.rowDifferent, table, table.different)
    }

    private mutating func add(_ kind: Finding.Kind, _ table: TableDifference, _ count: Int) {
        guard count > 0 else { return }
        add(
            Finding(
                kind, table: table.name, count: count, "\(count) of \(table.rows) rows"))
    }
}
