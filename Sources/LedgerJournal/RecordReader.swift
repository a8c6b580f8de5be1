internal import Synchronization
package import LedgerDomain
package import LedgerFormat
package import LedgerStorage

/// The records of a range, page by page, decoded ahead on a thread of its own.
///
/// Each page is read in a transaction of its own, so that a walk over a long log pins nothing; the
/// log never changes below a head.
package final class RecordReader: Sendable {
    /// Some records that follow on each other.
    package struct Page: Sendable {
        /// The records before the first that cannot be read.
        package let records: [EventRecord]
        /// What their bytes, and those of all records before, come to, where that was wanted.
        package let chain: RecordChain?
        /// Why there are no more records than these; then it is the last page.
        package let failure: JournalError?
    }

    /// From how many bytes on a page has no further record.
    private static let mostBytes = 1 << 20
    private let pages: ReadAhead<Page, Never>

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - environment: The environment of the log; it must stay open until the reader is stopped.
    ///   - log: The log.
    ///   - position: The record before the first.
    ///   - last: The last record; not past the head.
    ///   - chain: What the records before come to, where that is wanted.
    ///   - size: How many records a page holds at most, at least 1.
    package init(
        _ environment: Environment, _ log: EventLog, after position: Position,
        through last: Position, chain: RecordChain?, pageSize size: Int
    ) throws(JournalError) {
        let cursor = Cursor(position, chain)
        do {
            pages = try ReadAhead(name: "ledger-reader", depth: 4) {
                cursor.page(of: max(size, 1), through: last, from: log, in: environment)
            }
        } catch {
            throw JournalError(storage: error)
        }
    }

    /// The next page, or none after the last one; waits for it.
    package func next() -> Page? { pages.next() }

    /// Reads one page in a transaction of its own, up to the first record that cannot be read.
    ///
    /// - Parameters:
    ///   - position: The record before the first.
    ///   - last: The last record; not past the head.
    ///   - chain: What the records before come to, where that is wanted.
    ///   - log: The log.
    ///   - environment: The environment of the log.
    package static func page(
        after position: Position, through last: Position, chain: RecordChain? = nil,
        of log: EventLog, in environment: Environment
    ) -> Page {
        do throws(JournalError) {
            return try environment.read { (snapshot) throws(JournalError) in
                page(after: position, through: last, chain: chain, of: log, in: snapshot)
            }
        } catch {
            return Page(records: [], chain: chain, failure: error)
        }
    }

    /// Reads one page as a snapshot has it, up to the first record that cannot be read.
    ///
    /// A page ends early where its records are long, so that little of the log is in memory.
    package static func page(
        after position: Position, through last: Position, chain: RecordChain? = nil,
        of log: EventLog, in snapshot: borrowing Snapshot
    ) -> Page {
        var (records, chain, length) = ([EventRecord](), chain, 0)
        var failure: JournalError?
        do throws(JournalError) {
            try log.scanRecords(from: position.next, through: last, in: snapshot) {
                (record, bytes) throws(JournalError) in
                records.append(record)
                chain?.add([UInt8](copying: bytes))
                length += bytes.count
                return length < mostBytes ? .next : .stop
            }
        } catch {
            failure = error
        }
        return Page(records: records, chain: chain, failure: failure)
    }

    /// Ends the reading, and returns when the environment is no longer used.
    package func stop() { pages.stop() }
}

/// Where a reader stands; used by its thread alone.
private final class Cursor: Sendable {
    /// None when there is nothing more to read.
    private let place: Mutex<(position: Position, chain: RecordChain?)?>

    init(_ position: Position, _ chain: RecordChain?) { place = Mutex((position, chain)) }

    func page(
        of size: Int, through last: Position, from log: EventLog, in environment: Environment
    ) -> RecordReader.Page? {
        guard let (start, chain) = place.withLock({ $0 }), start < last else { return nil }
        let end = min(last, start.advanced(by: size))
        let page = RecordReader.page(
            after: start, through: end, chain: chain, of: log, in: environment)
        place.withLock {
            let reached = page.records.last?.position
            $0 = page.failure == nil ? reached.map { ($0, page.chain) } : nil
        }
        return page
    }
}
