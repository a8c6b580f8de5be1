/// A point in time: UTC with microseconds.
///
/// Valid range: year 1 to year 9999, so that every time has an RFC 3339 text.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    public let microsecondsSinceEpoch: Int64

    /// Takes microseconds since 1970-01-01T00:00:00Z.
    public init(microsecondsSinceEpoch: Int64) {
        self.microsecondsSinceEpoch = microsecondsSinceEpoch
    }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }

    /// The time so many microseconds later; the ends of the number range are not passed.
    public func adding(microseconds: Int64) -> Timestamp {
        let (sum, overflow) = microsecondsSinceEpoch.addingReportingOverflow(microseconds)
        let bound = microseconds < 0 ? Int64.min : Int64.max
        return Timestamp(microsecondsSinceEpoch: overflow ? bound : sum)
    }

    /// The time so many seconds later.
    public func adding(seconds: Int64) -> Timestamp {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return adding(microseconds: overflow ? (seconds < 0 ? .min : .max) : product)
    }

    /// The time so much later, or earlier where the duration is negative.
    ///
    /// What the duration has beyond whole microseconds is rounded down, towards the past.
    public func adding(_ duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let part = attoseconds.dividedRoundingDown(by: 1_000_000_000_000).quotient
        return adding(seconds: seconds).adding(microseconds: part)
    }

    /// Whether the time lies in the years 1 to 9999.
    package var isInRange: Bool {
        Self.firstValid <= microsecondsSinceEpoch && microsecondsSinceEpoch <= Self.lastValid
    }

    private static let firstValid = daysSinceEpoch(year: 1, month: 1, day: 1) * 86_400_000_000
    private static let lastValid =
        daysSinceEpoch(year: 10_000, month: 1, day: 1) * 86_400_000_000 - 1
}

extension Timestamp {
    /// The days from 1970-01-01 to a date of the proleptic Gregorian calendar.
    ///
    /// Counted from 1 March, so that the leap day ends a year: the usual closed form for civil
    /// dates.
    static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date so many days after 1970-01-01.
    static func date(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
