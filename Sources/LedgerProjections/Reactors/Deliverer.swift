package import LedgerDomain
internal import LedgerStorage

/// Delivers records to a reactor, one process of the machine at a time.
package struct Deliverer<Effect: Reactor>: Sendable {
    let reactor: Effect
    let store: ReactorStore
    let options: ReactorOptions
    let queue: BlockingQueue
    let report: @Sendable (DeliveryReport) -> Void

    package init(
        _ reactor: Effect, _ store: ReactorStore, _ options: ReactorOptions,
        report: @escaping @Sendable (DeliveryReport) -> Void
    ) {
        self.reactor = reactor
        self.store = store
        self.options = options
        queue = BlockingQueue("account-ledger.reactor.\(reactor.name)")
        self.report = report
    }

    /// Delivers what the log has, and what it gets, until the task is cancelled.
    ///
    /// While another opening delivers, it waits.
    package func run() async throws {
        let lock = try await waitForLock()
        defer { withExtendedLifetime(lock) {} }
        var run = try await DeliveryRun(self)
        while true {
            if try await run.pass() { continue }
            try await options.time.sleep(options.interval)
        }
    }

    /// Delivers what the log has at the call; refuses while another opening delivers.
    package func catchUp() async throws -> Position {
        let lock = try takeLock()
        defer { withExtendedLifetime(lock) {} }
        var run = try await DeliveryRun(self)
        while try await run.pass() {}
        return run.position
    }

    private func waitForLock() async throws -> ProcessLock {
        var isFirst = true
        while true {
            try Task.checkCancellation()
            do {
                return try ProcessLock.take(lockPath)
            } catch {
                guard case .heldExclusively(let holder) = error.code else {
                    throw ReactorError(storage: error)
                }
                if isFirst { report(.standingBy(for: holder)) }
                isFirst = false
            }
            try await options.time.sleep(options.interval)
        }
    }

    private func takeLock() throws(ReactorError) -> ProcessLock {
        do throws(StorageError) { return try ProcessLock.take(lockPath) } catch {
            guard case .heldExclusively(let holder) = error.code else {
                throw ReactorError(storage: error)
            }
            let who = holder.map { "Process \($0)" } ?? "Another process"
            throw ReactorError(
                .alreadyDelivering,
                "\(who) delivers to reactor \(reactor.name). Let it, or stop it first.")
        }
    }

    private var lockPath: String { "\(store.path)/deliverer.lock" }
}
