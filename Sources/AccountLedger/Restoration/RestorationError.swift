package import LedgerAudit
package import LedgerDomain
internal import LedgerJournal

/// Why a ledger cannot be restored from records.
///
/// What was restored before the record concerned stays.
package struct RestorationError: Error, Equatable, Sendable {
    package enum Code: Equatable, Sendable {
        /// The directory holds a ledger, and not the one that is restored.
        case otherLedger
        /// The record is not the next one.
        case outOfOrder
        /// No log has such a record behind the ones before it.
        case impossible(Finding.Kind)
        /// The record cannot follow on what the ones before it say.
        case cannotFollow
        /// The ledger has another record at the position.
        case differs
        /// The ledger has more records than are restored.
        case longer
        /// The last records are not all of their command.
        case incomplete
        /// The ledger failed.
        case ledger(LedgerError)
    }

    package let code: Code
    /// The record concerned, where one is.
    package let position: Position?
    /// What failed, on what, and what to do.
    package let message: String

    init(_ code: Code, at position: Position? = nil, _ message: String) {
        self.code = code
        self.position = position
        self.message = message
    }

    init(_ error: LedgerError) {
        self.init(.ledger(error), error.message)
    }

    init(_ error: JournalError) {
        guard case .fold(let fold) = error.code else {
            self.init(LedgerError(error))
            return
        }
        self.init(
            .cannotFollow, at: fold.position,
            "The record at position \(fold.position) cannot follow on those before it"
                + " (\(fold.reason.rawValue)).")
    }
}
