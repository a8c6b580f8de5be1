public import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
package import LedgerStorage

/// A failure to deliver records to a reactor, or to say how far it is.
public struct ReactorError: Error, Sendable {
    /// What failed, as a program would distinguish it.
    @nonexhaustive
    public enum Code: Sendable, Hashable {
        /// The reactor's name or sets of events are not as they have to be.
        case invalidDefinition
        /// An option is outside its range.
        case invalidOption
        /// It was to begin after a position that has no record yet.
        case positionPastHead
        /// The ledger has no reactor of that name.
        case unknownReactor
        /// The directory holds the checkpoint of another reactor, or of another ledger's.
        case otherLedger
        /// It delivered a record that the log does not have: the ledger was restored from a backup.
        case notOfLog
        /// Another opening delivers, of this or another process.
        case alreadyDelivering
        /// The reactor threw `DeliveryFailure.stop`.
        case stopped
        /// No record is parked at the position.
        case notParked
        /// A newer version of the package wrote the record; this one does not know its event.
        case unknownEvent
        /// The record's bytes cannot be read.
        case undecodable
        /// What is kept of the reactor cannot be read.
        case damaged
        /// The ledger or the reactor was closed.
        case closed
        /// A process that `fork` made uses what its parent opened.
        case forked
        /// The disk or the operating system failed.
        case storage
    }

    /// What failed.
    public let code: Code
    /// The record concerned, where one is; it was not delivered.
    public let position: Position?
    /// What failed, on what, and what to do; it holds nothing of a record.
    public let message: String
    /// Whether the environment has to be reopened before it can be used again.
    private(set) var needsReopening = false

    package init(_ code: Code, at position: Position? = nil, _ message: String) {
        self.code = code
        self.position = position
        self.message = message
    }
}

extension ReactorError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}

extension ReactorError: ReopenableFailure {
    package init(storage: StorageError) {
        let code: Code =
            switch storage.code {
            case .closed: .closed
            case .forked: .forked
            case .corrupted: .damaged
            default: .storage
            }
        self.init(code, storage.message)
        needsReopening = storage.needsReopening
    }

    /// Takes over a failure to read the log.
    init(_ error: JournalError) {
        switch error.code {
        case .format(let cause) where cause.isOfNewerVersion:
            self.init(.unknownEvent, at: error.position, error.description)
        case .format, .missingRecord:
            self.init(.undecodable, at: error.position, error.description)
        case .storage(let cause): self.init(storage: cause)
        case .closed: self.init(.closed, at: error.position, error.description)
        default: self.init(.storage, at: error.position, error.description)
        }
    }
}
