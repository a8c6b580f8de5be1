internal import LedgerDomain

/// One operation on many accounts, as child tasks of the call.
///
/// All of it ends before `run` returns: there are no tasks besides the children.
struct FanOut<Value: Sendable>: Sendable {
    typealias Results = AccountResults<Value>

    let credentials: [Credential]
    /// The statuses to run the operation for; other accounts are reported as left out.
    let statuses: Set<CredentialStatus>
    /// The position read up to; the last event of each account where it is not known.
    let position: Position?
    let options: FanOutOptions
    /// The ledger's time, or the best that is known of it.
    let clock: @Sendable () -> Timestamp
    let operation: @Sendable (Credential) async throws -> Value

    /// Runs the operations while a body takes their results, then cancels what still runs, and
    /// returns when it has ended.
    nonisolated(nonsending) func run<R>(
        _ body: nonisolated(nonsending) (Results) async throws -> R
    ) async throws -> R {
        let limits = options.limits ?? GrantLimits(GrantLimit())
        let call = limits.open(width: options.width)
        defer { limits.close(call) }
        let (stream, continuation) = AsyncStream.makeStream(of: Results.Item.self)
        let cut = Results.Cut()
        // A loop that is cancelled ends the stream before `finish` does.
        continuation.onTermination = { if case .cancelled = $0 { cut.make() } }
        let results = Results(stream: stream, cut: cut) { limits.freePlace(of: call) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await operateOnAll(limits, call, continuation)
                continuation.finish()
            }
            // Leaving the group waits for the task, and cancels it where the body throws.
            defer { group.cancelAll() }
            return try await body(results)
        }
    }

    /// Runs the operations, and puts their results in the order of the accounts.
    nonisolated(nonsending) func collect() async throws -> [AccountResult<Value>] {
        let count = credentials.count
        return try await run { results in
            var ordered = [AccountResult<Value>?](repeating: nil, count: count)
            var iterator = results.makeAsyncIterator()
            while let item = try await iterator.nextItem() { ordered[item.index] = item.result }
            return ordered.compactMap(\.self)
        }
    }

    private func operateOnAll(
        _ limits: GrantLimits, _ call: Admission.Call,
        _ continuation: AsyncStream<Results.Item>.Continuation
    ) async {
        await withDiscardingTaskGroup { group in
            for (index, credential) in credentials.enumerated() {
                guard statuses.contains(credential.status) else {
                    let result = result(credential, .skipped(credential.status))
                    continuation.yield(Results.Item(index: index, result: result))
                    continue
                }
                group.addTask {
                    continuation.yield(await operate(on: credential, at: index, limits, call))
                }
            }
        }
    }

    /// Runs the operation when the account's turn comes.
    private func operate(
        on credential: Credential, at index: Int, _ limits: GrantLimits, _ call: Admission.Call
    ) async -> Results.Item {
        let ticket: Admission.Ticket
        do {
            ticket = try await limits.begin(credential.grant, in: call)
        } catch {
            return Results.Item(index: index, result: result(credential, .failure(error)))
        }
        let outcome = await outcome(of: credential)
        limits.end(ticket)
        return Results.Item(index: index, result: result(credential, outcome), hasPlace: true)
    }

    private func outcome(of credential: Credential) async -> AccountOutcome<Value> {
        guard !Task.isCancelled else { return .failure(CancellationError()) }
        // A clock that was set back would make what is seen now older than what was seen before.
        let begun = max(clock(), credential.lastAuthenticatedAt)
        do {
            return .success(try await timedOperation(on: credential))
        } catch GrantVerdict.expired(let reason) {
            return .expired(ExpiredGrant(credential, reason: reason, observedAt: begun))
        } catch {
            return .failure(error)
        }
    }

    private func result(
        _ credential: Credential, _ outcome: AccountOutcome<Value>
    ) -> AccountResult<Value> {
        AccountResult(
            credential: credential, position: position ?? credential.version, outcome: outcome)
    }
}

extension FanOut {
    private enum Event: Sendable {
        case ended(Result<Value, any Error>)
        case timeIsUp
        case stopped
    }

    /// Runs the operation, and cancels it when its time is up.
    ///
    /// What it gives in spite of that counts: it has happened.
    private func timedOperation(on credential: Credential) async throws -> Value {
        guard let timeout = options.timeout else { return try await operation(credential) }
        let (result, isTimeUp) = await race(credential, against: timeout)
        if isTimeUp, case .failure(let error) = result, !(error is GrantVerdict) {
            throw AccountTimeout(limit: timeout)
        }
        return try result.get()
    }

    private func race(
        _ credential: Credential, against timeout: Duration
    ) async -> (Result<Value, any Error>, isTimeUp: Bool) {
        await withTaskGroup(of: Event.self) { group in
            group.addTask {
                do { return .ended(.success(try await operation(credential))) } catch {
                    return .ended(.failure(error))
                }
            }
            group.addTask {
                do { try await Task.sleep(for: timeout) } catch { return .stopped }
                return .timeIsUp
            }
            var isTimeUp = false
            for await event in group {
                switch event {
                case .ended(let result):
                    group.cancelAll()
                    return (result, isTimeUp)
                case .timeIsUp:
                    isTimeUp = true
                    group.cancelAll()
                case .stopped: break
                }
            }
            return (.failure(CancellationError()), isTimeUp)
        }
    }
}
