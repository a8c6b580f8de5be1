/// How much a batch worker takes.
struct BatchLimits: Sendable {
    /// The most items that wait at once.
    let items: Int
    /// The greatest sum of weights that waits at once.
    let weight: Int
    /// The greatest sum of weights in one batch; an item that is heavier is a batch by itself.
    let batch: Int
    /// How long to wait for more, given how long the last batch took, in nanoseconds.
    ///
    /// Half of what is lost by an extra batch, and never long enough to be noticed.
    var linger: @Sendable (_ lastDuration: Int64) -> Int64 = { min($0 / 2, 300_000) }
}
