internal import AccountLedger
internal import LedgerTestSupport
internal import Synchronization

/// Counts operations that run, and remembers the most that ran at once.
final class Gauge: Sendable {
    private struct State {
        var running = 0
        var most = 0
        var begun: [CredentialID] = []
        var isOpen = false
    }

    private let state = Mutex(State())

    var running: Int { state.withLock { $0.running } }
    var most: Int { state.withLock { $0.most } }
    var begun: [CredentialID] { state.withLock { $0.begun } }

    /// Lets go those that wait.
    func open() { state.withLock { $0.isOpen = true } }

    /// Runs a body and counts it meanwhile.
    func counting<R>(_ credential: Credential, _ body: () async throws -> R) async rethrows -> R {
        state.withLock {
            $0.running += 1
            $0.most = max($0.most, $0.running)
            $0.begun.append(credential.id)
        }
        defer { state.withLock { $0.running -= 1 } }
        return try await body()
    }

    /// Runs until it is let go or cancelled.
    func waiting(_ credential: Credential) async throws {
        try await counting(credential) {
            while !state.withLock({ $0.isOpen }) { try await Task.sleep(for: .milliseconds(1)) }
        }
    }
}

/// What an operation of a test throws.
struct Broken: Error, Hashable {}

extension Ledger {
    /// Records so many accounts of a user, and answers them in their order.
    @discardableResult
    func fill(_ user: UserID, _ count: Int, _ toolkit: ToolkitID = "gmail") async throws
        -> [Credential]
    {
        let grants = (0..<count).map { number in
            ImportGrant(
                user: user, toolkit: toolkit, grant: GrantID("\(user) \(toolkit) \(number)"),
                account: .google("\(user) \(number)"), label: "account \(number)", source: "test")
        }
        _ = try await importGrants(grants)
        return try accounts(of: user).filter { $0.toolkit == toolkit }
    }
}

extension AccountResult {
    /// Whether the operation did not end by itself.
    var isCancelled: Bool { failure is CancellationError }
}
