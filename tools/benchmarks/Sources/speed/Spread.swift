/// The middle and the ends of what several rounds gave.
struct Spread {
    private(set) var values: [Double] = []

    mutating func add(_ value: Double) {
        let place = values.firstIndex { $0 > value } ?? values.endIndex
        values.insert(value, at: place)
    }

    var median: Double {
        guard !values.isEmpty else { return .nan }
        return (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
    }

    /// The median, and in brackets the least and the greatest.
    func text(_ format: (Double) -> String) -> String {
        guard let least = values.first, let greatest = values.last else { return "" }
        return "\(format(median)) [\(format(least))-\(format(greatest))]"
    }
}

/// One line of the table: what C and ledger reached, and how they compare round by round.
struct Row {
    let work: String
    let callers: Int?
    private var peer = Spread()
    private var ledger = Spread()
    private var ratio = Spread()
    private var processorRatio = Spread()

    init(_ work: String, callers: Int? = nil) {
        self.work = work
        self.callers = callers
    }

    /// Takes in what one round gave, per second.
    mutating func add(peer: Run, ledger: Run) {
        self.peer.add(peer.rate)
        self.ledger.add(ledger.rate)
        ratio.add(peer.rate / ledger.rate)
        processorRatio.add(ledger.processorSecondsPerCall / peer.processorSecondsPerCall)
    }

    static let heading = [
        "work", "callers", "C, per second", "ledger, per second", "C / ledger", "CPU, ledger / C",
    ]

    var cells: [String] {
        [
            work, callers.map { "\($0)" } ?? "", peer.text(wholeNumber), ledger.text(wholeNumber),
            ratio.text { decimal($0, 2) }, processorRatio.text { decimal($0, 1) },
        ]
    }
}

/// How long a number of calls took.
struct Run {
    let calls: Int
    let seconds: Double
    let processorSeconds: Double

    var rate: Double { Double(calls) / seconds }
    var processorSecondsPerCall: Double { processorSeconds / Double(calls) }
}

/// Lines up columns.
func table(_ rows: [[String]]) -> String {
    let columns = rows.first?.indices ?? 0..<0
    let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
        zip(row, widths).map { cell, width in
            cell + String(repeating: " ", count: width - cell.count)
        }.joined(separator: "  ")
    }.joined(separator: "\n")
}

/// A number with a separator between thousands.
func wholeNumber(_ value: Double) -> String {
    var digits = String(Int(value.rounded()))
    var text = ""
    while digits.count > 3 {
        text = "," + digits.suffix(3) + text
        digits.removeLast(3)
    }
    return digits + text
}

/// A number with so many digits after the point.
func decimal(_ value: Double, _ places: Int) -> String {
    guard value.isFinite else { return "-" }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((value * Double(scale)).rounded())
    let fraction = String(scaled % scale + scale).dropFirst()
    return "\(scaled / scale).\(fraction)"
}
