public import LedgerDomain

/// What a copy of a ledger holds, as it was read from the copy.
public struct BackupReceipt: Sendable, Hashable {
    /// The directory of the copy, as an absolute path.
    public let path: String
    /// The ledger's own name; a copy has the same.
    public let ledger: String
    /// The position of the last record, which is how many records there are.
    public let position: Position
    /// When the last record was recorded; none in a copy without records.
    public let recordedAt: Timestamp?
    /// The length of the data file in bytes.
    public let size: Int
    /// What was read back.
    public let verification: CopyVerification
}
