package import LedgerDomain
package import LedgerFormat
package import LedgerStorage

/// A failure to append to the log or to read it.
package struct JournalError: Error, Sendable, Equatable {
    package enum Code: Sendable, Equatable {
        /// The storage layer failed.
        case storage(StorageError)
        /// Bytes of a record or a row are not what the format says.
        case format(FormatError)
        /// A record cannot follow on what came before it.
        case fold(FoldError)
        /// The log lacks a record that something refers to.
        case missingRecord
        /// A row of a table refers to nothing, or is not what its table holds.
        case damagedRow(table: String)
        /// Too much waits to be written; nothing was done.
        case overloaded
        /// The journal was closed; nothing was done.
        case closed
        /// Whether the command was carried out could not be found out.
        case outcomeUnknown
        /// Rolls back what a request has changed that is undone; who submitted it is answered, and
        /// not told of this.
        case abandoned
    }

    package let code: Code
    /// The record concerned, where one is.
    package let position: Position?

    package init(_ code: Code, at position: Position? = nil) {
        self.code = code
        self.position = position
    }

    /// Whether the log or a table holds what it cannot hold, as opposed to being out of reach.
    package var isDamage: Bool {
        switch code {
        case .format(let error): !error.isOfNewerVersion
        case .fold, .missingRecord, .damagedRow: true
        case .storage(let error): error.code == .corrupted
        case .overloaded, .closed, .outcomeUnknown, .abandoned: false
        }
    }
}

extension JournalError: StorageFailure {
    package init(storage: StorageError) {
        self.init(storage.code == .outcomeUnknown ? .outcomeUnknown : .storage(storage))
    }
}

extension JournalError: CustomStringConvertible {
    /// What failed, on what, and what to do.
    package var description: String {
        let place = position.map { "the record at position \($0)" } ?? "the ledger"
        return switch code {
        case .storage(let error): error.message
        case .format(let error): "Reading \(place) failed: \(error). Run verify."
        case .fold(let error):
            "The record at position \(error.position) cannot follow on the log before it"
                + " (\(error.reason.rawValue)). Run verify."
        case .missingRecord: "The log lacks \(place). Run verify."
        case .damagedRow(let table):
            "Table \(table) has a damaged row. Stop writing, keep the file, restore a backup."
        case .overloaded:
            "Too many commands wait to be written; nothing was done. Try again after a pause."
        case .abandoned: "The request was undone; nothing was done."
        case .closed: "The ledger is closed; nothing was done. Open it again."
        case .outcomeUnknown:
            "The disk failed while committing, and whether the command was carried out could not"
                + " be found out. Reopen the ledger and look, or repeat the command with its"
                + " idempotency key."
        }
    }
}
