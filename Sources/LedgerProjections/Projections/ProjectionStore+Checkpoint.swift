package import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
package import LedgerStorage

/// Which side of an environment is meant, and how far its rows are.
struct ProjectionState: Hashable {
    var side: ProjectionSide
    var checkpoint: Checkpoint
}

extension ProjectionStore {
    /// The side that is read, and how far it is.
    func liveState(in snapshot: borrowing Snapshot) throws(ProjectionError) -> ProjectionState {
        let side = try liveSide(in: snapshot)
        guard let checkpoint = try checkpoint(of: side, in: snapshot) else {
            throw ProjectionError(
                .damagedRow,
                "The checkpoint in \(environment.path) is damaged. Rebuild the projection, or"
                    + " remove the directory; the rows are built again.")
        }
        return ProjectionState(side: side, checkpoint: checkpoint)
    }

    func liveState() throws(ProjectionError) -> ProjectionState {
        try environment.read { (snapshot) throws(ProjectionError) in
            try liveState(in: snapshot)
        }
    }

    /// The side that is read.
    func liveSide(in snapshot: borrowing Snapshot) throws(ProjectionError) -> ProjectionSide {
        guard let bytes = try bytes(of: ProjectionSide.liveKey, in: snapshot) else { return .first }
        guard let side = ProjectionSide(byte: bytes) else {
            throw ProjectionError(
                .damagedRow,
                "It cannot be read which rows in \(environment.path) are live. Remove the"
                    + " directory; the rows are built again.")
        }
        return side
    }

    func setLive(
        _ side: ProjectionSide, in transaction: inout WriteTransaction
    ) throws(ProjectionError) {
        try put([UInt8(side.rawValue)], for: ProjectionSide.liveKey, in: &transaction)
    }

    /// How far a side is; none where that cannot be read.
    func checkpoint(
        of side: ProjectionSide, in snapshot: borrowing Snapshot
    ) throws(ProjectionError) -> Checkpoint? {
        guard let bytes = try bytes(of: ProjectionSide.checkpointKey(side), in: snapshot) else {
            return Checkpoint()
        }
        return Checkpoint(bytes)
    }

    func set(
        _ checkpoint: Checkpoint, of side: ProjectionSide,
        in transaction: inout WriteTransaction
    ) throws(ProjectionError) {
        try put(checkpoint.bytes, for: ProjectionSide.checkpointKey(side), in: &transaction)
    }

    /// What the records come to that a side was built from; none where that was not noted.
    func chain(
        of side: ProjectionSide, in snapshot: borrowing Snapshot
    ) throws(ProjectionError) -> RecordChain? {
        try bytes(of: ProjectionSide.chainKey(side), in: snapshot).flatMap { RecordChain($0) }
    }

    func set(
        _ chain: RecordChain, of side: ProjectionSide, in transaction: inout WriteTransaction
    ) throws(ProjectionError) {
        try put(chain.digest, for: ProjectionSide.chainKey(side), in: &transaction)
    }

    /// Takes away the rows of a side and how far they are.
    func clear(
        _ side: ProjectionSide, in transaction: inout WriteTransaction
    ) throws(ProjectionError) {
        do throws(StorageError) {
            for table in tables(side).all { try transaction.clear(table) }
            try transaction.delete(ProjectionSide.checkpointKey(side), in: meta)
            try transaction.delete(ProjectionSide.chainKey(side), in: meta)
        } catch {
            throw ProjectionError(storage: error)
        }
    }

    /// The last record that the rows contain.
    package func checkpoint(in snapshot: borrowing Snapshot) throws(ProjectionError) -> Position {
        try liveState(in: snapshot).checkpoint.position
    }

    /// The last record that the rows contain.
    package func checkpoint() throws(ProjectionError) -> Position {
        try liveState().checkpoint.position
    }

    /// Whether the log has the last record that rows contain.
    func isOfLog(_ checkpoint: Checkpoint) throws(ProjectionError) -> Bool {
        do { return try log.contains(checkpoint) } catch { throw ProjectionError(error) }
    }

    /// Refuses rows that contain a record which the log does not have.
    func requireOfLog(_ checkpoint: Checkpoint) throws(ProjectionError) {
        guard try !isOfLog(checkpoint) else { return }
        throw ProjectionError(
            .notOfLog, at: checkpoint.position,
            "The rows in \(environment.path) contain a record \(checkpoint.position) that the log"
                + " does not have: it was restored from a backup. Rebuild the projection, or remove"
                + " the directory; the rows are built again.")
    }

    /// The last record of the log.
    package func head() throws(ProjectionError) -> Position {
        do { return try log.head() } catch { throw ProjectionError(error) }
    }
}
