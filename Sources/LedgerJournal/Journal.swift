package import LedgerStorage

/// The writer of a ledger: one thread that decides, appends and commits in groups.
///
/// Requests are handled in the order in which they were submitted. Each is decided against the
/// state that the ones before it have left, within the transaction that appends, so that no two
/// writers, of whatever process, can both pass a check. A request that fails rolls back alone.
/// Nothing is answered before the commit of its group is durable.
package final class Journal<Request: Sendable, Answer: Sendable>: Sendable {
    /// What a request came to, and what becomes of what it changed.
    package struct Handled: Sendable {
        package let answer: Answer
        package let effect: JournalEntry.Effect

        package init(_ answer: Answer, _ effect: JournalEntry.Effect) {
            self.answer = answer
            self.effect = effect
        }
    }

    /// Decides a request and appends what it comes to, within the transaction given.
    ///
    /// It may be called several times for a request, of which the last one counts: whatever is to
    /// happen once belongs where the answer is received.
    package typealias Handler =
        @Sendable (Request, inout WriteTransaction) throws(JournalError) -> Handled

    @usableFromInline let worker: BatchWorker<JournalEntry>
    @usableFromInline let handler: Handler

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
        self.handler = handler
        let committer = GroupCommitter(environment, log)
        do {
            worker = try BatchWorker(
                name: "ledger-writer", capacity: queueLimit, weightLimit: queueLimit,
                batchWeightLimit: batchLimit
            ) { entries in
                let start = ContinuousClock.now
                committer.commit(entries)
                observer(
                    CommitReport(requests: entries.count, duration: ContinuousClock.now - start))
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
    @inlinable
    package func submit(_ request: Request, weight: Int) async throws(JournalError) -> Answer {
        let handler = handler
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Answer, JournalError>, Never>) in
            let entry = JournalEntry { (transaction) throws(JournalError) in
                let handled = try handler(request, &transaction)
                return JournalEntry.Handled(handled.effect) {
                    continuation.resume(returning: .success(handled.answer))
                }
            } fail: { error in
                continuation.resume(returning: .failure(error))
            }
            switch worker.submit(entry, weight: weight) {
            case .accepted: break
            case .full: entry.fail(JournalError(.overloaded))
            case .closed: entry.fail(JournalError(.closed))
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
