internal import LedgerDomain
internal import LedgerJournal
internal import Synchronization

/// The changes of a stretch of the log, found out once for all who follow there.
///
/// It grows at its end, a page at a time, when the first of them gets there, and loses its oldest
/// half where it holds more than it may; what was just read on may be a page more.
struct ChangeWindow {
    /// How many records to keep, and the accounts of how many users.
    private let limits: (records: Int, users: Int)
    /// The position before the first record kept.
    private(set) var start = Position.start
    /// The last record kept.
    private(set) var end = Position.start
    /// When somebody asked for it last.
    private(set) var lastUse: ContinuousClock.Instant?
    /// In the order of the log; a record without changes has none.
    private var changes: [AccountChange] = []
    private var folds: UserFolds

    /// Holds nothing yet, and later at most so much.
    init(records: Int, users: Int) {
        limits = (records, users)
        folds = UserFolds(limit: users)
    }

    /// Whether it can answer what comes after a position.
    func covers(_ position: Position) -> Bool { start <= position && position <= end }

    /// Holds nothing any more, and begins behind a position.
    mutating func begin(after position: Position) {
        (start, end) = (position, position)
        (changes, folds) = ([], UserFolds(limit: limits.users))
    }

    /// The changes behind a position, and the record up to which they are all there; none where it
    /// does not cover the position, or what comes next cannot be read.
    ///
    /// - Parameters:
    ///   - position: Where the follower is.
    ///   - head: The log's last record.
    ///   - page: How many records to read on where the position is its end; of records read
    ///     before, four times as many are answered at most.
    mutating func changes(
        after position: Position, through head: Position, page: Int, policy: Policy,
        _ reader: borrowing ViewReader
    ) -> (changes: [AccountChange], end: Position)? {
        guard covers(position) else { return nil }
        lastUse = .now
        if position == end {
            shorten()
            do throws(JournalError) { try readOn(through: head, page, policy, reader) } catch {
                // What was half taken in is of no use; who reads for itself is told.
                begin(after: position)
                return nil
            }
        }
        let last = min(end, head, position.advanced(by: 4 * page))
        // A copy: a slice would have all that is kept copied when it next grows.
        let some = Array(changes[firstIndex(after: position)..<firstIndex(after: last)])
        return (some, last)
    }

    private mutating func readOn(
        through head: Position, _ page: Int, _ policy: Policy, _ reader: borrowing ViewReader
    ) throws(JournalError) {
        for record in try reader.records(after: end, through: head, limit: page) {
            changes += try folds.apply(record, policy: policy, from: reader)
            end = record.position
        }
    }

    /// Lets the older half go where there is too much, but nothing that comes after its end.
    private mutating func shorten() {
        guard end.number - start.number > limits.records else { return }
        start = Position(end.number - UInt64(limits.records) / 2)
        changes.removeFirst(firstIndex(after: start))
    }

    /// The index of the first change behind a position; they are in the order of the log.
    private func firstIndex(after position: Position) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].position <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The windows of those who follow far behind the end of the log: so many, and no more.
///
/// Those who are near each other share one. Who finds none that has what comes next, nor one that
/// is free, reads for itself.
final class ChangeWindows: Sendable {
    /// One of them, which one follower at a time reads on.
    private final class Shared: Sendable {
        let window: Mutex<ChangeWindow>
        init(_ window: ChangeWindow) { self.window = Mutex(window) }
    }

    /// After how long without use a window is free: who takes it from somebody slow throws away
    /// what that one has to find out again.
    private static let idle = Duration.seconds(60)
    private let all: [Shared]

    /// Makes windows that hold nothing yet.
    init(count: Int, records: Int, users: Int) {
        all = (0..<count).map { _ in Shared(ChangeWindow(records: records, users: users)) }
    }

    /// What the window that covers a position has, or one that is free, which then begins there.
    ///
    /// None where there is neither. See `ChangeWindow.changes`.
    func changes(
        after position: Position, through head: Position, page: Int, policy: Policy,
        _ reader: borrowing ViewReader
    ) -> (changes: [AccountChange], end: Position)? {
        typealias Found = (changes: [AccountChange], end: Position)?
        var inUse: [Shared] = []
        for shared in all {
            let found = shared.window.withLockIfAvailable { window -> Found in
                window.changes(
                    after: position, through: head, page: page, policy: policy, reader)
            }
            switch found {
            case .some(.some(let found)): return found
            case .some(.none): continue
            case .none: inUse.append(shared)
            }
        }
        // Somebody reads on there, perhaps what comes next here.
        for shared in inUse {
            let found = shared.window.withLock { window -> Found in
                window.changes(
                    after: position, through: head, page: page, policy: policy, reader)
            }
            if let found { return found }
        }
        let moment = ContinuousClock.now - Self.idle
        return longestIdle(before: moment)?.window.withLock { window -> Found in
            // Somebody else may have begun it meanwhile.
            if window.lastUse.map({ $0 < moment }) ?? true { window.begin(after: position) }
            return window.changes(
                after: position, through: head, page: page, policy: policy, reader)
        }
    }

    /// The window that nobody has used for longest, one that was never used first.
    private func longestIdle(before moment: ContinuousClock.Instant) -> Shared? {
        var longest: (shared: Shared, lastUse: ContinuousClock.Instant)?
        for shared in all {
            guard let lastUse = shared.window.withLock({ $0.lastUse }) else { return shared }
            if lastUse < moment, lastUse < longest?.lastUse ?? moment {
                longest = (shared, lastUse)
            }
        }
        return longest?.shared
    }
}
