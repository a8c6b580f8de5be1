extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with six digits of fraction: `2026-11-21T06:33:03.123456Z`.
    public var description: String {
        let second = microsecondsSinceEpoch.dividedRoundingDown(by: 1_000_000)
        let day = second.quotient.dividedRoundingDown(by: 86_400)
        let (year, month, dayOfMonth) = Self.date(daysSinceEpoch: day.quotient)
        let time = day.remainder
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
            + "T\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
            + ".\(padded(second.remainder, 6))Z"
    }

    /// Reads an RFC 3339 time; nil for anything else.
    ///
    /// An offset is needed. Fractions beyond microseconds are cut off. A leap second (`:60`) is
    /// refused: no time of the ledger has one, and to move it would be to guess.
    public init?(rfc3339 text: String) {
        var reader = TimeReader(text)
        guard let day = reader.date(), reader.take("Tt"),
            let time = reader.time(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        self.init(day: day, time: time, offset: offset)
    }

    /// Reads a `timestamptz` as PostgreSQL writes it with its default `DateStyle`; nil for
    /// anything else.
    ///
    /// `2025-03-04 09:12:33.123456+00`: a space between date and time, and an offset of hours, of
    /// hours and minutes, or of hours, minutes and seconds, as zones had in the 19th century.
    public init?(postgreSQL text: String) {
        var reader = TimeReader(text)
        guard let day = reader.date(), reader.take(" Tt"),
            let time = reader.time(), let offset = reader.offset(ofPostgreSQL: true),
            reader.isAtEnd
        else { return nil }
        self.init(day: day, time: time, offset: offset)
    }

    private init?(day: Int64, time: Int64, offset: Int64) {
        let microseconds = day * 86_400_000_000 + time - offset * 1_000_000
        self.init(microsecondsSinceEpoch: microseconds)
        guard isInRange else { return nil }
    }
}

/// Reads the parts of a date and a time from the front of a text.
private struct TimeReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = Substring(text).utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ alternatives: StaticString) -> Bool {
        guard let byte = rest.first, alternatives.description.utf8.contains(byte) else {
            return false
        }
        rest.removeFirst()
        return true
    }

    mutating func date() -> Int64? {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2), year >= 1, (1...12).contains(month), day >= 1
        else { return nil }
        let days = Timestamp.daysSinceEpoch(year: year, month: month, day: day)
        let back = Timestamp.date(daysSinceEpoch: days)
        return back == (year, month, day) ? days : nil
    }

    mutating func time() -> Int64? {
        guard let hour = number(digits: 2), hour < 24, take(":"), let minute = number(digits: 2),
            minute < 60, take(":"), let second = number(digits: 2), second < 60
        else { return nil }
        let whole = (hour * 3600 + minute * 60 + second) * 1_000_000
        guard take(".") else { return whole }
        return fraction().map { whole + $0 }
    }

    mutating func offset(ofPostgreSQL isPostgreSQL: Bool = false) -> Int64? {
        if take("Zz") { return 0 }
        let negative = rest.first == UInt8(ascii: "-")
        guard take("+-"), let hours = number(digits: 2), hours < 24 else { return nil }
        var minutes: Int64 = 0
        if take(":") {
            guard let read = number(digits: 2), read < 60 else { return nil }
            minutes = read
        } else if !isPostgreSQL {
            return nil
        }
        var seconds = hours * 3600 + minutes * 60
        if isPostgreSQL, rest.first == UInt8(ascii: ":") {
            guard take(":"), let read = number(digits: 2), read < 60 else { return nil }
            seconds += read
        }
        return negative ? -seconds : seconds
    }

    private mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var digits = 0
        while let byte = rest.first, let digit = Self.digit(byte) {
            if digits < 6 { value = value * 10 + digit }
            digits += 1
            rest.removeFirst()
        }
        guard digits > 0 else { return nil }
        for _ in 0..<max(0, 6 - digits) { value *= 10 }
        return value
    }

    private mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let byte = rest.first, let digit = Self.digit(byte) else { return nil }
            value = value * 10 + digit
            rest.removeFirst()
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte & 15) : nil
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}

extension Int64 {
    func dividedRoundingDown(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
