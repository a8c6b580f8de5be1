package import LedgerDomain

/// An index and the log that contradict each other.
package struct IndexProblem: Sendable, Hashable {
    /// In which way.
    package enum Kind: Sendable, Hashable {
        /// An entry names no record, or one that it does not follow from.
        case entryUnresolved
        /// A record has no entry where it has to have one, or another's.
        case recordNotIndexed
        /// A link consumed a state that another user, toolkit or time was meant by.
        case stateMisused
        /// A grant is held by a live credential that was not the last to get it.
        case grantHeldTwice
    }

    package let kind: Kind
    /// The index.
    package let table: ViewTables.Name
    /// The key of the entry.
    package let key: [UInt8]
    /// The record concerned, where one is.
    package let position: Position?
    /// What exactly is wrong; no personal field.
    package let detail: String
}
