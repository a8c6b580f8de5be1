internal import LedgerDomain
internal import LedgerStorage

/// Handles a group of requests in one transaction.
struct GroupCommitter: Sendable {
    private typealias Outcome = Result<JournalEntry.Handled, JournalError>

    private let environment: Environment
    private let log: EventLog

    init(_ environment: Environment, _ log: EventLog) {
        self.environment = environment
        self.log = log
    }

    /// Handles the requests in order and answers once their records are durable.
    ///
    /// An environment that an earlier failure has left to be reopened is reopened first.
    func commit(_ entries: [JournalEntry]) {
        for (index, outcome) in outcomes(of: entries).enumerated() {
            switch outcome {
            case .success(let handled): handled.answer()
            case .failure(let error): entries[index].fail(error)
            }
        }
    }

    private func outcomes(of entries: [JournalEntry]) -> [Outcome] {
        let outcomes = attempt(entries)
        guard case .failure(let error)? = outcomes.first, case .storage(let cause) = error.code,
            cause.code == .reopenRequired, (try? environment.reopen()) != nil
        else { return outcomes }
        return attempt(entries)
    }

    /// Handles the requests as one, without parts: where one of them fails, or is undone as an
    /// import of all or none is, all are handled again, each apart.
    private func attempt(_ entries: [JournalEntry]) -> [Outcome] {
        var handled: [Outcome] = []
        do throws(JournalError) {
            try environment.writeRepeatably { (transaction) throws(JournalError) in
                handled = []
                handled.reserveCapacity(entries.count)
                for entry in entries {
                    let one = try entry.handle(&transaction)
                    handled.append(.success(one))
                    if one.effect == .undone { throw JournalError(.abandoned) }
                }
            }
            return handled
        } catch {
            if error.isOfStorage { return failed(entries, error, after: handled) }
            if entries.count > 1 { return attemptApart(entries) }
            // The only request failed, or was undone: nothing is left of it.
            return handled.isEmpty ? [.failure(error)] : handled
        }
    }

    /// Handles each request in a part of the transaction that can be rolled back by itself.
    private func attemptApart(_ entries: [JournalEntry]) -> [Outcome] {
        var handled: [Outcome] = []
        do throws(JournalError) {
            try environment.writeRepeatably { (transaction) throws(JournalError) in
                handled = []
                for entry in entries {
                    handled.append(try handle(entry, &transaction))
                }
            }
            return handled
        } catch {
            return failed(entries, error, after: handled)
        }
    }

    private func failed(
        _ entries: [JournalEntry], _ error: JournalError, after handled: [Outcome]
    ) -> [Outcome] {
        if case .outcomeUnknown = error.code { return resolve(handled) }
        if entries.count > 1, error.mayConcernOneRequest {
            return entries.flatMap { attempt([$0]) }
        }
        return entries.map { _ in .failure(error) }
    }

    /// Handles one request; what fails is rolled back without the others, unless the storage
    /// failed.
    private func handle(
        _ entry: JournalEntry, _ transaction: inout WriteTransaction
    ) throws(JournalError) -> Outcome {
        var undone: JournalEntry.Handled?
        do throws(JournalError) {
            return .success(
                try transaction.nested { (inner) throws(JournalError) in
                    let handled = try entry.handle(&inner)
                    guard handled.effect != .undone else {
                        undone = handled
                        throw JournalError(.abandoned)
                    }
                    return handled
                })
        } catch {
            if error.isOfStorage { throw error }
            return undone.map { .success($0) } ?? .failure(error)
        }
    }

    /// Finds out whether a commit that failed in the middle is on the disk: its last record says
    /// so.
    private func resolve(_ handled: [Outcome]) -> [Outcome] {
        do throws(JournalError) {
            do { try environment.reopen() } catch { throw JournalError(storage: error) }
            guard let last = handled.compactMap({ try? $0.get().last }).last else {
                return handled
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
            return handled
        } catch {
            return handled.map { _ in .failure(JournalError(.outcomeUnknown)) }
        }
    }
}

extension JournalError {
    /// Whether the storage failed, and not the request.
    fileprivate var isOfStorage: Bool {
        switch code {
        case .storage, .outcomeUnknown: true
        default: false
        }
    }

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
