internal import AccountLedger
internal import Peers

/// Links in a ledger, from many tasks at once.
final class LedgerLinks {
    private struct Link: Sendable {
        let state: StateToken
        let grant: GrantID
        let account: ProviderAccount
    }

    private let ledger: Ledger
    private var next = Samples.firstLink

    init(at path: String) throws {
        ledger = try Ledger.open(at: path)
    }

    func close() {
        ledger.close()
    }

    /// Links accounts of users of whom the ledger knows nothing yet.
    ///
    /// The states are issued before, and not timed.
    ///
    /// - Parameters:
    ///   - callers: How many ask at once.
    ///   - count: How many links each asks for, one after the other.
    func link(callers: Int, count: Int) async throws -> Links {
        let links = try await issue(callers * count)
        let start = peer_clock()
        let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
            for caller in 0..<callers {
                let part = links[(caller * count)..<((caller + 1) * count)]
                group.addTask { [ledger] in try await Self.link(part, in: ledger) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Links(seconds: peer_clock() - start, latencies: latencies)
    }

    /// Issues states, a thousand to a commit.
    private func issue(_ count: Int) async throws -> [Link] {
        var links: [Link] = []
        for start in stride(from: 0, to: count, by: 1000) {
            let numbers = next..<(next + min(1000, count - start))
            let commands = numbers.map { number in
                let action = IssueState(
                    user: Samples.user(number), toolkit: Samples.toolkit, lifetimeSeconds: 3600)
                return Command(.issueState(action))
            }
            for (number, outcome) in zip(numbers, try await ledger.execute(commands)) {
                guard case .applied(let receipt) = outcome, let state = receipt.state else {
                    throw Failure("no state was issued: \(outcome)")
                }
                links.append(
                    Link(
                        state: state, grant: Samples.grant(number),
                        account: Samples.account(number)))
            }
            next = numbers.upperBound
        }
        return links
    }

    private static func link(
        _ links: ArraySlice<Link>, in ledger: Ledger
    ) async throws -> [Double] {
        var latencies: [Double] = []
        latencies.reserveCapacity(links.count)
        var before = peer_clock()
        for link in links {
            let outcome = try await ledger.link(
                state: link.state, grant: link.grant, account: link.account,
                platform: Samples.platform, scopes: Samples.scopes)
            guard case .applied = outcome else { throw Failure("nothing was linked: \(outcome)") }
            let after = peer_clock()
            latencies.append(after - before)
            before = after
        }
        return latencies
    }
}
