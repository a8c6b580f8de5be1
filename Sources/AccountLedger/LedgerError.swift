internal import LedgerJournal
package import LedgerStorage
public import LedgerDomain

/// A failure to open, read or write a ledger.
///
/// Two errors are equal when code and subject are; the message is for people and may be reworded.
/// It says what failed, on what, and what to do, and holds no token, e-mail address or label.
public struct LedgerError: Error, Sendable, Equatable {
    /// What failed, as a program would distinguish it.
    @nonexhaustive
    public enum Code: Sendable, Hashable {
        /// The path holds no ledger, or something else.
        case notALedger
        /// A newer version of the package, or another LMDB, wrote the ledger.
        case unsupportedFormat
        /// The path is missing, not a directory, or a symbolic link.
        case pathProblem
        /// The operating system refused access.
        case permissionDenied
        /// A write was asked of a ledger opened for reading, or of a read-only file system.
        case readOnly
        /// Disk or quota are full, or free space is below the reserve.
        case diskFull
        /// The file system cannot keep LMDB's promises.
        case unsupportedFileSystem
        /// The ledger is open in this process already.
        case alreadyOpen
        /// Another process keeps others out.
        case heldExclusively
        /// Too much waits to be written; nothing was done.
        case overloaded
        /// The ledger was closed; nothing was done.
        case closed
        /// Whether the command was carried out could not be found out.
        case outcomeUnknown
        /// The log or a table holds what it cannot hold.
        case damaged
        /// The position asked for is past the last record.
        case positionPastHead
        /// The log has another record at a place that was kept: it was restored, and went on.
        case notOfLog
        /// A clock was given for a ledger that keeps its own, or the other way round.
        case clockMismatch
        /// An option is outside its range.
        case invalidOption
        /// More reads run than `LedgerOptions.maximumReaders`, over all processes.
        case tooManyReaders
        /// A process that `fork` made uses a ledger that its parent opened.
        case forked
        /// The calling thread is inside a read or a write that it would wait for itself.
        case insideRead
        /// A pin names a credential that cannot be pinned.
        case pinRefused(Refusal)
        /// The path holds a ledger where a new one was to be made.
        case alreadyExists
        /// The disk failed to read or write.
        case inputOutput
        /// A listing that is called complete would withdraw more than can be believed.
        case suspiciousListing
        /// A listing is dated after the ledger's time.
        case futureListing
        /// Anything else.
        case other
    }

    /// What failed.
    public let code: Code
    /// The file, directory or table concerned, where one is.
    public let subject: String
    /// What failed, on what, and what to do.
    public let message: String

    init(_ code: Code, subject: String = "", _ message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    /// Compares code and subject, not the wording.
    public static func == (left: LedgerError, right: LedgerError) -> Bool {
        left.code == right.code && left.subject == right.subject
    }
}

extension LedgerError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}

extension LedgerError {
    init(_ error: JournalError) {
        if case .storage(let error) = error.code {
            self.init(error)
            return
        }
        let code: Code =
            switch error.code {
            case .overloaded: .overloaded
            case .closed: .closed
            case .outcomeUnknown: .outcomeUnknown
            case .format, .fold, .missingRecord, .damagedRow:
                error.isDamage ? .damaged : .unsupportedFormat
            case .storage, .abandoned: .other
            }
        self.init(code, error.description)
    }

    init(_ error: StorageError) {
        self.init(Self.code(of: error), subject: error.subject, error.message)
    }

    private static func code(of error: StorageError) -> Code {
        switch error.code {
        case .notALedger, .missingTable, .tableKindMismatch: .notALedger
        case .lmdbVersionUnsupported, .libraryUnsupported: .unsupportedFormat
        case .pathProblem: .pathProblem
        case .permissionDenied: .permissionDenied
        case .readOnly: .readOnly
        case .diskFull: .diskFull
        case .unsupportedFileSystem: .unsupportedFileSystem
        case .alreadyOpen: .alreadyOpen
        case .heldExclusively: .heldExclusively
        case .corrupted: .damaged
        case .outcomeUnknown: .outcomeUnknown
        case .closed: .closed
        case .inputOutput, .reopenRequired: .inputOutput
        case .readersFull: .tooManyReaders
        case .forked: .forked
        case .transactionInProgress: .insideRead
        case .mapFull, .valueTooLarge, .keyLength, .keyOrder, .transactionTooLarge,
            .transactionFailed, .unsupportedNamespace, .other:
            .other
        }
    }
}

/// Runs a body of the lower layers and translates its failure.
func translated<R>(_ body: () throws(JournalError) -> R) throws(LedgerError) -> R {
    do { return try body() } catch { throw LedgerError(error) }
}

extension LedgerError: StorageFailure {
    package init(storage: StorageError) { self.init(storage) }
}
