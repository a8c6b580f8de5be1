internal import AccountLedger
internal import Foundation

/// How long it takes until a change that one process records is given to a follower in another.
struct Latency {
    let path: String

    /// Follows, and tells what it took; also what a hundred followers cost while nothing happens.
    func run(count: Int) async throws {
        let ledger = try Ledger.open(at: path)
        let head = try ledger.head()
        let idle = (0..<100).map { number in
            Task {
                let filter = ChangeFilter.user(UserID("idle\(number)"))
                for try await _ in ledger.changes(after: head, of: filter) {}
            }
        }
        try await Task.sleep(for: .seconds(1))
        let (before, began) = (clock(), ContinuousClock.now)
        try await Task.sleep(for: .seconds(5))
        let share = Double(clock() - before) / 1_000_000 / 5
        let percent = (share * 100_000).rounded() / 1000
        say("idle, 100 followers: \(percent) % of a core over \(ContinuousClock.now - began)")
        for task in idle { task.cancel() }
        let process = try startProbe(path, ["append", "\(count)"])
        var (spread, last) = (Spread(), 0)
        for try await item in ledger.changes(after: head) {
            guard case .change(let change) = item, case .connected = change.kind else { continue }
            let now = Timestamp(Date()).microsecondsSinceEpoch
            spread.add(Int(now - change.recordedAt.microsecondsSinceEpoch))
            last += 1
            if last == count { break }
        }
        say("recorded in one process -> given in another, \(count) changes, us: \(spread.text)")
        _ = await end(of: process)
        ledger.close()
    }

    /// Appends changes, some time apart.
    func append(count: Int) async throws {
        let ledger = try Ledger.open(at: path)
        let name = UUID().uuidString
        for number in 0..<count {
            let account = ProviderAccount(
                provider: "google", subject: Identifier("\(name)-\(number)"))
            let grant = ImportGrant(
                user: UserID("user\(number % 100)"), toolkit: "gmail",
                grant: GrantID("\(name)-\(number)"), account: account)
            _ = try await ledger.importGrants([grant])
            try await Task.sleep(for: .milliseconds(10))
        }
        ledger.close()
    }
}
