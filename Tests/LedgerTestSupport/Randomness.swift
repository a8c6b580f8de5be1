internal import AccountLedgerTesting

/// Random numbers that a seed repeats.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var numbers: RepeatableNumbers

    /// Begins the sequence of a seed.
    package init(seed: UInt64) { numbers = RepeatableNumbers(seed: seed) }

    package mutating func next() -> UInt64 { numbers.next() }

    /// Whether something happens that happens so often in a hundred times.
    package mutating func happens(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &self) < percent
    }

    /// One element of several, the fallback where there is none.
    package mutating func pick<Element>(_ elements: [Element], else fallback: Element) -> Element {
        elements.randomElement(using: &self) ?? fallback
    }
}

/// How much a test does: small by default, enlarged by variables of the environment.
package enum Effort {
    /// The number that a variable names, else the fallback.
    package static func number(_ variable: String, else fallback: Int) -> Int {
        environment(variable).flatMap { Int($0) } ?? fallback
    }

    /// Fresh seeds, or the one that `LEDGER_TEST_SEED` repeats; as arguments they are printed.
    package static func seeds(_ variable: String, else fallback: Int) -> [UInt64] {
        if let seed = environment("LEDGER_TEST_SEED").flatMap({ UInt64($0) }) { return [seed] }
        return (0..<number(variable, else: fallback)).map { _ in UInt64.random(in: 0..<1_000_000) }
    }
}
