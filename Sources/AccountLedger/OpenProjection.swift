internal import Dispatch
public import LedgerDomain
internal import LedgerJournal
public import LedgerProjections
internal import LedgerStorage
internal import Synchronization

/// A projection whose rows are kept beside a ledger.
///
/// Rows follow the log when they are told to: `catchUp()` once, or `follow()` for as long as its
/// task runs. Each commit holds the rows and how far they are, so that nothing is applied twice or
/// left out, whoever is killed when. Several processes may follow the same rows; one process opens
/// them once.
public final class OpenProjection<Edition: Projection>: Sendable {
    /// The projection.
    public var projection: Edition { store.projection }

    private let ledger: Ledger
    let store: ProjectionStore<Edition>
    /// Applying blocks, which the threads of Swift's concurrency runtime must not.
    private let queue: DispatchQueue

    init(_ projection: Edition, of ledger: Ledger) throws(ProjectionError) {
        try projection.check()
        let parent = ledger.projectionsPath
        let isWritable = ledger.environment.isWritable
        if isWritable {
            do { try DurableDirectory.make(parent) } catch { throw ProjectionError(storage: error) }
        }
        self.ledger = ledger
        store = try ProjectionStore(
            projection, at: "\(parent)/\(projection.directoryName)", of: ledger.id,
            ledger.environment, access: isWritable ? .create : .readOnly)
        queue = DispatchQueue(label: "account-ledger.projection.\(projection.name)")
    }

    /// The last record that the rows contain.
    public var position: Position {
        get throws(ProjectionError) { try store.checkpoint() }
    }

    /// Applies what the log has more, up to its head at the call; blocks meanwhile.
    ///
    /// What was applied before a record that fails stays, and the error names the record.
    ///
    /// - Returns: The last record that the rows contain then.
    @discardableResult
    public func catchUp() throws(ProjectionError) -> Position {
        try store.catchUp()
    }

    /// Applies what the log has, and what it gets, until the task is cancelled.
    ///
    /// It looks when any process has appended, and then at once. Cancelling takes effect within a
    /// thousand records, with `CancellationError`. Closing the ledger ends it with a `LedgerError`
    /// of the code `closed`.
    ///
    /// - Parameter interval: How long to wait at most before looking again once all is applied,
    ///   though nothing was heard of; 1 second.
    public func follow(every interval: Duration = .seconds(1)) async throws {
        let isCancelled = Flag()
        try await withTaskCancellationHandler {
            while true {
                try Task.checkCancellation()
                try ledger.requireOpen()
                let reached = try await withCheckedThrowingContinuation {
                    (continuation: CheckedContinuation<Position, any Error>) in
                    queue.async { [store] in
                        continuation.resume(
                            with: Result { try store.catchUp { _ in !isCancelled.isRaised } })
                    }
                }
                await ledger.signal.wait(after: reached, until: .now + interval)
            }
        } onCancel: {
            isCancelled.raise()
        }
    }

    /// Asks several questions of one state of the rows.
    ///
    /// - Parameter body: Is lent the rows; they must not be kept, and the compiler sees to that.
    public func read<R>(
        _ body: (borrowing ProjectionView) throws(ProjectionError) -> R
    ) throws(ProjectionError) -> R {
        try store.read(body)
    }

    /// The digest of all rows; reads every one of them.
    public func digest() throws(ProjectionError) -> ProjectionDigest {
        try store.digest()
    }

    /// Ends the use of the rows.
    ///
    /// Later calls are refused; the rows stay.
    public func close() { store.close() }
}

extension Ledger {
    /// Opens the rows of a projection, which lie beside the ledger, making what is absent.
    ///
    /// Of a ledger that was opened for reading the rows can only be read, and are not made.
    /// Rows that were just made contain nothing: let them catch up. An edition with another version
    /// has rows of its own, so that they can be built while the old ones are in use.
    ///
    /// - Parameter projection: What the rows are; its definition is checked first.
    public func open<Edition: Projection>(
        _ projection: Edition
    ) throws(ProjectionError) -> OpenProjection<Edition> {
        try OpenProjection(projection, of: self)
    }
}

/// Tells a thread that a task was cancelled.
private final class Flag: Sendable {
    private let isUp = Atomic<Bool>(false)

    var isRaised: Bool { isUp.load(ordering: .relaxed) }

    func raise() { isUp.store(true, ordering: .relaxed) }
}
