internal import LedgerTestSupport

extension SeededGenerator {
    /// Whether an event of one in so many happens.
    mutating func oneIn(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    /// One of the elements.
    mutating func pick<Element>(_ first: Element, _ others: Element...) -> Element {
        ([first] + others).randomElement(using: &self) ?? first
    }

    /// One of the elements, or none of an empty collection.
    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.randomElement(using: &self)
    }

    /// The value, in one of so many cases.
    mutating func sometimes<Value>(_ count: Int, _ value: Value?) -> Value? {
        oneIn(count) ? value : nil
    }
}
