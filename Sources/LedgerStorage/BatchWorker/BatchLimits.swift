/// How much a batch worker takes.
struct BatchLimits: Sendable {
    /// The most items that wait at once.
    let items: Int
    /// The greatest sum of weights that waits at once.
    let weight: Int
    /// The most items in one batch.
    let batch: Int
}
