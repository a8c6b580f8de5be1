package import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage

extension ProjectionStore {
    /// Builds the rows anew beside the live ones, which stay in use and go on, and puts them in
    /// their place in one transaction.
    ///
    /// One process at a time rebuilds. What is built stays when it ends early, however that comes
    /// about, and the next call goes on with it.
    ///
    /// - Parameter progress: Is told how far it is; answers whether it goes on.
    /// - Returns: The last record that the rows contain then; none where `progress` ended the work.
    package func rebuild(
        _ options: RebuildOptions, progress: (RebuildProgress) -> Bool
    ) throws(ProjectionError) -> Position? {
        let lock: ProcessLock
        do throws(StorageError) {
            lock = try ProcessLock.take(
                path + "/rebuild.lock", for: "rebuilds the projection in \(path)")
        } catch {
            guard case .heldExclusively = error.code else { throw ProjectionError(storage: error) }
            throw ProjectionError(.rebuildRunning, error.message)
        }
        defer { withExtendedLifetime(lock) {} }
        var built = try begin(options)
        var limit = RateLimit(options.recordsPerSecond)
        guard progress(step(.prepared, built.state)) else { return nil }
        while true {
            guard try advance(&built, &limit, options, progress) else { return nil }
            guard progress(step(.reached, built.state)) else { return nil }
            switch try switchSides(to: built.state, progress) {
            case .switched(let position): return position
            case .abandoned: return nil
            // Others applied records to the live rows that these do not contain yet.
            case .isBehind: continue
            }
        }
    }

    private func step(_ stage: RebuildProgress.Stage, _ state: ProjectionState) -> RebuildProgress {
        let position = state.checkpoint.position
        return RebuildProgress(stage, position: position, target: position)
    }

    /// Goes on with what an earlier rebuild has left where it is of this log, or begins anew.
    private func begin(_ options: RebuildOptions) throws(ProjectionError) -> Built {
        let (side, checkpoint, chain) = try environment.read {
            (snapshot) throws(ProjectionError) -> (ProjectionSide, Checkpoint?, RecordChain?) in
            let side = try liveSide(in: snapshot).other
            return (
                side, try self.checkpoint(of: side, in: snapshot),
                try self.chain(of: side, in: snapshot)
            )
        }
        if let checkpoint, let chain, !options.restarts {
            // The records may have been others, with the same names, until a backup was restored.
            let found: RecordChain?
            do { found = try log.chain(through: checkpoint.position) } catch {
                throw ProjectionError(error)
            }
            if found == chain {
                return Built(
                    state: ProjectionState(side: side, checkpoint: checkpoint), chain: chain)
            }
        }
        try environment.writeRepeatably { (transaction) throws(ProjectionError) in
            try clear(side, in: &transaction)
        }
        return Built(
            state: ProjectionState(side: side, checkpoint: Checkpoint()), chain: RecordChain())
    }

    /// Applies records up to the head; answers whether it is reached.
    private func advance(
        _ built: inout Built, _ limit: inout RateLimit, _ options: RebuildOptions,
        _ progress: (RebuildProgress) -> Bool
    ) throws(ProjectionError) -> Bool {
        while true {
            let head = try head()
            if built.state.checkpoint.position >= head { return true }
            guard try build(&built, through: head, &limit, options, nil, progress) else {
                return false
            }
        }
    }

    /// Builds the rows of scratch up to a position; answers the one reached.
    ///
    /// - Parameters:
    ///   - target: The last record to apply.
    ///   - observer: Takes down what records make of rows.
    ///   - progress: Is told how far it is; answers whether it goes on.
    @discardableResult
    package func build(
        through target: Position, observing observer: RowObserver? = nil,
        _ progress: (RebuildProgress) -> Bool
    ) throws(ProjectionError) -> Position {
        var built = Built(state: try liveState())
        var limit = RateLimit(nil)
        _ = try build(&built, through: target, &limit, RebuildOptions(), observer, progress)
        return built.state.checkpoint.position
    }

    /// Applies records through a position to a side that nobody else applies to.
    private func build(
        _ built: inout Built, through target: Position, _ limit: inout RateLimit,
        _ options: RebuildOptions, _ observer: RowObserver?,
        _ progress: (RebuildProgress) -> Bool
    ) throws(ProjectionError) -> Bool {
        guard built.state.checkpoint.position < target else { return true }
        let reader: RecordReader
        do throws(JournalError) {
            reader = try log.pages(
                after: built.state.checkpoint.position, through: target,
                chain: built.chain, limit: options.pageSize)
        } catch {
            throw ProjectionError(error)
        }
        defer { reader.stop() }
        let tables = tables(built.state.side)
        var (goesOn, interval) = (true, SaveInterval())
        while goesOn, built.state.checkpoint.position < target {
            var pending = PendingRows()
            var failure: ProjectionError?
            let pages = try usedPages()
            try environment.read { (snapshot) throws(ProjectionError) in
                while goesOn, failure == nil, let page = reader.next() {
                    let before = built.state.checkpoint
                    (built.state.checkpoint, failure) = try apply(
                        page, after: built.state.checkpoint, tables, &pending, snapshot,
                        observer: observer)
                    if failure == nil {
                        built.chain = page.chain
                    } else if built.state.checkpoint != before {
                        built.chain = nil
                    }
                    limit.wait(after: page.records.count)
                    goesOn = progress(
                        RebuildProgress(
                            position: built.state.checkpoint.position, target: target))
                    let isFull = pending.footprint(over: pages) > options.memoryLimit
                    if isFull || interval.isOver() { break }
                }
            }
            let reached = built
            try environment.writeRepeatably { (transaction) throws(ProjectionError) in
                try write(pending, in: &transaction)
                try set(reached.state.checkpoint, of: reached.state.side, in: &transaction)
                if let chain = reached.chain {
                    try set(chain, of: reached.state.side, in: &transaction)
                }
            }
            if let failure { throw failure }
        }
        return goesOn
    }

    private func usedPages() throws(ProjectionError) -> Int {
        do { return try environment.usedPages() } catch { throw ProjectionError(storage: error) }
    }
}

/// What is built of a side, and what the records come to that it was built from.
private struct Built {
    var state: ProjectionState
    /// None where nobody goes on with the rows, or where they end within a page, after a record
    /// that failed.
    var chain: RecordChain?
}

/// What came of the attempt to put rebuilt rows in the place of the live ones.
private enum SwitchOutcome {
    case switched(Position)
    case isBehind
    case abandoned
}

extension ProjectionStore {
    /// Makes the rebuilt rows the live ones and takes the others away, unless those contain more.
    private func switchSides(
        to state: ProjectionState, _ progress: (RebuildProgress) -> Bool
    ) throws(ProjectionError) -> SwitchOutcome {
        let outcome = try environment.writeRepeatably {
            (transaction) throws(ProjectionError) -> SwitchOutcome in
            let side = try liveSide(in: transaction.snapshot)
            let live = try checkpoint(of: side, in: transaction.snapshot)
            if let live, live.position > state.checkpoint.position, try isOfLog(live) {
                return .isBehind
            }
            guard progress(step(.switching, state)) else { return .abandoned }
            try setLive(state.side, in: &transaction)
            try clear(side, in: &transaction)
            return .switched(state.checkpoint.position)
        }
        if case .switched = outcome { _ = progress(step(.switched, state)) }
        return outcome
    }
}
