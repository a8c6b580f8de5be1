/// How much is measured.
struct MeasurementSize {
    let rounds: Int
    /// By number of callers, how many links each asks for in a round.
    let links: [(callers: Int, count: Int)]
    let users: Int
    /// How often every user is asked for in a round.
    let passes: Int

    static let full = MeasurementSize(
        rounds: 5, links: [(1, 600), (16, 250), (64, 150), (256, 80)], users: 20_000, passes: 5)
    static let short = MeasurementSize(
        rounds: 3, links: [(1, 200), (16, 80), (64, 50), (256, 20)], users: 20_000, passes: 1)
}

/// Measures C and ledger in turns, and prints how they compare.
struct Comparison {
    /// What is measured.
    enum Work: String, CaseIterable {
        case links
        case selections
    }

    private let scratch: ScratchDirectory
    private let size: MeasurementSize

    init(_ scratch: ScratchDirectory, _ size: MeasurementSize) {
        self.scratch = scratch
        self.size = size
    }

    func run(_ works: [Work], rounds: Int) async throws {
        var rows: [Row] = []
        for work in works {
            switch work {
            case .links: rows += try await measureLinks(rounds)
            case .selections: rows += try await measureSelections(rounds)
            }
        }
        print(table([Row.heading] + rows.map(\.cells)))
        print(
            """

            Median of \(rounds) rounds [least-greatest]; ratios are taken within a round. Links are \
            per second of the wall clock, selections per second of processor time; the last column \
            compares the processor time of a call, of all threads.
            """)
    }

    private func measureLinks(_ rounds: Int) async throws -> [Row] {
        let sample = try scratch.makeDirectory("sample")
        try await makeSample(sample)
        let peer = try PeerLinks(at: try scratch.makeDirectory("peer"), like: sample)
        let ledger = try LedgerLinks(at: try scratch.makeDirectory("ledger"))
        defer { ledger.close() }
        var rows = size.links.map { Row("link", callers: $0.callers) }
        for _ in 0..<rounds {
            for (index, work) in size.links.enumerated() {
                try peer.issue(work.callers * work.count)
                try await ledger.issue(work.callers * work.count)
                rows[index].add(
                    peer: try peer.link(callers: work.callers, count: work.count),
                    ledger: try await ledger.link(callers: work.callers, count: work.count))
            }
        }
        return rows
    }

    /// A ledger for the peer to take the lengths of rows from.
    private func makeSample(_ path: String) async throws {
        let ledger = try LedgerLinks(at: path)
        defer { ledger.close() }
        try await ledger.issue(300)
        _ = try await ledger.link(callers: 1, count: 300)
    }

    private func measureSelections(_ rounds: Int) async throws -> [Row] {
        let path = try scratch.makeDirectory("selections")
        try await LedgerSelections.fill(path, users: size.users)
        let peer = try PeerSelections(
            at: try scratch.makeDirectory("rows"), from: path, users: size.users)
        let ledger = try LedgerSelections(at: path, users: size.users)
        _ = (try ledger.selectEach(passes: 1), try ledger.selectTogether(passes: 1))
        var rows = [
            Row("selection, C: begin, get, abort"), Row("selection, C: get"),
            Row("selection in read { }, C: get"),
        ]
        for _ in 0..<rounds {
            let each = try peer.read(passes: size.passes, transactionPerRow: true)
            let selection = try ledger.selectEach(passes: size.passes)
            let together = try peer.read(passes: size.passes, transactionPerRow: false)
            let inRead = try ledger.selectTogether(passes: size.passes)
            rows[0].add(peer: each, ledger: selection)
            rows[1].add(peer: together, ledger: selection)
            rows[2].add(peer: together, ledger: inRead)
        }
        return rows
    }
}
