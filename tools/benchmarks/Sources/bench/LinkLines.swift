/// The lines of one number of callers.
struct LinkLines {
    private var rate: Line
    private var middle: Line
    private var tail: Line
    private var end: Line

    static func name(callers: Int, _ what: String) -> String {
        "link, \(callers) caller\(callers == 1 ? "" : "s"), \(what)"
    }

    init(callers: Int) {
        let rateName = Self.name(callers: callers, "rate")
        let (share, sqlite, postgresql) =
            (Target.atLeast(0.8, .lmdb), Target.atLeast(3, .sqlite), Target.atLeast(5, .postgresql))
        rate =
            callers < 64
            ? Line(rateName, "/s") : Line(rateName, "/s", share, sqlite, postgresql)
        let middleName = Self.name(callers: callers, "p50")
        middle =
            callers == 1
            ? Line(middleName, "us", .atMost(1.2, .lmdb)) : Line(middleName, "us")
        tail = Line(Self.name(callers: callers, "p99"), "us")
        end = Line(Self.name(callers: callers, "p99.9"), "us")
    }

    mutating func add(_ links: [Contender: Links]) {
        rate.add(links.mapValues(\.rate))
        middle.add(links.mapValues { $0.microseconds(0.5) })
        tail.add(links.mapValues { $0.microseconds(0.99) })
        end.add(links.mapValues { $0.microseconds(0.999) })
    }

    var lines: [Line] { [rate, middle, tail, end] }
}
