internal import LedgerDomain
internal import Testing

@Suite("Times in RFC 3339")
struct TimestampTests {
    private func microseconds(_ text: String) -> Int64? {
        Timestamp(rfc3339: text)?.microsecondsSinceEpoch
    }

    @Test(
        "are read and written",
        arguments: [
            ("1970-01-01T00:00:00.000000Z", 0),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2026-11-21T06:33:03.123456Z", 1_795_242_783_123_456),
            ("2000-02-29T12:00:00.000000Z", 951_825_600_000_000),
            ("0001-01-01T00:00:00.000000Z", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)])
    func known(_ text: String, _ number: Int64) {
        #expect(microseconds(text) == number)
        #expect(Timestamp(microsecondsSinceEpoch: number).description == text)
    }

    @Test("are read with any offset, fraction and case of T and Z")
    func forms() {
        let expected = microseconds("2026-01-02T03:04:05.600000Z")
        for text in [
            "2026-01-02T03:04:05.6Z", "2026-01-02t03:04:05.6z", "2026-01-02T03:04:05.60+00:00",
            "2026-01-02T03:04:05.600-00:00", "2026-01-02T05:04:05.6000+02:00",
            "2026-01-01T22:34:05.60000-04:30", "2026-01-03T03:03:05.6+23:59",
            "2026-01-02T03:04:05.6000009Z", "2026-01-02T03:04:05.600000999999Z",
            "2026-01-02T03:04:05.60000099999999999999999999Z",
        ] {
            #expect(microseconds(text) == expected, "\(text)")
        }
        #expect(microseconds("2026-01-02T03:04:05Z") == expected.map { $0 - 600_000 })
    }

    @Test(
        "that are anything else are refused",
        arguments: [
            "", "2026", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04Z",
            "2026-01-02 03:04:05Z", "2026-1-02T03:04:05Z", "26-01-02T03:04:05Z",
            "2026-01-02T3:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05,6Z",
            "2026-01-02T24:00:00Z", "2026-01-02T03:60:00Z", "2026-01-02T03:04:60Z",
            "2026-01-02T03:04:61Z", "2026-00-02T03:04:05Z", "2026-13-02T03:04:05Z",
            "2026-01-00T03:04:05Z", "2026-01-32T03:04:05Z", "2026-04-31T03:04:05Z",
            "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "-001-01-01T00:00:00Z",
            "+2026-01-02T03:04:05Z", "2026-01-02T03:04:05+0000", "2026-01-02T03:04:05+00",
            "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+00:60", "2026-01-02T03:04:05Z ",
            " 2026-01-02T03:04:05Z", "2026-01-02T03:04:05ZZ", "2026-01-02T03:04:05+00:00Z",
            "2026-01-02T03:04:05\u{2212}01:00", "\u{FF12}026-01-02T03:04:05Z",
            "2026-01-02T03:04:05Z\0", "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59.999999-00:01",
        ])
    func refused(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("have a leap day in leap years only: every fourth, not every hundredth, but every 400th")
    func leapYears() {
        for year in 1...9999 {
            let text = String(repeating: "0", count: 4 - String(year).count) + String(year)
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let leapDay = Timestamp(rfc3339: "\(text)-02-29T00:00:00Z")
            #expect((leapDay != nil) == isLeap, "\(year)")
        }
    }

    @Test("name every day of four centuries once, in order, and come back from text")
    func everyDay() throws {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let first = try #require(Timestamp(rfc3339: "1801-01-01T12:00:00Z"))
        var day: Int64 = 0
        for year in 1801...2200 {
            for month in 1...12 {
                let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
                for date in 1...(lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)) {
                    let time = first.adding(seconds: 86_400 * day)
                    let text = "\(year)-\(pad(month))-\(pad(date))T12:00:00.000000Z"
                    guard time.description == text, Timestamp(rfc3339: text) == time else {
                        Issue.record("\(text) is not \(time)")
                        return
                    }
                    day += 1
                }
            }
        }
        #expect(day == 146_097)
    }

    @Test("come back from their text at every magnitude")
    func comesBack() {
        var number: Int64 = 1
        while number < 253_402_300_800_000_000 {
            for time in [number, -min(number, 62_135_596_800_000_000), number - 1] {
                let time = Timestamp(microsecondsSinceEpoch: time)
                #expect(Timestamp(rfc3339: time.description) == time)
            }
            number = number * 3 + 1
        }
    }

    @Test("are added to without passing the ends of the numbers")
    func adding() {
        let last = Timestamp(microsecondsSinceEpoch: .max)
        let first = Timestamp(microsecondsSinceEpoch: .min)
        #expect(last.adding(microseconds: 1) == last)
        #expect(first.adding(microseconds: -1) == first)
        #expect(first.adding(seconds: .min) == first)
        #expect(first.adding(seconds: .max) > first)
        #expect(last.adding(seconds: .max) == last)
        let zero = Timestamp(microsecondsSinceEpoch: 0)
        #expect(zero.adding(seconds: -2).microsecondsSinceEpoch == -2_000_000)
        #expect(first.description.isEmpty == false)
        #expect(last.description.isEmpty == false)
    }

    private func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

@Suite("Times as PostgreSQL writes them")
struct PostgreSQLTimeTests {
    @Test("are read with offsets of hours, or hours and minutes")
    func forms() {
        let expected = Timestamp(rfc3339: "2025-03-04T09:12:33.123456Z")
        for text in [
            "2025-03-04 09:12:33.123456+00", "2025-03-04 09:12:33.123456+00:00",
            "2025-03-04 14:42:33.123456+05:30", "2025-03-04 01:12:33.123456-08",
            "2025-03-04T09:12:33.123456Z",
        ] {
            #expect(Timestamp(postgreSQL: text) == expected, "\(text)")
        }
        #expect(
            Timestamp(postgreSQL: "2025-03-04 09:12:33.1+00")
                == Timestamp(rfc3339: "2025-03-04T09:12:33.1Z"))
        #expect(
            Timestamp(postgreSQL: "1890-01-01 00:00:00+00:53:28")
                == Timestamp(rfc3339: "1889-12-31T23:06:32Z"))
        #expect(
            Timestamp(postgreSQL: "1880-01-01 00:00:00.5-04:56:02")
                == Timestamp(rfc3339: "1880-01-01T04:56:02.5Z"))
        #expect(Timestamp(rfc3339: "1890-01-01T00:00:00+00:53:28") == nil)
        #expect(
            Timestamp(postgreSQL: "2025-03-04 09:12:33+00")
                == Timestamp(rfc3339: "2025-03-04T09:12:33Z"))
    }

    @Test(
        "that are anything else are refused",
        arguments: [
            "", "infinity", "-infinity", "2025-03-04", "2025-03-04 09:12:33",
            "2025-03-04 09:12:33+00 BC", "12025-03-04 09:12:33+00", "2025-03-04  09:12:33+00",
            "04/03/2025 09:12:33 UTC", "2025-03-04 09:12:33+", "2025-03-04 09:12:33+0",
            "2025-03-04 09:12:33+0530", "2025-02-29 09:12:33+00", "2025-03-04 09:12:33+00:",
            "1890-01-01 00:00:00+00:53:", "1890-01-01 00:00:00+00:53:60",
            "1890-01-01 00:00:00+00:53:28:00",
        ])
    func refused(_ text: String) {
        #expect(Timestamp(postgreSQL: text) == nil)
    }
}

@Suite("Durations after times")
struct TimestampDurationTests {
    @Test(
        "count whole microseconds, rounded down",
        arguments: [
            (.seconds(90), 90_000_000), (.microseconds(-1), -1), (.nanoseconds(1999), 1),
            (.nanoseconds(-1), -1), (.nanoseconds(-1001), -2), (.seconds(-2.5), -2_500_000),
            (.zero, 0),
        ] as [(Duration, Int64)])
    func rounding(_ duration: Duration, _ microseconds: Int64) {
        let time = Timestamp(microsecondsSinceEpoch: 1_000)
        #expect(time.adding(duration) == time.adding(microseconds: microseconds))
    }

    @Test("do not pass the ends of the range of numbers")
    func ends() {
        let time = Timestamp(microsecondsSinceEpoch: 0)
        #expect(time.adding(.seconds(Int64.max)).microsecondsSinceEpoch == .max)
        #expect(time.adding(.seconds(Int64.min)).microsecondsSinceEpoch == .min)
    }
}
