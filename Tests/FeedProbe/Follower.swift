internal import AccountLedger
internal import Foundation
internal import Synchronization

/// A sequence of changes, in short: how many, and a number that every one of them and their order
/// go into.
struct Trace: Hashable, Sendable {
    private(set) var count = 0
    private var sum: UInt64 = 0

    mutating func add(_ change: AccountChange) {
        count += 1
        let text = "\(change.place) \(change.user) \(change.toolkit) \(Self.words(change.kind))"
        for byte in text.utf8 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    private static func words(_ kind: AccountChange.Kind) -> String {
        guard case .selectionChanged(let from, let to, _) = kind else { return kind.name }
        return "\(from) \(to)"
    }
}

/// One who follows while others write.
struct Follower: Sendable {
    /// How a follower is.
    enum Manner: Hashable, Sendable {
        /// It takes what comes.
        case steady
        /// It begins anew after every so many changes.
        case restarting(every: Int)
        /// It takes its time for each change, as long as others write.
        case slow
        /// It takes one change, and nothing more for as long as others write.
        case forgetful
    }

    /// What it came to.
    struct Result: Sendable {
        var trace = Trace()
        /// How far behind it was at each change after the first mark.
        var milliseconds = Spread()
        var positions = Spread()
        var isInOrder = true
        /// When it had its last change.
        var ended = ContinuousClock.now
    }

    let number: Int
    let filter: ChangeFilter
    let start: ChangePlace
    let manner: Manner

    /// The grant whose connecting is the last change that it waits for.
    var stop: GrantID { GrantID("stop\(number)") }

    /// Follows up to its last change.
    ///
    /// - Parameters:
    ///   - isWriting: Whether others write.
    ///   - head: The head of the log, not long ago.
    func run(
        in ledger: Ledger, isWriting: @escaping @Sendable () -> Bool,
        head: @escaping @Sendable () -> UInt64
    ) async throws -> Result {
        var (result, last, isLive) = (Result(), start, false)
        while true {
            var taken = 0
            for try await item in ledger.changes(after: last, of: filter) {
                guard case .change(let change) = item else {
                    isLive = true
                    last = item.place
                    continue
                }
                if change.kind == .connected(grant: stop) {
                    result.ended = .now
                    return result
                }
                result.take(change, after: last, isLive: isLive, head: head())
                last = change.place
                taken += 1
                try await pause(isWriting)
                if case .restarting(let count) = manner, taken == count { break }
            }
        }
    }

    private func pause(_ isWriting: @Sendable () -> Bool) async throws {
        switch manner {
        case .steady, .restarting: return
        case .slow: if isWriting() { try await Task.sleep(for: .milliseconds(2)) }
        case .forgetful:
            while isWriting() { try await Task.sleep(for: .milliseconds(100)) }
        }
    }

    /// The manner in a word, and whether it began at the beginning.
    var kind: String {
        let name =
            switch manner {
            case .steady: "steady"
            case .restarting: "restarting"
            case .slow: "slow"
            case .forgetful: "forgetful"
            }
        return start == .beginning ? "\(name), from the beginning" : name
    }

    /// Whether it is behind by its own doing.
    var isLate: Bool {
        switch manner {
        case .steady, .restarting: false
        case .slow, .forgetful: true
        }
    }
}

extension Follower.Result {
    mutating func take(
        _ change: AccountChange, after last: ChangePlace, isLive: Bool, head: UInt64
    ) {
        let places = [last, change.place].map { ($0.position.number, $0.index ?? .max) }
        if places[0] >= places[1] { isInOrder = false }
        trace.add(change)
        guard isLive else { return }
        let now = Timestamp(Date()).microsecondsSinceEpoch
        milliseconds.add(Int(now - change.recordedAt.microsecondsSinceEpoch) / 1000)
        positions.add(Int(max(head, change.position.number) - change.position.number))
    }
}
