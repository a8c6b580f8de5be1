internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage

/// A log as those see it who follow it: its head, and pages of records, each read by itself.
///
/// No read lasts longer than a page, so that no follower keeps the file from reusing pages.
struct FollowedLog: Sendable {
    let environment: Environment
    private let log: EventLog

    init(_ environment: Environment) throws(JournalError) {
        self.environment = environment
        log = try EventLog(in: environment)
    }

    /// The position of the last record.
    func head() throws(JournalError) -> Position {
        try environment.read { (snapshot) throws(JournalError) in try log.head(in: snapshot) }
    }

    /// The position of the last record that a snapshot of its environment has.
    func head(in snapshot: borrowing Snapshot) throws(JournalError) -> Position {
        try log.head(in: snapshot)
    }

    /// The record at a position; none past the head.
    func record(at position: Position) throws(JournalError) -> EventRecord? {
        try environment.read { (snapshot) throws(JournalError) in
            try log.record(at: position, in: snapshot)
        }
    }

    /// Whether the log has the record that a follower took last.
    func contains(_ checkpoint: Checkpoint) throws(JournalError) -> Bool {
        guard checkpoint.position > .start else { return true }
        return try record(at: checkpoint.position).map(checkpoint.isOf) ?? false
    }

    /// The records that follow on a position.
    ///
    /// - Parameters:
    ///   - position: The position before the first record.
    ///   - target: The last record, which must not be past the head.
    ///   - limit: How many records at most.
    func page(
        after position: Position, through target: Position, limit: Int
    ) -> RecordReader.Page {
        let last = min(target, position.advanced(by: limit))
        return RecordReader.page(after: position, through: last, of: log, in: environment)
    }

    /// The records that follow on a position, as a snapshot of its environment has them.
    func page(
        after position: Position, through target: Position, chain: RecordChain?, limit: Int,
        in snapshot: borrowing Snapshot
    ) -> RecordReader.Page {
        let last = min(target, position.advanced(by: limit))
        return RecordReader.page(
            after: position, through: last, chain: chain, of: log, in: snapshot)
    }

    /// The pages that follow on a position, read ahead on a thread of its own.
    func pages(
        after position: Position, through target: Position, chain: RecordChain?, limit: Int
    ) throws(JournalError) -> RecordReader {
        try RecordReader(
            environment, log, after: position, through: target, chain: chain, pageSize: limit)
    }

    /// What the bytes of the records up to a position come to; none where the log ends before it.
    ///
    /// Reads them all, in short transactions, and decodes none.
    func chain(through last: Position) throws(JournalError) -> RecordChain? {
        guard try head() >= last else { return nil }
        var (chain, reached) = (RecordChain(), Position.start)
        while reached < last {
            let start = reached
            try environment.read { (snapshot) throws(JournalError) in
                let end = min(last, start.advanced(by: 10_000))
                try log.scanBytes(from: start.next, through: end, in: snapshot) {
                    (_, bytes) throws(JournalError) in
                    chain.add(bytes)
                    return .next
                }
                reached = end
            }
        }
        return chain
    }
}
