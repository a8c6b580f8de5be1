/// The lines of selections, by one number of threads.
struct SelectionLines {
    private var bare: Line
    private var each: Line
    private var together: Line

    /// What the line is called by which lookups are judged.
    static func name(threads: Int) -> String {
        Measurement.name("selection", threads: threads) + ", C: bare get"
    }

    init(threads: Int) {
        let name = Measurement.name("selection", threads: threads)
        bare = Line(
            Self.name(threads: threads), "/s", .atLeast(0.5, .lmdb), .atLeast(3, .sqlite),
            .atLeast(30, .postgresql))
        each = Line(name + ", C: renew, get, reset", "/s")
        together = Line(name + ", all of one state", "/s")
    }

    /// - Parameters:
    ///   - each: What was reached with a transaction for each lookup.
    ///   - together: What was reached with one transaction for all.
    mutating func add(each: [Contender: Double], together: [Contender: Double]) {
        self.together.add(together)
        self.each.add(each.filter { [.ledger, .lmdb].contains($0.key) })
        var each = each
        each[.lmdb] = together[.lmdb]
        bare.add(each)
    }

    var lines: [Line] { [bare, each, together] }
}
