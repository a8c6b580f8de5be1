package import LedgerDomain

/// Something that a verification found wrong: a value, not an error.
package struct Finding: Sendable, Hashable {
    /// What is wrong; the names are stable.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A position has no record.
        case gap
        /// A record's bytes, or those of a row of our own, are not what the format says.
        case undecodable
        /// A record holds an event that a newer version wrote.
        case unknownEvent
        /// A record's time is not later than that of the one before.
        case timeNotIncreasing
        /// A record's own name is not one of its time.
        case idNotOfTime
        /// A record has the name of an earlier one.
        case idRepeated
        /// A record is not among the others that its command appended.
        case commandIncomplete
        /// A record says what no command makes a record say.
        case contradictory
        /// A record cannot follow on what came before it.
        case foldFailed
        /// A record consumes a state that was issued for another user, toolkit or time.
        case stateMisused
        /// A record gives a grant to a credential while another one holds it.
        case grantHeldTwice
        /// A record has no entry in an index that has to have one.
        case recordNotIndexed
        /// An entry of an index names no record, or one that does not say so.
        case entryUnresolved
        /// The views say that they are ahead of the log.
        case checkpointAhead
        /// The views have not applied all of the log.
        case checkpointBehind
        /// A derived table lacks rows that the log implies.
        case rowMissing
        /// A derived table has rows that the log does not imply.
        case rowExtra
        /// A derived table has rows that the log implies otherwise.
        case rowDifferent
        /// The rows of a projection beside the ledger say that they are ahead of the log.
        case projectionAhead
        /// The rows of a projection beside the ledger contain a record that the log does not have.
        case projectionOfOtherLog
        /// What lies beside the ledger as a projection cannot be read as one.
        case projectionUnreadable
        /// A reactor beside the ledger says that it is ahead of the log.
        case reactorAhead
        /// A reactor beside the ledger took a record that the log does not have.
        case reactorOfOtherLog
        /// What lies beside the ledger as a reactor cannot be read as one.
        case reactorUnreadable
        /// The file is damaged so far that reading it stops a process.
        case unreadable
    }

    /// What is wrong.
    package let kind: Kind
    /// The record concerned, where one is.
    package let position: Position?
    /// The table concerned, where one is.
    package let table: String?
    /// The key of the row concerned, or of the first of several, where it is known.
    package let key: [UInt8]?
    /// How many rows are concerned.
    package let count: Int
    /// What exactly is wrong; no personal field.
    package let detail: String

    init(
        _ kind: Kind, at position: Position? = nil, table: String? = nil, key: [UInt8]? = nil,
        count: Int = 1, _ detail: String
    ) {
        self.kind = kind
        self.position = position
        self.table = table
        self.key = key
        self.count = count
        self.detail = detail
    }
}
