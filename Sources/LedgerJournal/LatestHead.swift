internal import LedgerDomain
internal import LedgerStorage
internal import Synchronization

/// The head that the last snapshot had: most reads happen between two commits, and every answer
/// tells the head.
final class LatestHead: Sendable {
    private let last = Mutex<(id: SnapshotID, head: Position)?>(nil)

    /// The head of a snapshot, where it is the one remembered.
    func head(of id: SnapshotID) -> Position? {
        last.withLock { last in
            guard let last, last.id == id else { return nil }
            return last.head
        }
    }

    func remember(_ head: Position, of id: SnapshotID) {
        last.withLock { $0 = (id, head) }
    }
}
