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

    /// The median, and in brackets the least and the greatest of several.
    func text(_ format: (Double) -> String) -> String {
        guard let least = values.first, let greatest = values.last else { return "" }
        guard values.count > 1 else { return format(median) }
        return "\(format(median)) [\(format(least))-\(format(greatest))]"
    }
}

/// A number with a separator between thousands.
func wholeNumber(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
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

/// A number with about three digits that say something.
func threeDigits(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    switch value {
    case 100...: return wholeNumber(value)
    case 10..<100: return decimal(value, 1)
    case 1..<10: return decimal(value, 2)
    default: return decimal(value, 3)
    }
}
