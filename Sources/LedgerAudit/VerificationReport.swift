package import LedgerDomain
internal import LedgerProjections

/// What a verification looked at and found.
package struct VerificationReport: Sendable, Hashable {
    /// The most findings that a report lists.
    package static let maximumFindings = 1000
    /// The most findings of one kind and table that a report lists, so that a lost index does not
    /// hide all else.
    package static let maximumFindingsAlike = 100

    /// The head when the last record was read; the views may have gone on since.
    package internal(set) var head = Position.start
    /// The records read.
    package internal(set) var records = 0
    /// The rows of derived tables compared.
    package internal(set) var rows = 0
    /// What is wrong; not all of it where there is much.
    package private(set) var findings: [Finding] = []
    /// Everything that is wrong, listed or not.
    package private(set) var total = 0
    /// How many findings are alike.
    private var alike: [Likeness: Int] = [:]

    /// Nothing was looked at yet.
    package init() {}

    private struct Likeness: Hashable {
        let kind: Finding.Kind
        let table: String?
    }

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
        let likeness = Likeness(kind: finding.kind, table: finding.table)
        alike[likeness, default: 0] += 1
        guard findings.count < Self.maximumFindings,
            alike[likeness, default: 0] <= Self.maximumFindingsAlike
        else { return }
        findings.append(finding)
    }

    mutating func add(_ problem: IndexProblem) {
        let kind: Finding.Kind =
            switch problem.kind {
            case .entryUnresolved: .entryUnresolved
            case .recordNotIndexed: .recordNotIndexed
            case .stateMisused: .stateMisused
            case .grantHeldTwice: .grantHeldTwice
            }
        add(
            Finding(
                kind, at: problem.position, table: problem.table.rawValue, key: problem.key,
                problem.detail))
    }

    mutating func add(_ table: TableDifference) {
        rows += table.rows
        let rows = table.listed
        add(.rowMissing, table, table.onlyRebuilt, rows.first { $0.live == nil })
        add(.rowExtra, table, table.onlyLive, rows.first { $0.rebuilt == nil })
        add(
            .rowDifferent, table, table.different,
            rows.first { $0.live != nil && $0.rebuilt != nil })
    }

    private mutating func add(
        _ kind: Finding.Kind, _ table: TableDifference, _ count: Int, _ first: TableDifference.Row?
    ) {
        guard count > 0 else { return }
        add(
            Finding(
                kind, table: table.name, key: first?.key, count: count,
                "\(count) of \(table.rows) rows"))
    }
}
