package import LedgerDomain

extension Timestamp {
    /// Whether a ledger's clock may show the time: it can be written, and so can that of a day
    /// later, which is after the end of every state that begins now.
    package var canBeNow: Bool { isInRange && adding(seconds: 86_400).isInRange }
}
