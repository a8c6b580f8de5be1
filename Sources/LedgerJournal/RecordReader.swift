internal import Synchronization
package import LedgerDomain
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
        /// Why there are no more records than these; then it is the last page.
        package let failure: JournalError?
    }

    private let pages: ReadAhead<Page, Never>

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - environment: The environment of the log; it must stay open until the reader is stopped.
    ///   - log: The log.
    ///   - position: The record before the first.
    ///   - last: The last record; not past the head.
    ///   - size: How many records a page holds at most, at least 1.
    package init(
        _ environment: Environment, _ log: EventLog, after position: Position,
        through last: Position, pageSize size: Int
    ) throws(JournalError) {
        let cursor = Cursor(position)
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

    /// Gathers the records of one page, up to the first that cannot be read.
    ///
    /// - Parameters:
    ///   - position: The record before the first.
    ///   - last: The last record.
    ///   - scan: Visits the records of that range.
    package static func page(
        after position: Position, through last: Position,
        _ scan: (_ body: (EventRecord) throws(JournalError) -> ScanStep) throws(JournalError) ->
            Void
    ) -> Page {
        var records: [EventRecord] = []
        records.reserveCapacity(Int(clamping: last.number - position.number))
        do throws(JournalError) {
            try scan { (record) throws(JournalError) in
                records.append(record)
                return .next
            }
        } catch {
            return Page(records: records, failure: error)
        }
        return Page(records: records, failure: nil)
    }

    /// Ends the reading, and returns when the environment is no longer used.
    package func stop() { pages.stop() }
}

/// Where a reader stands; used by its thread alone.
private final class Cursor: Sendable {
    /// None when there is nothing more to read.
    private let position: Mutex<Position?>

    init(_ position: Position) { self.position = Mutex(position) }

    func page(
        of size: Int, through last: Position, from log: EventLog, in environment: Environment
    ) -> RecordReader.Page? {
        guard let start = position.withLock({ $0 }), start < last else { return nil }
        let end = min(last, start.advanced(by: size))
        let page = RecordReader.page(after: start, through: end) { (body) throws(JournalError) in
            try environment.read { (snapshot) throws(JournalError) in
                try log.scan(from: start.next, through: end, in: snapshot, body)
            }
        }
        position.withLock { $0 = page.failure == nil ? end : nil }
        return page
    }
}
