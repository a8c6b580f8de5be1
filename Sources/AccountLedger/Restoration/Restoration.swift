package import LedgerFormat
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

/// The restoring of a ledger from the stored bytes of its records.
///
/// The ledger gets the same id, policy, positions, times and bytes, and the views that follow from
/// them. Records come in the order of the log, from the first on. A commit holds whole commands
/// only. What is there already is compared byte by byte, so that work which was cut off goes on
/// when the same records are given again. Other processes are kept out meanwhile.
///
/// It is the same ledger and not another one: projections and reactors that followed the first
/// follow this one. Whoever goes on writing into both has two logs of one name; where one of them
/// is put beside the projections of the other, they notice by the event at their checkpoint.
package struct Restoration: ~Copyable {
    private let ledger: Ledger
    private let batch: Int
    private var scan = RecordScan()
    private var pending: [StoredRecord] = []
    /// How many of the pending records make whole commands.
    private var whole = 0
    /// How many records were there already.
    package private(set) var present = 0
    /// How many records were written.
    package private(set) var written = 0

    /// Opens the ledger in a directory, or makes it.
    ///
    /// - Parameters:
    ///   - header: What the ledger says of itself.
    ///   - path: The directory; made where it is absent.
    ///   - batch: About how many records share a commit.
    ///   - options: How to open it; access, policy and clock follow from the header.
    package init(
        of header: LedgerHeader, at path: String, batch: Int,
        options: LedgerOptions = LedgerOptions()
    ) throws(RestorationError) {
        var options = options
        options.access = .create
        options.isExclusive = true
        options.restoredHeader = header
        let opened: Ledger
        do { opened = try Ledger.open(at: path, options: options) } catch {
            throw RestorationError(error)
        }
        guard opened.header == header else {
            throw RestorationError(
                .otherLedger,
                "\(opened.path) holds another ledger. Nothing was changed. Name another directory."
            )
        }
        self.init(into: opened, batch)
    }

    private init(into ledger: Ledger, _ batch: Int) {
        self.ledger = ledger
        self.batch = batch
    }

    /// The ledger's own name.
    package var id: String { ledger.id }

    /// The directory that the ledger is in.
    package var path: String { ledger.path }

    /// The position up to which records are in the ledger.
    package var position: Position { Position(UInt64(present + written)) }

    /// Takes the next record in; answers whether records were committed.
    package mutating func take(_ stored: StoredRecord) throws(RestorationError) -> Bool {
        let position = scan.last.next
        guard stored.record.position == position else {
            throw RestorationError(
                .outOfOrder, at: stored.record.position,
                "Position \(stored.record.position) comes where \(position) has to.")
        }
        try check(stored.bytes, at: position)
        pending.append(stored)
        let part = stored.record.part
        if part.index + 1 == part.count { whole = pending.count }
        guard whole >= batch else { return false }
        try commit()
        return true
    }

    /// Commits the whole commands among the records taken in.
    package mutating func commit() throws(RestorationError) {
        guard whole > 0 else { return }
        let known = try compare(pending[..<whole])
        do { try write(pending[known..<whole]) } catch { throw RestorationError(error) }
        present += known
        written += whole - known
        pending.removeFirst(whole)
        whole = 0
    }

    /// Commits the rest, and finds out whether the ledger is what was restored.
    package mutating func finish() throws(RestorationError) {
        try commit()
        guard pending.isEmpty else {
            throw RestorationError(
                .incomplete, at: scan.last,
                "Position \(scan.last) is not the last record of its command.")
        }
        let head: Position
        do { head = try ledger.head() } catch { throw RestorationError(error) }
        guard head == scan.last else {
            throw RestorationError(
                .longer, at: scan.last,
                "The ledger in \(path) goes on to position \(head). Nothing was changed.")
        }
    }
}

extension Restoration {
    private mutating func check(
        _ bytes: [UInt8], at position: Position
    ) throws(RestorationError) {
        var found: Finding?
        _ = scan.check(bytes, at: position) { found = found ?? $0 }
        guard let found else { return }
        throw RestorationError(
            .impossible(found.kind), at: position,
            "No log has such a record at position \(position) (\(found.kind.rawValue)):"
                + " \(found.detail).")
    }

    /// How many of the records the ledger has already; all of these have to be the same.
    private func compare(
        _ records: ArraySlice<StoredRecord>
    ) throws(RestorationError) -> Int {
        let log = ledger.log
        let (known, other): (Int, Position?)
        do throws(JournalError) {
            (known, other) = try ledger.environment.read { (snapshot) throws(JournalError) in
                let head = try log.head(in: snapshot)
                let known = records.prefix { $0.record.position <= head }
                for stored in known {
                    let position = stored.record.position
                    guard try log.bytes(at: position, in: snapshot) == stored.bytes else {
                        return (0, position)
                    }
                }
                return (known.count, nil)
            }
        } catch {
            throw RestorationError(error)
        }
        guard let other else { return known }
        throw RestorationError(
            .differs, at: other,
            "The ledger in \(path) has another record at position \(other). Nothing was changed;"
                + " name another directory.")
    }

    /// Appends records, and derives the views from them, in one commit.
    private func write(_ records: ArraySlice<StoredRecord>) throws(JournalError) {
        guard let first = records.first, let last = records.last else { return }
        let (log, meta, views) = (ledger.log, ledger.meta, ViewWriter(ledger.tables))
        try ledger.environment.writeRepeatably { (transaction) throws(JournalError) in
            guard try log.head(in: transaction.snapshot).next == first.record.position else {
                throw JournalError(.missingRecord, at: first.record.position)
            }
            for stored in records {
                try log.append(stored, to: &transaction)
                try views.apply(stored.record, in: &transaction)
            }
            try meta.setCheckpoint(
                ViewCheckpoint(position: last.record.position), in: &transaction)
        }
    }
}
