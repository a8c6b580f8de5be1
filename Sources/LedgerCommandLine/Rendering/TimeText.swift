internal import Foundation
internal import LedgerDomain

/// Times for people: to the second, with the offset of the zone.
struct TimeText {
    let zone: TimeZone

    /// The time as `2026-11-21 07:33:03+01:00`.
    func text(_ time: Timestamp) -> String {
        let seconds = Double(time.microsecondsSinceEpoch) / 1_000_000
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds))
        let local = time.adding(seconds: Int64(offset)).description
        return local.prefix(10) + " " + local.dropFirst(11).prefix(8) + Self.text(offset)
    }

    private static func text(_ offset: Int) -> String {
        guard offset != 0 else { return "Z" }
        let minutes = abs(offset) / 60
        let digits = [minutes / 60, minutes % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        return (offset < 0 ? "-" : "+") + digits.joined(separator: ":")
    }
}
