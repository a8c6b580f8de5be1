internal import Foundation
internal import LedgerTestSupport

/// What the samples of a seed are made of.
struct Random: RandomNumberGenerator {
    private var numbers: SeededGenerator

    init(seed: UInt64) { numbers = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { numbers.next() }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// The value in some cases, else none.
    mutating func maybe<Value>(_ value: (inout Random) -> Value) -> Value? {
        chance(60) ? value(&self) : nil
    }
}

/// The seeds of random tests: a few that are always run, and one from `ACCOUNT_LEDGER_TEST_SEED`.
///
/// A failing test names the seed among its arguments.
enum Seeds {
    static let all: [UInt64] = {
        let chosen = ProcessInfo.processInfo.environment["ACCOUNT_LEDGER_TEST_SEED"].flatMap(
            UInt64.init)
        return [1, 2, 3, 4] + (chosen.map { [$0] } ?? [])
    }()
}

/// Bytes with a few of them changed, put in, taken out or doubled.
func mutated(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2 where place < bytes.count:
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: bytes.insert(contentsOf: bytes.suffix(from: place).prefix(8), at: place)
        }
    }
    return bytes
}
