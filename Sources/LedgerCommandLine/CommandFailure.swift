internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerStorage

/// Why a subcommand did not get to its end: what failed, on what, what to do.
///
/// The message holds no e-mail address, label or token.
struct CommandFailure: Error, Hashable {
    /// What the program ends with.
    let status: ExitStatus
    /// The name for programs; stable.
    let code: String
    /// The words for people.
    let message: String

    init(_ status: ExitStatus, code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// Something was asked for in a way that cannot be answered.
    static func usage(_ message: String) -> CommandFailure {
        CommandFailure(.unusable, code: "usage", message)
    }

    /// The work was stopped; the message says where, and how to go on.
    static func stopped(_ message: String) -> CommandFailure {
        CommandFailure(.stopped, code: "stopped", message)
    }

    /// Whoever read the answer wants no more of it: nothing is said.
    static let readerGone = CommandFailure(.stopped, code: "readerGone", "")

    /// A refusal of something that is only looked at.
    init(_ refusal: Refusal) {
        self.init(.found, code: refusal.name, RefusalText.sentence(refusal))
    }

    init(_ error: LedgerError) {
        switch error.code {
        case .pinRefused(let refusal):
            self.init(.found, code: refusal.name, error.message)
        case .alreadyExists:
            self.init(
                .unusable, code: "exists",
                "\(error.message) Its policy and clock cannot be changed.")
        case .damaged: self.init(.broken, code: "damaged", error.message)
        default: self.init(.unusable, code: error.code.name, error.message)
        }
    }

    init(_ error: StorageError) {
        self.init(.unusable, code: "inputUnreadable", error.message)
    }

    var diagnostic: Diagnostic { Diagnostic(code: code, message: message) }
}

extension LedgerError.Code {
    /// The name for programs; written by hand, and never changed.
    fileprivate var name: String {
        switch self {
        case .notALedger: "notALedger"
        case .unsupportedFormat: "unsupportedFormat"
        case .pathProblem: "pathProblem"
        case .permissionDenied: "permissionDenied"
        case .readOnly: "readOnly"
        case .diskFull: "diskFull"
        case .unsupportedFileSystem: "unsupportedFileSystem"
        case .alreadyOpen: "alreadyOpen"
        case .heldExclusively: "heldExclusively"
        case .overloaded: "overloaded"
        case .closed: "closed"
        case .outcomeUnknown: "outcomeUnknown"
        case .damaged: "damaged"
        case .positionPastHead: "positionPastHead"
        case .notOfLog: "notOfLog"
        case .clockMismatch: "clockMismatch"
        case .pinRefused(let refusal): refusal.name
        case .invalidOption: "invalidOption"
        case .tooManyReaders: "tooManyReaders"
        case .forked: "forked"
        case .insideRead: "insideRead"
        case .inputOutput: "inputOutput"
        case .alreadyExists: "exists"
        case .suspiciousListing: "suspiciousListing"
        case .futureListing: "futureListing"
        case .other: "other"
        }
    }
}

/// Runs a body of the ledger and translates its failure.
func translated<R>(_ body: () throws(LedgerError) -> R) throws(CommandFailure) -> R {
    do { return try body() } catch { throw CommandFailure(error) }
}
