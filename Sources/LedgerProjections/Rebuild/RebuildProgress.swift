public import LedgerDomain

/// How far a rebuild is.
public struct RebuildProgress: Sendable, Hashable {
    /// What has just been done.
    @nonexhaustive
    public enum Stage: String, Sendable, Hashable, CaseIterable {
        /// The place of the new rows is there, empty or with what an earlier rebuild has left.
        case prepared
        /// Some more records are applied to the new rows.
        case applied
        /// All records are applied.
        case reached
        /// Some more rows are compared.
        case compared
        /// The new rows are about to take the place of the live ones, within the transaction.
        case switching
        /// The new rows have taken the place of the live ones.
        case switched
    }

    /// What has just been done.
    public let stage: Stage
    /// The last position applied.
    public let position: Position
    /// The position to reach; it moves while others append.
    public let target: Position

    package init(_ stage: Stage = .applied, position: Position, target: Position) {
        self.stage = stage
        self.position = position
        self.target = target
    }
}
