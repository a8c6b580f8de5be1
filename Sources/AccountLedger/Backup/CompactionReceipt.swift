public import LedgerDomain

/// What a compaction has come to.
public struct CompactionReceipt: Sendable, Hashable {
    /// The position of the last record.
    public let position: Position
    /// The length of the data file before, in bytes.
    public let sizeBefore: Int
    /// The length of the data file now, in bytes.
    public let sizeAfter: Int
}
