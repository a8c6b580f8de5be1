internal import Foundation

/// How long two kinds of answers took, in nanoseconds, and whether one can tell them apart.
///
/// Two tests look at them. Welch's t is taken of what is left after the slowest tenth of both
/// together is cut off: what is slowest there was interrupted. It sees means that differ. The test
/// of Mann and Whitney takes all of them and looks at ranks only.
struct Comparison: Sendable {
    /// From where on either test says that the two differ: 4.5 standard deviations, which chance
    /// alone exceeds less than once in 100,000 comparisons.
    static let threshold = 4.5

    private(set) var hidden: [Int] = []
    private(set) var absent: [Int] = []

    mutating func add(_ time: Duration, isHidden: Bool) {
        let (seconds, attoseconds) = time.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        if isHidden { hidden.append(nanoseconds) } else { absent.append(nanoseconds) }
    }

    /// Whether the two can be told apart.
    var isTold: Bool { max(abs(t), abs(ranks.z)) > Self.threshold }

    /// Welch's t of the quicker nine tenths.
    var t: Double {
        let all = (hidden + absent).sorted()
        guard all.count > 19 else { return 0 }
        let limit = all[all.count * 9 / 10]
        let (left, right) = (Self.moments(hidden, limit), Self.moments(absent, limit))
        let spread = (left.variance / left.count + right.variance / right.count).squareRoot()
        return spread > 0 ? (left.mean - right.mean) / spread : 0
    }

    private typealias Moments = (count: Double, mean: Double, variance: Double)

    private static func moments(_ times: [Int], _ limit: Int) -> Moments {
        let kept = times.filter { $0 <= limit }.map(Double.init)
        guard kept.count > 1 else { return (1, kept.first ?? 0, 0) }
        let mean = kept.reduce(0, +) / Double(kept.count)
        let squares = kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (Double(kept.count), mean, squares / Double(kept.count - 1))
    }

    /// How often, of a hundred pairs, the hidden one took longer, ties counting half; and by how
    /// many standard deviations that is more than fifty.
    var ranks: (percent: Double, z: Double) {
        let both = hidden.map { ($0, true) } + absent.map { ($0, false) }
        let sorted = both.sorted { $0.0 < $1.0 }
        let (left, right) = (Double(hidden.count), Double(absent.count))
        guard left > 0, right > 0 else { return (50, 0) }
        var (sum, ties, index) = (0.0, 0.0, 0)
        while index < sorted.count {
            var end = index
            while end < sorted.count, sorted[end].0 == sorted[index].0 { end += 1 }
            let (size, rank) = (Double(end - index), Double(index + end + 1) / 2)
            sum += rank * Double(sorted[index..<end].count { $0.1 })
            ties += size * size * size - size
            index = end
        }
        let (total, above) = (left + right, sum - left * (left + 1) / 2)
        let variance = left * right / 12 * (total + 1 - ties / (total * (total - 1)))
        let z = variance > 0 ? (above - left * right / 2) / variance.squareRoot() : 0
        return (100 * above / (left * right), z)
    }

    /// The row of a table.
    var row: String {
        let (a, b) = (Self.median(hidden), Self.median(absent))
        let ranks = ranks
        let cells = [
            Self.text(a / 1000, 2), Self.text(b / 1000, 2), Self.text((a - b) / 1000, 2),
            Self.text(Self.spread(absent) / 1000, 2),
            Self.text(t, 1), Self.text(ranks.percent, 1), Self.text(ranks.z, 1),
        ]
        let count = "\(min(hidden.count, absent.count))".padded(to: 8)
        return count + cells.map { $0.padded(to: 10) }.joined() + (isTold ? "   apart" : "   alike")
    }

    /// What the columns of a row are.
    static let heading =
        "samples".padded(to: 8)
        + ["hidden us", "absent us", "more us", "spread us", "t", "slower %", "z"]
        .map { $0.padded(to: 10) }.joined()

    private static func median(_ times: [Int]) -> Double {
        guard !times.isEmpty else { return 0 }
        return Double(times.sorted()[times.count / 2])
    }

    /// How far apart the eighty times in the middle of a hundred are.
    private static func spread(_ times: [Int]) -> Double {
        guard !times.isEmpty else { return 0 }
        let sorted = times.sorted()
        return Double(sorted[times.count * 9 / 10] - sorted[times.count / 10])
    }

    private static func text(_ value: Double, _ digits: Int) -> String {
        value.formatted(
            .number.precision(.fractionLength(digits)).grouping(.never)
                .locale(Locale(identifier: "en_US_POSIX")))
    }
}

extension String {
    /// With blanks before it.
    func padded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
