internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat

/// The records of a range, read a page at a time, so that no read lasts.
///
/// The end is fixed when the first page is asked for: the log never changes below it.
struct RecordPages: ~Copyable {
    private let ledger: Ledger
    private let first: Position
    private var last: Position
    private let end: Position

    /// Reads from a position, the first one where left out, up to a moment, now where left out.
    init(
        _ ledger: Ledger, from first: Position? = nil, asOf moment: Moment? = nil
    ) throws(CommandFailure) {
        self.ledger = ledger
        let start = first?.number ?? 1
        last = Position(start > 0 ? start - 1 : 0)
        self.first = last
        end = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in try view.position(of: moment) }
        }
    }

    /// The position of the last record read.
    var position: Position { last }

    /// The next records, none at the end.
    mutating func next(limit: Int) throws(CommandFailure) -> [EventRecord]? {
        try next(limit, \.position) { (view, from, count) throws(LedgerError) in
            try view.records(after: from, limit: count)
        }
    }

    /// The next records with their stored bytes, none at the end.
    mutating func nextStored(limit: Int) throws(CommandFailure) -> [StoredRecord]? {
        try next(limit, \.record.position) { (view, from, count) throws(LedgerError) in
            try view.storedRecords(after: from, limit: count)
        }
    }

    private mutating func next<Element>(
        _ limit: Int, _ position: (Element) -> Position,
        _ read: (borrowing LedgerView, Position, Int) throws(LedgerError) -> [Element]
    ) throws(CommandFailure) -> [Element]? {
        guard last < end else { return nil }
        let (from, count) = (last, Int(clamping: min(UInt64(limit), end.number - last.number)))
        let page = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in try read(view, from, count) }
        }
        guard let reached = page.last.map(position) else { return nil }
        last = reached
        return page
    }

    /// How much of the range was read, for people.
    func progress(_ noun: String) -> String {
        Progress.share(last.number - first.number, of: end.number - first.number, noun)
    }
}
