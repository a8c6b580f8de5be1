public import LedgerDomain
public import LedgerProjections
internal import LedgerStorage
internal import Logging

/// A reactor whose checkpoint is kept beside a ledger, and what it could not deliver.
///
/// Records are delivered when it is told to: `run()` for as long as its task runs, or `catchUp()`
/// once. Of all openings, in this process and others, one delivers at a time. One process opens a
/// reactor once.
public final class OpenReactor<Effect: Reactor>: Sendable {
    /// The reactor.
    public let reactor: Effect

    private let ledger: Ledger
    private let store: ReactorStore
    private let deliverer: Deliverer<Effect>

    init(
        _ reactor: Effect, of ledger: Ledger, from start: ReactorStart, _ options: ReactorOptions
    ) throws(ReactorError) {
        try reactor.check()
        try options.check()
        self.reactor = reactor
        self.ledger = ledger
        store = try ledger.reactorStore(reactor.name, .create, start: start)
        let (instruments, logger) = (ledger.instruments, ledger.logger)
        deliverer = Deliverer(reactor, store, options) { report in
            instruments.record(report, of: reactor.name)
            logger.log(report, of: reactor.name)
        }
    }

    /// Delivers what the log has, and what it gets, until the task is cancelled.
    ///
    /// While another opening delivers it stands by, and takes over when that one ends, however it
    /// ends. Cancelling cancels the reactor's attempt, which does not count then, and ends with
    /// `CancellationError`; what had its effect before is noted.
    ///
    /// - Throws: `ReactorError` where delivery cannot go on; the error names the record.
    public func run() async throws {
        try await deliverer.run()
    }

    /// Delivers what the log has at the call, each record until it had its effect or is parked.
    ///
    /// Refused as `alreadyDelivering` while another opening delivers.
    ///
    /// - Returns: The last record that was delivered, parked or passed.
    @discardableResult
    public func catchUp() async throws -> Position {
        try await deliverer.catchUp()
    }

    /// The last record that was delivered, parked or passed, as far as it was noted.
    public var position: Position {
        get throws(ReactorError) { try store.checkpoint().position }
    }

    /// Records that could not be delivered, in the order of the log, a page at a time.
    ///
    /// - Parameters:
    ///   - position: The last record of the page before; none for the first page.
    ///   - limit: The most records of a page, at least 1.
    public func parked(
        after position: Position = .start, limit: Int = .max
    ) throws(ReactorError) -> [ParkedRecord] {
        try store.parkedRecords(after: position, limit: limit)
    }

    /// Has a parked record delivered once more, by whoever delivers, with one attempt.
    ///
    /// It comes out of its order: later records had their effects already.
    ///
    /// - Throws: `notParked` where it is not, such as after it was delivered.
    public func retry(_ position: Position) throws(ReactorError) {
        try store.requireParked(position, try store.retry(position))
    }

    /// Forgets a parked record: it is never delivered.
    ///
    /// - Throws: `notParked` where it is not.
    public func discard(_ position: Position) throws(ReactorError) {
        try store.requireParked(position, try store.discard(position))
    }

    /// Ends the use of the reactor.
    ///
    /// Later calls are refused, and a delivery that is under way ends with an error: cancel its
    /// task first. The checkpoint stays.
    public func close() { store.close() }
}

extension Ledger {
    /// Opens what is kept of a reactor, which lies beside the ledger, making what is absent.
    ///
    /// - Parameters:
    ///   - reactor: What the effects are; its definition is checked first.
    ///   - start: Where it begins if it was never opened on this ledger.
    ///   - options: How it delivers.
    public func open<Effect: Reactor>(
        _ reactor: Effect, from start: ReactorStart, options: ReactorOptions = ReactorOptions()
    ) throws(ReactorError) -> OpenReactor<Effect> {
        try OpenReactor(reactor, of: self, from: start, options)
    }
}

extension Logger {
    fileprivate func log(_ report: DeliveryReport, of reactor: String) {
        switch report {
        case .looked, .delivered, .failed: break
        case .parked(let position, let id, let attempts, let failure):
            warning(
                "a record could not be delivered, and delivery goes on without it",
                metadata: [
                    "reactor": "\(reactor)", "position": "\(position)", "id": "\(id)",
                    "attempts": "\(attempts)", "failure": "\(failure)",
                ])
        case .standingBy(let holder):
            info(
                "another process delivers to the reactor; this one stands by",
                metadata: ["reactor": "\(reactor)", "process": "\(holder.map { "\($0)" } ?? "")"])
        }
    }
}
