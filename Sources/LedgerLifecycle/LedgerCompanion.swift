public import AccountLedger

/// Something that runs beside a ledger in a service, and ends before the ledger is closed.
public struct LedgerCompanion: Sendable {
    let run: @Sendable () async throws -> Void
    let close: @Sendable () -> Void

    /// A task that is cancelled when the service shuts down, such as a loop over records.
    ///
    /// It may end earlier. An error that it throws ends the service; `CancellationError` does not.
    public init(_ run: @escaping @Sendable () async throws -> Void) {
        self.init(run: run, close: {})
    }

    private init(
        run: @escaping @Sendable () async throws -> Void, close: @escaping @Sendable () -> Void
    ) {
        self.run = run
        self.close = close
    }

    /// Rows that follow the log; what is not applied at a shutdown is applied after the next start.
    ///
    /// - Parameters:
    ///   - rows: The rows; they are closed before the ledger.
    ///   - interval: How long to wait before looking again once all is applied; 50 ms.
    public static func following<Edition>(
        _ rows: OpenProjection<Edition>, every interval: Duration = .milliseconds(50)
    ) -> LedgerCompanion {
        LedgerCompanion(run: { try await rows.follow(every: interval) }, close: { rows.close() })
    }

    /// A reactor that delivers; an attempt that the shutdown cancels does not count, and is made
    /// again after the next start.
    ///
    /// - Parameter reactor: The reactor; it is closed before the ledger.
    public static func delivering<Effect>(_ reactor: OpenReactor<Effect>) -> LedgerCompanion {
        LedgerCompanion(run: { try await reactor.run() }, close: { reactor.close() })
    }
}
