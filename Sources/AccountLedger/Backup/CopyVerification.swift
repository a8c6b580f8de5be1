/// How much of a copy is read back before it counts as one.
@nonexhaustive
public enum CopyVerification: String, Sendable, Hashable, CaseIterable {
    /// Nothing; only its first pages, without which nobody could open it.
    case none
    /// Every record: as `verify` does without the views.
    case records
    /// Everything: as `verify` does. It takes several times as long, and room for scratch files.
    case all
}
