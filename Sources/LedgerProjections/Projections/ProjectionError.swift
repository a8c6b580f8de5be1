public import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
package import LedgerStorage

/// A failure to keep a projection, or to read it.
public struct ProjectionError: Error, Sendable {
    /// What failed, as a program would distinguish it.
    @nonexhaustive
    public enum Code: Sendable, Hashable {
        /// The projection's name, version, tables or sets of events are not as they have to be.
        case invalidDefinition
        /// The rows were built from another ledger.
        case otherLedger
        /// The rows contain a record that the log does not have: the ledger was restored from a
        /// backup.
        case notOfLog
        /// A newer version of the package wrote the record; this one does not know its event.
        case unknownEvent
        /// The record's bytes cannot be read.
        case undecodable
        /// `apply` threw.
        case applyFailed
        /// A key has more than 511 bytes, or none.
        case keyLength
        /// A table was used that the projection does not declare.
        case unknownTable
        /// A row holds what its table's types cannot be read from.
        case damagedRow
        /// An option is outside its range; nothing was done.
        case invalidOption
        /// Another process rebuilds the projection, or this one does; nothing was done.
        case rebuildRunning
        /// The rows did not come to a position within the time that was given.
        case timedOut
        /// The disk or the operating system failed.
        case storage
    }

    /// What failed.
    public let code: Code
    /// The record concerned, where one is; nothing of it was applied.
    public let position: Position?
    /// What failed, on what, and what to do; it holds nothing of a row.
    public let message: String
    /// Whether the environment has to be reopened before it can be used again.
    private(set) var needsReopening = false

    package init(_ code: Code, at position: Position? = nil, _ message: String) {
        self.code = code
        self.position = position
        self.message = message
    }
}

extension ProjectionError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}

extension ProjectionError: ReopenableFailure {
    package init(storage: StorageError) {
        self.init(.storage, storage.message)
        needsReopening = storage.needsReopening
    }

    /// Takes over a failure to read the log.
    package init(_ error: JournalError) {
        switch error.code {
        case .format(let cause) where cause.isOfNewerVersion:
            self.init(.unknownEvent, at: error.position, error.description)
        case .format, .missingRecord:
            self.init(.undecodable, at: error.position, error.description)
        default: self.init(.storage, at: error.position, error.description)
        }
    }
}
