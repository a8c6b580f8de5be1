internal import LedgerDomain

/// Where times stand on the line of a report, in hundredths of its width.
struct TimeScale {
    /// A time that the line names.
    struct Tick {
        let place: Place
        let label: String
    }

    /// A place on the line, written as a share of its width.
    struct Place: Comparable, CustomStringConvertible {
        /// Hundredths of a hundredth, from 0 to 10000.
        let share: Int

        static func < (left: Place, right: Place) -> Bool { left.share < right.share }

        var description: String {
            let rest = share % 100
            return "\(share / 100)" + (rest == 0 ? "" : (rest < 10 ? ".0" : ".") + "\(rest)") + "%"
        }
    }

    /// What is left free at both ends, for the marks there.
    private static let margin = 150.0
    private static let mostTicks = 6

    let start: Timestamp
    let end: Timestamp
    let ticks: [Tick]

    /// Lays out the time from the first to the last moment; a single moment stands on the left.
    init(from start: Timestamp, to end: Timestamp) {
        let end = max(end, start.adding(microseconds: 1))
        self.start = start
        self.end = end
        ticks = Self.times(start, end).map { time, label in
            Tick(place: Self.place(time, start, end), label: label)
        }
    }

    func place(_ time: Timestamp) -> Place { Self.place(time, start, end) }

    /// The end of the line.
    var last: Place { place(end) }

    private static func place(
        _ time: Timestamp, _ start: Timestamp, _ end: Timestamp
    ) -> Place {
        let length = Double(end.microsecondsSinceEpoch) - Double(start.microsecondsSinceEpoch)
        let part = Double(time.microsecondsSinceEpoch) - Double(start.microsecondsSinceEpoch)
        let share = margin + min(max(part / length, 0), 1) * (10_000 - 2 * margin)
        return Place(share: Int(share.rounded()))
    }
}

extension TimeScale {
    private static let second: Int64 = 1_000_000
    private static let day = 86_400 * second

    /// Steps of fixed length, in microseconds.
    private static let steps: [Int64] =
        [1, 10, 100, 1000, 10_000, 100_000].flatMap { [$0, 2 * $0, 5 * $0] }
        + [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200]
        .map { $0 * second }
        + [1, 2, 7].map { $0 * day }

    /// Steps of the calendar, in months.
    private static let months: [Int] = [
        1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000,
    ]

    /// The round times of the finest step that gives few enough of them.
    private static func times(
        _ start: Timestamp, _ end: Timestamp
    ) -> [(Timestamp, String)] {
        let (first, last) = (start.microsecondsSinceEpoch, end.microsecondsSinceEpoch)
        for step in steps where (last - first) / step < Int64(mostTicks) {
            let begin = first >= 0 ? (first + step - 1) / step * step : first / step * step
            return stride(from: begin, through: last, by: Int64.Stride(step)).map { number in
                let time = Timestamp(microsecondsSinceEpoch: number)
                return (time, label(time, step))
            }
        }
        let (early, late) = (month(start), month(end))
        let step = months.first { (late - early) / $0 < mostTicks } ?? 24_000
        let begin = (early + step - 1) / step * step
        return stride(from: begin, through: late, by: step).compactMap { number in
            guard let time = time(ofMonth: number), time >= start else { return nil }
            return (time, String(time.description.prefix(step < 12 ? 7 : 4)))
        }
    }

    private static func label(_ time: Timestamp, _ step: Int64) -> String {
        let text = time.description
        let (date, clock) = (text.prefix(10), text.dropFirst(11))
        if step >= day { return String(date) }
        if step >= 60 * second { return "\(date.dropFirst(5)) \(clock.prefix(5))" }
        if step >= second { return String(clock.prefix(8)) }
        return String(clock.prefix(step >= 1000 ? 12 : 15))
    }

    /// The months since the year 0.
    private static func month(_ time: Timestamp) -> Int {
        let text = time.description
        let year = Int(text.prefix(4)) ?? 1
        return year * 12 + (Int(text.dropFirst(5).prefix(2)) ?? 1) - 1
    }

    private static func time(ofMonth number: Int) -> Timestamp? {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let (year, month) = (number / 12, number % 12 + 1)
        return Timestamp(rfc3339: "\(padded(year, 4))-\(padded(month, 2))-01T00:00:00Z")
    }
}
