internal import AccountLedger
internal import SpeedPeer

/// Links in a ledger, from many tasks at once.
final class LedgerLinks {
    private struct Link: Sendable {
        let state: StateToken
        let grant: GrantID
        let account: ProviderAccount
    }

    private let ledger: Ledger
    private var users = 0
    private var waiting: [Link] = []

    init(at path: String) throws {
        ledger = try Ledger.open(at: path)
    }

    func close() {
        ledger.close()
    }

    /// Issues states to users of whom the ledger knows nothing yet, a thousand to a commit.
    func issue(_ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 1000) {
            let numbers = users..<(users + min(1000, count - start))
            let commands = numbers.map { number in
                let action = IssueState(
                    user: Samples.user(number), toolkit: Samples.toolkit, lifetimeSeconds: 3600)
                return Command(.issueState(action))
            }
            for (number, outcome) in zip(numbers, try await ledger.execute(commands)) {
                guard case .applied(let receipt) = outcome, let state = receipt.state else {
                    throw Failure("no state was issued: \(outcome)")
                }
                waiting.append(
                    Link(
                        state: state, grant: Samples.grant(number),
                        account: Samples.account(number)))
            }
            users = numbers.upperBound
        }
    }

    /// Links states that were issued, oldest first: each caller asks for `count`, one after the other.
    func link(callers: Int, count: Int) async throws -> Run {
        let links = Array(waiting.prefix(callers * count))
        waiting.removeFirst(links.count)
        let (processorStart, start) = (speed_peer_process_seconds(), speed_peer_clock())
        try await withThrowingTaskGroup { group in
            for caller in 0..<callers {
                group.addTask { [ledger] in
                    for link in links[(caller * count)..<((caller + 1) * count)] {
                        try await Self.link(link, in: ledger)
                    }
                }
            }
            try await group.waitForAll()
        }
        return Run(
            calls: links.count, seconds: speed_peer_clock() - start,
            processorSeconds: speed_peer_process_seconds() - processorStart)
    }

    private static func link(_ link: Link, in ledger: Ledger) async throws {
        let outcome = try await ledger.link(
            state: link.state, grant: link.grant, account: link.account,
            platform: Samples.platform, scopes: Samples.scopes)
        guard case .applied = outcome else { throw Failure("nothing was linked: \(outcome)") }
    }
}

/// The same in C, from as many threads.
final class PeerLinks {
    private let peer: OpaquePointer

    /// - Parameter ledger: A closed ledger that holds nothing but linked states.
    init(at path: String, like ledger: String) throws {
        var opened: OpaquePointer?
        try check(speed_peer_open(path, ledger, &opened), "open the peer")
        guard let opened else { throw Failure("the peer did not open") }
        peer = opened
    }

    deinit {
        speed_peer_close(peer)
    }

    func issue(_ count: Int) throws {
        try check(speed_peer_issue(peer, UInt64(count)), "issue")
    }

    func link(callers: Int, count: Int) throws -> Run {
        var run = speed_peer_run()
        try check(speed_peer_link(peer, UInt32(callers), UInt64(count), &run), "link")
        return Run(
            calls: callers * count, seconds: run.seconds, processorSeconds: run.cpu_seconds)
    }
}

/// Turns a code of the peer's into an error.
func check(_ code: Int32, _ action: String) throws {
    guard code != 0 else { return }
    throw Failure("the C program could not \(action): \(String(cString: speed_peer_message(code)))")
}
