internal import AccountLedger
internal import LedgerDomain

/// Random numbers that a seed repeats: SplitMix64.
package struct RepeatableNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins the sequence of a seed.
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension RepeatableNumbers {
    /// The bytes of a use, whoever asks how often: a commit that is tried again asks again.
    static func bytes(_ count: Int, for use: RandomUse, _ seed: UInt64) -> [UInt8] {
        let (kind, place): (UInt64, UInt64) =
            switch use {
            case .credential(let position): (1, position.number)
            case .token(let position): (2, position.number)
            case .event(let time): (3, UInt64(bitPattern: time.microsecondsSinceEpoch))
            }
        var generator = RepeatableNumbers(seed: seed)
        for part in [kind, place] { generator.state = generator.next() ^ part }
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
