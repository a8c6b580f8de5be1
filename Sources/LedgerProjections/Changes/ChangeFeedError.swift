package import LedgerDomain
package import LedgerJournal

/// Why the change feed cannot go on.
package enum ChangeFeedError: Error {
    /// The log cannot be read.
    case log(JournalError)
    /// The feed was to begin after a record that the log does not have.
    case pastHead(Position, head: Position)
    /// The record at the place to begin after is another one.
    case notOfLog(Position)
}
