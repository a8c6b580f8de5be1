package import LedgerDomain
package import LedgerStorage

/// The writer of a ledger: one thread that decides, appends and commits in groups.
///
/// Requests are handled in the order in which they were submitted. Each is decided against the
/// state that the ones before it have left, within the transaction that appends, so that no two
/// writers, of whatever process, can both pass a check. A request that fails rolls back alone.
/// Nothing is answered before the commit of its group is durable.
package final class Journal<Request: Sendable, Answer: Sendable>: Sendable {
    /// What a request came to, and the last record that it appended.
    package struct Handled: Sendable {
        package let answer: Answer
        package let last: LastRecord?

        package init(_ answer: Answer, last: LastRecord?) {
            self.answer = answer
            self.last = last
        }
    }

    /// A record by which a commit of unknown outcome is recognized.
    package struct LastRecord: Sendable, Hashable {
        package let position: Position
        package let id: EventID

        package init(position: Position, id: EventID) {
            self.position = position
            self.id = id
        }
    }

    /// Decides a request and appends what it comes to, within the transaction given.
    package typealias Handler =
        @Sendable (Request, inout WriteTransaction) throws(JournalError) -> Handled

    private struct Item: Sendable {
        let request: Request
        let continuation: CheckedContinuation<Result<Answer, JournalError>, Never>
    }

    private let worker: BatchWorker<Item>

    /// Starts the writer's thread.
    ///
    /// - Parameters:
    ///   - queueLimit: The most that waiting requests weigh together; more are refused as overload.
    ///   - batchLimit: The most that the requests of one commit weigh together.
    ///   - observer: Is told of each commit, on the writer's thread.
    package init(
        _ environment: Environment, log: EventLog, queueLimit: Int, batchLimit: Int,
        observer: @escaping @Sendable (CommitReport) -> Void,
        handler: @escaping Handler
    ) throws(JournalError) {
        let committer = GroupCommitter(environment, log, handler)
        do {
            worker = try BatchWorker(
                name: "ledger-writer", capacity: queueLimit, weightLimit: queueLimit,
                batchWeightLimit: batchLimit
            ) { items in
                let start = ContinuousClock.now
                let results = committer.commit(items.map(\.request))
                for (item, result) in zip(items, results) {
                    item.continuation.resume(returning: result)
                }
                observer(CommitReport(requests: items.count, duration: ContinuousClock.now - start))
            }
        } catch {
            throw JournalError(storage: error)
        }
    }

    /// Submits a request and waits until its outcome is durable.
    ///
    /// The wait is not ended by cancelling the task: what was submitted is carried out, and its
    /// outcome is known to the caller.
    ///
    /// - Parameter weight: How many commands the request holds, at least 1.
    package func submit(_ request: Request, weight: Int) async throws(JournalError) -> Answer {
        let result = await withCheckedContinuation { continuation in
            switch worker.submit(Item(request: request, continuation: continuation), weight: weight)
            {
            case .accepted: break
            case .full: continuation.resume(returning: .failure(JournalError(.overloaded)))
            case .closed: continuation.resume(returning: .failure(JournalError(.closed)))
            }
        }
        return try result.get()
    }

    /// How many requests wait.
    package var waiting: Int { worker.waiting }

    /// Refuses further requests and returns when those submitted have been answered.
    package func close() {
        worker.close()
    }
}

/// One commit, for metrics.
package struct CommitReport: Sendable, Hashable {
    /// How many requests it answered.
    package let requests: Int
    /// How long it took from the first decision to the last answer.
    package let duration: Duration
}
