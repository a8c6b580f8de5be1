/// Who is measured.
enum Contender: String, CaseIterable {
    case ledger
    case lmdb = "C"
    case sqlite = "SQLite"
    case postgresql = "PostgreSQL"
}

/// What is asked of a line of the table.
struct Target {
    /// What is compared with the number.
    enum Subject {
        /// What the ledger reached, in the line's unit.
        case ledger
        /// The ledger's number divided by another's.
        case ratio(Contender)
    }

    let subject: Subject
    /// Whether more is better.
    let isLeast: Bool
    let number: Double

    static func atLeast(_ number: Double, _ peer: Contender? = nil) -> Target {
        Target(subject: peer.map { .ratio($0) } ?? .ledger, isLeast: true, number: number)
    }

    static func atMost(_ number: Double, _ peer: Contender? = nil) -> Target {
        Target(subject: peer.map { .ratio($0) } ?? .ledger, isLeast: false, number: number)
    }
}

/// One line of the table: what each reached, and how the ledger compares round by round.
struct Line {
    /// The work, in words.
    let work: String
    /// What the numbers are, such as "per second".
    let unit: String
    private let targets: [Target]
    private var reached: [Contender: Spread] = [:]
    private var ratios: [Contender: Spread] = [:]

    init(_ work: String, _ unit: String, _ targets: Target...) {
        self.work = work
        self.unit = unit
        self.targets = targets
    }

    /// Takes in what one round gave.
    mutating func add(_ numbers: [Contender: Double]) {
        for (contender, number) in numbers {
            reached[contender, default: Spread()].add(number)
            guard contender != .ledger, let own = numbers[.ledger] else { continue }
            ratios[contender, default: Spread()].add(own / number)
        }
    }

    /// What the ledger reached.
    var median: Double { reached[.ledger]?.median ?? .nan }

    var isEmpty: Bool { reached.isEmpty }

    static let heading =
        ["work", "unit"] + Contender.allCases.map(\.rawValue)
        + Contender.allCases.dropFirst().map { "ledger / \($0.rawValue)" } + ["target"]

    var cells: [String] {
        [work, unit] + Contender.allCases.map { reached[$0]?.text(threeDigits) ?? "" }
            + Contender.allCases.dropFirst().map { ratios[$0]?.text(threeDigits) ?? "" }
            + [targets.compactMap(verdict).joined(separator: "; ")]
    }

    private func verdict(_ target: Target) -> String? {
        let (found, name) =
            switch target.subject {
            case .ledger: (reached[.ledger], "")
            case .ratio(let peer): (ratios[peer], " \(peer.rawValue)")
            }
        guard let found else { return nil }
        let isMet =
            target.isLeast ? found.median >= target.number : found.median <= target.number
        let number =
            target.number == target.number.rounded()
            ? wholeNumber(target.number) : threeDigits(target.number)
        let sign = target.isLeast ? "≥" : "≤"
        return "\(sign) \(number)\(name): \(isMet ? "met" : "**missed**")"
    }
}

/// Lines up columns, or makes a table in Markdown of them.
func columns(_ rows: [[String]], asMarkdown: Bool = false) -> String {
    let all = rows.first?.indices ?? 0..<0
    let used = all.filter { column in rows.dropFirst().contains { !$0[column].isEmpty } }
    guard !asMarkdown else {
        let rule = "|" + String(repeating: "---|", count: used.count)
        let lines = rows.map { row in "| " + used.map { row[$0] }.joined(separator: " | ") + " |" }
        return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
    }
    let widths = all.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
        used.map { column in
            row[column] + String(repeating: " ", count: widths[column] - row[column].count)
        }.joined(separator: "  ").trimmed
    }.joined(separator: "\n")
}

extension String {
    /// Without spaces at its end.
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
