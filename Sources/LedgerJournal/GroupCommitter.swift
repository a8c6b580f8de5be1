internal import LedgerDomain
internal import LedgerStorage

/// Handles a group of requests in one transaction.
struct GroupCommitter<Request: Sendable, Answer: Sendable>: Sendable {
    typealias Handled = Journal<Request, Answer>.Handled

    private let environment: Environment
    private let log: EventLog
    private let handler: Journal<Request, Answer>.Handler

    init(
        _ environment: Environment, _ log: EventLog,
        _ handler: @escaping Journal<Request, Answer>.Handler
    ) {
        self.environment = environment
        self.log = log
        self.handler = handler
    }

    /// Handles the requests in order and answers once their records are durable.
    ///
    /// An environment that an earlier failure has left to be reopened is reopened first.
    func commit(_ requests: [Request]) -> [Result<Answer, JournalError>] {
        let results = attempt(requests)
        guard case .failure(let error)? = results.first, case .storage(let cause) = error.code,
            cause.code == .reopenRequired, (try? environment.reopen()) != nil
        else { return results }
        return attempt(requests)
    }

    private func attempt(_ requests: [Request]) -> [Result<Answer, JournalError>] {
        var handled: [Result<Handled, JournalError>] = []
        do throws(JournalError) {
            try environment.writeRepeatably { (transaction) throws(JournalError) in
                handled = []
                for request in requests {
                    handled.append(try handle(request, &transaction))
                }
            }
            return handled.map { $0.map(\.answer) }
        } catch {
            if case .outcomeUnknown = error.code { return resolve(handled) }
            if requests.count > 1, error.mayConcernOneRequest {
                return requests.flatMap { attempt([$0]) }
            }
            return requests.map { _ in .failure(error) }
        }
    }

    /// Handles one request; what fails is rolled back without the others, unless the storage
    /// failed.
    private func handle(
        _ request: Request, _ transaction: inout WriteTransaction
    ) throws(JournalError) -> Result<Handled, JournalError> {
        do throws(JournalError) {
            return .success(
                try transaction.nested { (inner) throws(JournalError) in
                    try handler(request, &inner)
                })
        } catch {
            if case .storage = error.code { throw error }
            return .failure(error)
        }
    }

    /// Finds out whether a commit that failed in the middle is on the disk: its last record says
    /// so.
    private func resolve(
        _ handled: [Result<Handled, JournalError>]
    ) -> [Result<Answer, JournalError>] {
        do throws(JournalError) {
            do { try environment.reopen() } catch { throw JournalError(storage: error) }
            guard let last = handled.compactMap({ try? $0.get().last }).last else {
                return handled.map { $0.map(\.answer) }
            }
            let found = try environment.read { (snapshot) throws(JournalError) in
                try log.record(at: last.position, in: snapshot)
            }
            guard found?.id == last.id else {
                let error = StorageError(
                    .inputOutput, subject: environment.path,
                    message: "The disk failed while committing; nothing was done. Check the disk,"
                        + " then try again.")
                return handled.map { _ in .failure(JournalError(.storage(error))) }
            }
            return handled.map { $0.map(\.answer) }
        } catch {
            return handled.map { _ in .failure(JournalError(.outcomeUnknown)) }
        }
    }
}

extension JournalError {
    /// Whether other requests may succeed where this one failed: it met a damaged page, or was
    /// too much for one transaction.
    fileprivate var mayConcernOneRequest: Bool {
        guard case .storage(let error) = code else { return false }
        return switch error.code {
        case .corrupted, .transactionTooLarge, .valueTooLarge, .keyLength, .keyOrder: true
        default: false
        }
    }
}
