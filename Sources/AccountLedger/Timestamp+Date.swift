public import LedgerDomain

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension Timestamp {
    private static let secondsFromEpochToReference: Int64 = 978_307_200

    /// Takes a date, rounded to the nearest microsecond.
    ///
    /// A date more than 285,000 years away becomes the first or last time there is, and one that
    /// is not a number the first. Those, and the distant past, are not in the years 1 to 9999: as
    /// the time of a command they are refused as `invalid`.
    public init(_ date: Date) {
        let interval = date.timeIntervalSinceReferenceDate
        // In microseconds this is within 64 bits, with room for the way from 1970 to 2001.
        guard abs(interval) < 9e12 else {
            self.init(microsecondsSinceEpoch: interval > 0 ? .max : .min)
            return
        }
        // Taken apart, so that large numbers do not cost the fraction its precision.
        let whole = interval.rounded(.down)
        let fraction = Int64(((interval - whole) * 1_000_000).rounded())
        let seconds = Int64(whole) + Self.secondsFromEpochToReference
        self.init(microsecondsSinceEpoch: seconds * 1_000_000 + fraction)
    }

    fileprivate var intervalSinceReference: Double {
        let (seconds, rest) = microsecondsSinceEpoch.quotientAndRemainder(dividingBy: 1_000_000)
        return Double(seconds - Self.secondsFromEpochToReference) + Double(rest) / 1_000_000
    }
}

extension Date {
    /// Takes a time of a ledger, rounded to the nearest date.
    ///
    /// From 1933 to 2069 a date tells microseconds apart: made into a time again, it is the time
    /// that it was made from. Farther away the steps of a date are larger.
    public init(_ time: Timestamp) {
        self.init(timeIntervalSinceReferenceDate: time.intervalSinceReference)
    }
}
