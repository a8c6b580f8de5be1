public import AccountLedger
internal import Dispatch
public import ServiceLifecycle

/// A ledger in a group of services: it is closed when the group shuts down, after all that uses it.
///
/// Put it first among the services of the group: they are shut down in reverse order, so that the
/// ledger is open for as long as one of them still answers requests.
///
/// Running ends with a graceful shutdown or a cancellation. Then, in this order: its companions are
/// cancelled and have ended; commands that were accepted are carried out, and answered when they
/// are durable; later ones are refused as `closed`, with nothing done. Nothing is left half done,
/// and a second signal changes nothing of it.
public struct LedgerService: Service, CustomStringConvertible {
    /// The ledger.
    public let ledger: Ledger
    private let companions: [LedgerCompanion]

    /// Joins an open ledger and what follows it.
    ///
    /// - Parameters:
    ///   - ledger: The ledger; it is closed when running ends, however it ends.
    ///   - companions: What runs beside it, and ends before it.
    public init(_ ledger: Ledger, with companions: [LedgerCompanion] = []) {
        self.ledger = ledger
        self.companions = companions
    }

    /// The name under which the group logs it.
    public var description: String { "AccountLedger" }

    /// Runs the companions until the group shuts down, then closes the ledger.
    ///
    /// - Throws: What a companion throws, after which the ledger is closed as well;
    ///   `CancellationError` where the task is cancelled; `LedgerError` with the code `closed`
    ///   where the ledger was closed before.
    public func run() async throws {
        _ = try ledger.head()
        let ended: Result<Void, any Error>
        do { ended = .success(try await runCompanions()) } catch { ended = .failure(error) }
        await close()
        try ended.get()
    }

    private enum Event: Sendable {
        case shutdown
        case companionEnded
    }

    private func runCompanions() async throws {
        try await withThrowingTaskGroup(of: Event.self) { group in
            for companion in companions {
                group.addTask {
                    do { try await companion.run() } catch is CancellationError {}
                    return .companionEnded
                }
            }
            group.addTask {
                try await gracefulShutdown()
                return .shutdown
            }
            for try await event in group where event == .shutdown { group.cancelAll() }
        }
    }

    /// Closing waits for the last commit, which the threads of Swift's concurrency runtime must
    /// not.
    private func close() async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "account-ledger.service").async {
                for companion in companions { companion.close() }
                ledger.close()
                continuation.resume()
            }
        }
    }
}
