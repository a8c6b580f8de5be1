/// How much a batch worker takes.
struct BatchLimits: Sendable {
    /// The most items that wait at once.
    let items: Int
    /// The greatest sum of weights that waits at once.
    let weight: Int
    /// The greatest sum of weights in one batch; an item that is heavier is a batch by itself.
    let batch: Int
}
