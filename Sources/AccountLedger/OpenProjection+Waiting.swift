public import LedgerDomain
internal import LedgerProjections

extension OpenProjection {
    /// Waits until the rows contain a record, whoever applies it, this process or another.
    ///
    /// Nothing is applied by waiting: somebody has to follow or to catch up. Cancelling the task
    /// ends the wait at once, with `CancellationError`.
    ///
    /// - Parameters:
    ///   - position: The record; it may be one that the log does not have yet.
    ///   - timeout: How long to wait at most.
    /// - Returns: The last record that the rows contain then, which may be a later one.
    /// - Throws: `ProjectionError` with the code `timedOut`, whose message says where the rows
    ///   stand.
    @discardableResult
    public func wait(for position: Position, timeout: Duration) async throws -> Position {
        let deadline = ContinuousClock.now + timeout
        // Others may commit in another process, of which nothing is heard: looking costs little,
        // and less and less often.
        var pause = Duration.milliseconds(1)
        while true {
            let reached = try self.position
            if reached >= position { return reached }
            let now = ContinuousClock.now
            guard now < deadline else {
                throw ProjectionError(
                    .timedOut, at: reached,
                    "The rows of \(projection.name) stand at \(reached), not at \(position), after"
                        + " \(timeout). Let somebody follow or catch up, or wait longer.")
            }
            try await Task.sleep(until: min(now + pause, deadline))
            pause = min(pause * 2, .milliseconds(50))
        }
    }
}
