internal import AccountLedger
internal import Glibc
internal import SpeedPeer

/// Measures importing many grants: the rate, and whether memory grows with the rows.
struct ImportMeasurement {
    private let path: String
    private static let batch = 1000
    private static let heading = [
        "grants", "per second", "per second of CPU", "anonymous MB", "data file MB",
    ]

    init(_ scratch: ScratchDirectory) throws {
        path = try scratch.makeDirectory("import")
    }

    /// Imports grants, three to a user, a thousand to a commit, and prints ten lines on the way.
    func run(grants: Int) async throws {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        var rows = [Self.heading]
        var peak = 0.0
        var mark = Mark(grants: 0)
        for start in stride(from: 0, to: grants, by: Self.batch) {
            let end = min(start + Self.batch, grants)
            let result = try await ledger.importGrants((start..<end).map(Samples.importGrant))
            try expectApplied(result.outcomes)
            let memory = Machine.megabytes(of: "RssAnon")
            peak = max(peak, memory)
            guard end - mark.grants >= grants / 10 || end == grants else { continue }
            let next = Mark(grants: end)
            rows.append(line(from: mark, to: next, memory: memory))
            mark = next
        }
        print(table(rows))
        print("\nPeak of anonymous memory: \(decimal(peak, 1)) MB. Each line is of its own tenth.")
    }

    private struct Mark {
        let grants: Int
        let clock = speed_peer_clock()
        let processor = speed_peer_process_seconds()
    }

    private func line(from mark: Mark, to next: Mark, memory: Double) -> [String] {
        let count = Double(next.grants - mark.grants)
        return [
            wholeNumber(Double(next.grants)), wholeNumber(count / (next.clock - mark.clock)),
            wholeNumber(count / (next.processor - mark.processor)), decimal(memory, 1),
            decimal(fileSize() / 1e6, 1),
        ]
    }

    private func fileSize() -> Double {
        var information = stat()
        guard stat("\(path)/data.mdb", &information) == 0 else { return 0 }
        return Double(information.st_size)
    }
}
