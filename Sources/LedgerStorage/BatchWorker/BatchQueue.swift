/// The items that wait for a batch worker, and how much it took last time.
struct BatchQueue<Item> {
    private var items: [Item] = []
    private var weights: [Int] = []
    private(set) var weight = 0
    private(set) var isClosed = false
    var hasEnded = false
    /// How many items the worker waits for; those who submit wake it when they are there.
    var wanted = 1

    var count: Int { items.count }

    enum Answer {
        case accepted(wakes: Bool)
        case full
        case closed
    }

    mutating func append(_ item: Item, weight: Int, limits: BatchLimits) -> Answer {
        guard !isClosed else { return .closed }
        let isTooHeavy = weight > limits.weight - self.weight
        guard count < limits.items, !isTooHeavy || items.isEmpty else { return .full }
        items.append(item)
        weights.append(weight)
        self.weight += weight
        return .accepted(wakes: count == wanted)
    }

    mutating func close() { isClosed = true }

    /// Removes the items of the next batch, the oldest first.
    mutating func takeBatch(limits: BatchLimits) -> [Item] {
        var taken = 0
        var takenWeight = 0
        while taken < count, taken == 0 || takenWeight + weights[taken] <= limits.batch {
            takenWeight += weights[taken]
            taken += 1
        }
        weight -= takenWeight
        if taken == count {
            defer { (items, weights) = ([], []) }
            return items
        }
        let batch = Array(items.prefix(taken))
        items.removeFirst(taken)
        weights.removeFirst(taken)
        return batch
    }
}
