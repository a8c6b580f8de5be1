extension Measurement {
    static let openName = "open"
    static let sizePerEvent = "size of the file per event"

    static func name(_ work: String, threads: Int) -> String {
        "\(work), \(threads) thread\(threads == 1 ? "" : "s")"
    }

    /// How the last of several sites compares with the first.
    static func growth(_ measurements: [Measurement]) -> [Line] {
        guard let first = measurements.first, let last = measurements.last,
            first.site.events < last.site.events
        else { return [] }
        let wanted: [(String, Target)] = [
            (LinkLines.name(callers: 1, "p50"), .atMost(1.3)),
            (SelectionLines.name(threads: 1), .atLeast(0.5)),
            (sizePerEvent, .atMost(1.1)), (openName, .atMost(2)),
        ]
        return wanted.compactMap { name, target in
            guard let before = first.lines.first(where: { $0.work == name }),
                let after = last.lines.first(where: { $0.work == name })
            else { return nil }
            var line = Line(name, "times " + after.unit, target)
            line.add([.ledger: after.median / before.median])
            return line
        }
    }
}
