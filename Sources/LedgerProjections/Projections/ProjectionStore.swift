package import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
package import LedgerStorage

/// The rows of one edition of a projection, in an environment of their own, and how far they are.
package final class ProjectionStore<Edition: Projection>: Sendable {
    /// How many records are read, and applied with one commit.
    private static var page: Int { 1000 }

    package let projection: Edition
    let environment: Environment
    let tables: ProjectionTables
    private let meta: Table
    private let live: Environment
    private let log: EventLog

    /// Opens the rows, making what is absent.
    ///
    /// - Parameters:
    ///   - path: The directory of the rows.
    ///   - ledger: The ledger that they are built from, by its own name.
    ///   - live: The environment of its log.
    ///   - isScratch: Whether the rows need not outlive a crash.
    package init(
        _ projection: Edition, at path: String, of ledger: String, _ live: Environment,
        isScratch: Bool = false
    ) throws(ProjectionError) {
        self.projection = projection
        self.live = live
        do { log = try EventLog(in: live) } catch { throw ProjectionError(error) }
        let definitions =
            projection.tables.map { TableDefinition(name: $0.name) } + [ProjectionTables.meta]
        do throws(StorageError) {
            environment = try Environment.openWithRoom(
                at: path, tables: definitions,
                options: EnvironmentOptions(
                    mapSize: 1 << 36, access: .create, openWithoutDurability: isScratch))
        } catch {
            throw ProjectionError(storage: error)
        }
        tables = ProjectionTables(projection, in: environment)
        guard let meta = environment.table(ProjectionTables.meta.name) else {
            throw ProjectionError(.storage, "\(path) has no table of its own. Remove it.")
        }
        self.meta = meta
        do { try claim(for: ledger) } catch {
            environment.close()
            throw error
        }
    }

    deinit { environment.close() }

    /// Ends the use of the rows; later calls are refused.
    package func close() { environment.close() }

    /// Notes what the rows are of, or refuses them where they are of something else.
    private func claim(for ledger: String) throws(ProjectionError) {
        let key = Array("about".utf8)
        var about = RowEncoder()
        about.append(projection.name)
        about.append(UInt64(projection.version))
        about.append(ledger)
        let wanted = about.bytes
        let found = try environment.read { (snapshot) throws(ProjectionError) in
            try bytes(of: key, in: snapshot)
        }
        if found == wanted { return }
        guard found == nil else {
            throw ProjectionError(
                .otherLedger,
                "The rows in \(environment.path) were built from another ledger. Remove the"
                    + " directory; they are built again.")
        }
        try environment.write { (transaction) throws(ProjectionError) in
            do throws(StorageError) {
                try transaction.put(key: key, value: wanted, in: meta)
            } catch {
                throw ProjectionError(storage: error)
            }
        }
    }

    private func bytes(
        of key: [UInt8], in snapshot: borrowing Snapshot
    ) throws(ProjectionError) -> [UInt8]? {
        do { return try snapshot.copy(of: key, in: meta) } catch {
            throw ProjectionError(storage: error)
        }
    }
}

extension ProjectionStore {
    private static var checkpointKey: [UInt8] { Array("checkpoint".utf8) }

    /// The last record that the rows contain, and its own name: a restored backup can have
    /// another record there.
    private struct Checkpoint: Hashable {
        var position = Position.start
        var id: EventID?

        init() {}

        init(_ record: EventRecord) {
            position = record.position
            id = record.id
        }

        init?(_ bytes: [UInt8]) {
            guard let number = UInt64(bigEndianBytes: bytes.prefix(8)),
                let id = EventID(bytes: Array(bytes.dropFirst(8)))
            else { return nil }
            position = Position(number)
            self.id = id
        }

        var bytes: [UInt8] { position.number.bigEndianBytes + (id?.bytes ?? []) }
    }

    private func storedCheckpoint(
        in snapshot: borrowing Snapshot
    ) throws(ProjectionError) -> Checkpoint {
        guard let bytes = try bytes(of: Self.checkpointKey, in: snapshot) else {
            return Checkpoint()
        }
        guard let checkpoint = Checkpoint(bytes) else {
            throw ProjectionError(
                .damagedRow,
                "The checkpoint in \(environment.path) is damaged. Remove the directory; the rows"
                    + " are built again.")
        }
        return checkpoint
    }

    private func storedCheckpoint() throws(ProjectionError) -> Checkpoint {
        try environment.read { (snapshot) throws(ProjectionError) in
            try storedCheckpoint(in: snapshot)
        }
    }

    /// The last record that the rows contain.
    package func checkpoint(in snapshot: borrowing Snapshot) throws(ProjectionError) -> Position {
        try storedCheckpoint(in: snapshot).position
    }

    /// The last record that the rows contain.
    package func checkpoint() throws(ProjectionError) -> Position {
        try storedCheckpoint().position
    }

    /// Refuses rows that contain a record which the log does not have.
    private func requireOfLog(_ checkpoint: Checkpoint) throws(ProjectionError) {
        guard checkpoint.position > .start else { return }
        let record: EventRecord?
        do throws(JournalError) {
            record = try live.read { (snapshot) throws(JournalError) in
                try log.record(at: checkpoint.position, in: snapshot)
            }
        } catch {
            throw ProjectionError(error)
        }
        guard record?.id != checkpoint.id else { return }
        throw ProjectionError(
            .notOfLog, at: checkpoint.position,
            "The rows in \(environment.path) contain a record \(checkpoint.position) that the log"
                + " does not have: it was restored from a backup. Remove the directory; the rows"
                + " are built again.")
    }

    /// Applies what follows on the checkpoint, a page at a time.
    ///
    /// Each page commits its rows and the checkpoint together, so that it may be stopped anywhere,
    /// and several processes may do it at once.
    ///
    /// - Parameters:
    ///   - target: The last record to apply; the head at the call where left out.
    ///   - progress: Is told how far it is after each page; answers whether it goes on.
    /// - Returns: The checkpoint reached.
    @discardableResult
    package func catchUp(
        through target: Position? = nil,
        progress: (RebuildProgress) -> Bool = { _ in true }
    ) throws(ProjectionError) -> Position {
        // In this order: others may append and apply meanwhile.
        var applied = try reopening { () throws(ProjectionError) in try storedCheckpoint() }
        try requireOfLog(applied)
        let head = try head()
        let target = min(target ?? head, head)
        while applied.position < target {
            let before = applied
            applied = try reopening { () throws(ProjectionError) in
                try applyPage(after: before, through: target)
            }
            guard progress(RebuildProgress(position: applied.position, target: target)) else {
                break
            }
        }
        return applied.position
    }

    /// Runs a body; where the disk has left the environment unusable, once more after reopening.
    ///
    /// Whether a commit of unknown outcome happened does not matter: the checkpoint tells.
    private func reopening<R>(
        _ body: () throws(ProjectionError) -> R
    ) throws(ProjectionError) -> R {
        do {
            return try body()
        } catch {
            guard error.needsReopening else { throw error }
            do { try environment.reopen() } catch { throw ProjectionError(storage: error) }
            return try body()
        }
    }

    package func head() throws(ProjectionError) -> Position {
        do throws(JournalError) {
            return try live.read { (snapshot) throws(JournalError) in try log.head(in: snapshot) }
        } catch {
            throw ProjectionError(error)
        }
    }

    /// Applies one page; what precedes a record that fails is kept.
    private func applyPage(
        after checkpoint: Checkpoint, through target: Position
    ) throws(ProjectionError) -> Checkpoint {
        let position = checkpoint.position
        var records: [EventRecord] = []
        var failure: ProjectionError?
        do throws(JournalError) {
            try live.read { (snapshot) throws(JournalError) in
                let last = min(target, position.advanced(by: Self.page))
                try log.scan(from: position.next, through: last, in: snapshot) {
                    (record) throws(JournalError) in
                    records.append(record)
                    return .next
                }
            }
        } catch {
            failure = ProjectionError(error)
        }
        var reached = checkpoint
        let readFailure = failure
        try environment.writeRepeatably { (transaction) throws(ProjectionError) in
            (reached, failure) = try apply(records, after: checkpoint, readFailure, &transaction)
        }
        if let failure { throw failure }
        return reached
    }

    private func apply(
        _ records: [EventRecord], after expected: Checkpoint, _ failure: ProjectionError?,
        _ transaction: inout WriteTransaction
    ) throws(ProjectionError) -> (reached: Checkpoint, failure: ProjectionError?) {
        // Another process may have applied them meanwhile.
        let checkpoint = try storedCheckpoint(in: transaction.snapshot)
        guard checkpoint == expected else { return (checkpoint, nil) }
        var (reached, failure) = (expected, failure)
        for record in records {
            do throws(ProjectionError) {
                if projection.handles.contains(record.event.kind) {
                    try write(try changes(of: record, transaction.snapshot), &transaction)
                }
                reached = Checkpoint(record)
            } catch {
                // A full map is for the transaction to deal with.
                if error.code == .storage { throw error }
                failure = error
                break
            }
        }
        guard reached != expected else { return (reached, failure) }
        do throws(StorageError) {
            try transaction.put(key: Self.checkpointKey, value: reached.bytes, in: meta)
        } catch {
            throw ProjectionError(storage: error)
        }
        return (reached, failure)
    }

    private func changes(
        of record: EventRecord, _ snapshot: consuming Snapshot
    ) throws(ProjectionError) -> [RowPlace: [UInt8]?] {
        var rows = ProjectionRows(tables, snapshot)
        do {
            try projection.apply(record, to: &rows)
        } catch let error as ProjectionError {
            throw ProjectionError(error.code, at: record.position, error.message)
        } catch {
            throw ProjectionError(
                .applyFailed, at: record.position,
                "Projection \(projection.name) could not apply record \(record.position):"
                    + " \(type(of: error)). Mend its code and raise its version, or let it ignore"
                    + " the record.")
        }
        return rows.changes
    }

    private func write(
        _ changes: [RowPlace: [UInt8]?], _ transaction: inout WriteTransaction
    ) throws(ProjectionError) {
        do throws(StorageError) {
            for (place, value) in changes {
                if let value {
                    try transaction.put(key: place.key, value: value, in: place.table)
                } else {
                    try transaction.delete(place.key, in: place.table)
                }
            }
        } catch {
            throw ProjectionError(storage: error)
        }
    }
}

extension ProjectionStore {
    /// Lends one state of the rows.
    package func read<R>(
        _ body: (borrowing ProjectionView) throws(ProjectionError) -> R
    ) throws(ProjectionError) -> R {
        let transaction = try environment.beginRead(ProjectionError.self)
        let position = try checkpoint(in: transaction.snapshot)
        return try body(ProjectionView(tables, transaction.snapshot, at: position))
    }

    /// The digest of all rows, as `schemas/README.md` defines it.
    package func digest() throws(ProjectionError) -> ProjectionDigest {
        try environment.read { (snapshot) throws(ProjectionError) in
            var hasher = RowHasher()
            for name in tables.names {
                hasher.begin(table: name)
                try snapshot.scan(try tables.table(name)) { (key, value) throws(ProjectionError) in
                    hasher.add(key: key, value: value)
                    return .next
                }
            }
            return ProjectionDigest(
                position: try checkpoint(in: snapshot), bytes: hasher.finalize())
        }
    }

    /// Builds the rows again up to their checkpoint in a scratch place, and compares the two.
    ///
    /// - Parameters:
    ///   - directory: Where the scratch place is made; the system's place for temporary files where
    ///     left out.
    ///   - ledger: The ledger, by its own name.
    package func compareWithRebuilt(
        in directory: String?, of ledger: String
    ) throws(ProjectionError) -> [TableDifference] {
        try requireOfLog(try storedCheckpoint())
        let scratch = ScratchEnvironment.newPath(in: directory)
        defer { ScratchEnvironment.remove(scratch) }
        let rebuilt = try ProjectionStore(
            projection, at: scratch, of: ledger, live, isScratch: true)
        defer { rebuilt.close() }
        ScratchEnvironment.remove(scratch)
        var reached = try rebuilt.catchUp(through: try checkpoint())
        return try environment.read { (snapshot) throws(ProjectionError) in
            let target = try checkpoint(in: snapshot)
            if reached < target { reached = try rebuilt.catchUp(through: target) }
            return try rebuilt.environment.read { (other) throws(ProjectionError) in
                var differences: [TableDifference] = []
                for name in tables.names {
                    do throws(JournalError) {
                        differences.append(
                            try TableDifference(
                                name, live: snapshot, try liveTable(name), rebuilt: other,
                                try rebuilt.liveTable(name)))
                    } catch {
                        throw ProjectionError(error)
                    }
                }
                return differences
            }
        }
    }

    private func liveTable(_ name: String) throws(JournalError) -> Table {
        guard let table = environment.table(name) else {
            throw JournalError(.damagedRow(table: name))
        }
        return table
    }
}
