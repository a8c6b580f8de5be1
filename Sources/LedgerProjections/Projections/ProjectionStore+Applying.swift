package import LedgerDomain
internal import LedgerJournal
internal import LedgerStorage

extension ProjectionStore {
    /// How many records are read, and applied with one commit.
    private static var page: Int { 1000 }

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
        var state = try environment.reopening { () throws(ProjectionError) in try liveState() }
        try requireOfLog(state.checkpoint)
        let head = try head()
        let target = min(target ?? head, head)
        while state.checkpoint.position < target {
            let before = state
            state = try environment.reopening { () throws(ProjectionError) in
                try applyPage(after: before, through: target)
            }
            let position = state.checkpoint.position
            guard progress(RebuildProgress(position: position, target: target)) else { break }
        }
        return state.checkpoint.position
    }

    /// Applies one page; what precedes a record that fails is kept.
    private func applyPage(
        after state: ProjectionState, through target: Position
    ) throws(ProjectionError) -> ProjectionState {
        let page = log.page(
            after: state.checkpoint.position, through: target, limit: Self.page)
        var reached = state
        var failure: ProjectionError?
        try environment.writeRepeatably { (transaction) throws(ProjectionError) in
            reached = try liveState(in: transaction.snapshot)
            failure = nil
            // Another process may have applied them meanwhile.
            guard reached == state else { return }
            var rows = PendingRows()
            (reached.checkpoint, failure) = try apply(
                page, after: state.checkpoint, tables(state.side), &rows, transaction.snapshot)
            guard reached != state else { return }
            try write(rows, in: &transaction)
            try set(reached.checkpoint, of: state.side, in: &transaction)
        }
        if let failure { throw failure }
        return reached
    }

    /// Applies records up to the first that fails.
    ///
    /// - Parameters:
    ///   - rows: What the records change, and others before them that is not written yet.
    ///   - observer: Takes down what they make of rows.
    func apply(
        _ page: RecordReader.Page, after checkpoint: Checkpoint, _ tables: ProjectionTables,
        _ rows: inout PendingRows, _ snapshot: borrowing Snapshot, observer: RowObserver? = nil
    ) throws(ProjectionError) -> (reached: Checkpoint, failure: ProjectionError?) {
        var reached = checkpoint
        for record in page.records {
            do throws(ProjectionError) {
                if projection.handles.contains(record.event.kind) {
                    try apply(record, tables, &rows, snapshot, observer)
                }
                reached = Checkpoint(record)
            } catch {
                // A full map is for the transaction to deal with.
                if error.code == .storage { throw error }
                return (reached, error)
            }
        }
        return (reached, page.failure.map { ProjectionError($0) })
    }

    /// Writes what is pending.
    func write(
        _ rows: PendingRows, in transaction: inout WriteTransaction
    ) throws(ProjectionError) {
        do throws(StorageError) { try rows.write(to: &transaction) } catch {
            throw ProjectionError(storage: error)
        }
    }

    private func apply(
        _ record: EventRecord, _ tables: ProjectionTables, _ pending: inout PendingRows,
        _ snapshot: borrowing Snapshot, _ observer: RowObserver?
    ) throws(ProjectionError) {
        var rows = ProjectionRows(tables, snapshot.reborrowed(), pending)
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
        let changes = rows.changes
        _ = consume rows
        if let observer { try show(changes, of: record, observer, tables, pending, snapshot) }
        for (place, value) in changes {
            let change = value.map { PendingRows.Change.put($0) } ?? .delete
            pending.note(change, of: place.key, in: place.table)
        }
    }

    private func show(
        _ changes: [RowPlace: [UInt8]?], of record: EventRecord, _ observer: RowObserver,
        _ tables: ProjectionTables, _ pending: PendingRows, _ snapshot: borrowing Snapshot
    ) throws(ProjectionError) {
        for name in tables.names {
            let table = try tables.table(name)
            let changed = changes.filter {
                $0.key.table == table && observer.isMeant(name, $0.key.key)
            }
            for (place, after) in changed {
                let before = try bytes(at: place, pending, snapshot)
                observer.note(
                    ProjectionRowChange(
                        record: record, table: name, key: place.key, before: before, after: after))
            }
        }
    }

    private func bytes(
        at place: RowPlace, _ pending: PendingRows, _ snapshot: borrowing Snapshot
    ) throws(ProjectionError) -> [UInt8]? {
        switch pending.change(of: place.key, in: place.table) {
        case .put(let bytes): return bytes
        case .delete: return nil
        case nil:
            do { return try snapshot.copy(of: place.key, in: place.table) } catch {
                throw ProjectionError(storage: error)
            }
        }
    }
}
