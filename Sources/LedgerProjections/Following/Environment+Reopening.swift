internal import LedgerStorage

/// A failure that may be overcome by opening the environment again.
protocol ReopenableFailure: StorageFailure {
    /// Whether the environment has to be reopened before it can be used again.
    var needsReopening: Bool { get }
}

extension StorageError {
    /// Whether the disk has left the environment in a state that only reopening ends.
    var needsReopening: Bool { code == .outcomeUnknown || code == .reopenRequired }
}

extension Environment {
    /// Runs a body; where the disk has left the environment unusable, once more after reopening.
    ///
    /// Whether a commit of unknown outcome happened must not matter to the body.
    func reopening<R, E: ReopenableFailure>(_ body: () throws(E) -> R) throws(E) -> R {
        do {
            return try body()
        } catch {
            guard error.needsReopening else { throw error }
            do { try reopen() } catch { throw E(storage: error) }
            return try body()
        }
    }
}
