internal import LedgerDomain
package import LedgerFormat
package import LedgerStorage

/// The table of what a ledger says of itself: its header and the checkpoint of its views.
package struct LedgerMeta: Sendable {
    /// The definition to open an environment with.
    package static let definition = TableDefinition(name: "meta", isEssential: true)

    private static let headerKey = Array("header".utf8)
    private static let checkpointKey = Array("checkpoint".utf8)
    private let table: Table

    /// Finds the table in an environment.
    package init(in environment: Environment) throws(JournalError) {
        table = try environment.requireTable(Self.definition.name)
    }

    /// The header; none in an environment that no ledger was made in.
    package func header(in snapshot: borrowing Snapshot) throws(JournalError) -> LedgerHeader? {
        guard let bytes = try bytes(Self.headerKey, snapshot) else { return nil }
        do { return try LedgerHeader(decoding: bytes) } catch { throw JournalError(.format(error)) }
    }

    /// Whether nothing is said yet, as in an environment that was just made.
    package func isEmpty(in snapshot: borrowing Snapshot) throws(JournalError) -> Bool {
        try translated { () throws(StorageError) in try snapshot.entryCount(in: table) } == 0
    }

    /// Writes the header of a new ledger.
    package func setHeader(
        _ header: LedgerHeader, in transaction: inout WriteTransaction
    ) throws(JournalError) {
        let bytes: [UInt8]
        do { bytes = try header.encode() } catch { throw JournalError(.format(error)) }
        try put(Self.headerKey, bytes, &transaction)
    }

    /// How far the built-in views have applied the log.
    package func checkpoint(in snapshot: borrowing Snapshot) throws(JournalError) -> ViewCheckpoint
    {
        guard let bytes = try bytes(Self.checkpointKey, snapshot) else {
            return ViewCheckpoint(position: .start)
        }
        do { return try ViewCheckpoint(decoding: bytes) } catch {
            throw JournalError(.format(error))
        }
    }

    /// Writes how far the built-in views have applied the log.
    package func setCheckpoint(
        _ checkpoint: ViewCheckpoint, in transaction: inout WriteTransaction
    ) throws(JournalError) {
        try put(Self.checkpointKey, checkpoint.encode(), &transaction)
    }

    private func bytes(
        _ key: [UInt8], _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> [UInt8]? {
        try translated { () throws(StorageError) in try snapshot.copy(of: key, in: table) }
    }

    private func put(
        _ key: [UInt8], _ value: [UInt8], _ transaction: inout WriteTransaction
    ) throws(JournalError) {
        try translated { () throws(StorageError) in
            try transaction.put(key: key, value: value, in: table)
        }
    }
}
