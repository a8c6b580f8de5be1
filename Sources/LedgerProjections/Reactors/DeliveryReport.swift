package import LedgerDomain

/// What happens while records are delivered, for logs and metrics; nothing of a record is in it.
package enum DeliveryReport: Sendable {
    /// How many records of the log were not looked at yet, and how many are parked.
    case looked(behind: UInt64, parked: Int)
    /// A record had its effect.
    case delivered
    /// An attempt failed, and there will be another one.
    case failed
    /// A record could not be delivered.
    case parked(Position, EventID, attempts: Int, failure: String)
    /// Another opening delivers, and this one waits for it to end.
    case standingBy(for: Int32?)
}
