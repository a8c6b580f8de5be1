internal import AccountLedger
internal import Foundation
internal import Peers

/// How long it takes until a change that one process records is given to a follower in another.
struct Feed {
    /// How many changes are recorded in a second.
    static let rate = 1000

    let path: String

    /// Follows what another process records; returns the seconds from there to here.
    func follow(_ count: Int) async throws -> [Double] {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        let head = try ledger.head()
        let arguments = ["--append", "\(count)", path]
        let process = try Child.start(ProcessInfo.processInfo.arguments[0], arguments)
        var latencies: [Double] = []
        for try await item in ledger.changes(after: head) {
            guard case .change(let change) = item, case .connected = change.kind else { continue }
            let microseconds = peer_now() - change.recordedAt.microsecondsSinceEpoch
            latencies.append(Double(microseconds) / 1e6)
            if latencies.count == count { break }
        }
        process.waitUntilExit()
        return latencies
    }

    /// The share of a core, in per cent, that a follower takes while nothing happens.
    func idle(seconds: Int) async throws -> Double {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        let head = try ledger.head()
        let follower = Task { for try await _ in ledger.changes(after: head) {} }
        // Its beginning is not what is meant.
        try await Task.sleep(for: .milliseconds(500))
        let start = peer_process_seconds()
        try await Task.sleep(for: .seconds(seconds))
        let share = (peer_process_seconds() - start) / Double(seconds)
        follower.cancel()
        return share * 100
    }

    /// Records changes at a steady rate, however long each takes.
    func append(_ count: Int) async throws {
        let ledger = try Ledger.open(at: path)
        defer { ledger.close() }
        let name = UUID().uuidString
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for number in 0..<count {
                try await Task.sleep(until: start + .seconds(Double(number) / Double(Self.rate)))
                group.addTask {
                    let account = ProviderAccount(
                        provider: "google", subject: Identifier("\(name)-\(number)"))
                    let grant = ImportGrant(
                        user: UserID("\(name)-\(number)"), toolkit: Samples.toolkit,
                        grant: GrantID("\(name)-\(number)"), account: account)
                    try expectApplied(try await ledger.importGrants([grant]).outcomes)
                }
            }
            try await group.waitForAll()
        }
    }
}

/// Refuses outcomes of which one is not that something was recorded.
func expectApplied(_ outcomes: [Outcome]) throws {
    for outcome in outcomes {
        guard case .applied = outcome else { throw Failure("nothing was recorded: \(outcome)") }
    }
}
