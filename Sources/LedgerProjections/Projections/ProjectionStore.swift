internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
package import LedgerStorage

/// The rows of one edition of a projection, in an environment of their own, and how far they are.
///
/// The environment has room for the rows twice. One side is live; the other is empty, or holds what
/// a rebuild has built so far. A byte in the same environment says which is which, so that a switch
/// is one transaction, and readers see rows of one side only.
package final class ProjectionStore<Edition: Projection>: Sendable {
    package let projection: Edition
    let environment: Environment
    let log: FollowedLog
    let meta: Table
    private let sides: [ProjectionTables]
    let ledger: String

    /// Opens the rows, making what is absent.
    ///
    /// - Parameters:
    ///   - path: The directory of the rows.
    ///   - ledger: The ledger that they are built from, by its own name.
    ///   - live: The environment of its log.
    ///   - access: What the rows are opened for.
    ///   - isScratch: Whether the rows need not outlive a crash.
    package init(
        _ projection: Edition, at path: String, of ledger: String, _ live: Environment,
        access: EnvironmentOptions.Access = .create, isScratch: Bool = false
    ) throws(ProjectionError) {
        self.projection = projection
        self.ledger = ledger
        do { log = try FollowedLog(live) } catch { throw ProjectionError(error) }
        let definitions =
            [ProjectionTables.meta]
            + ProjectionSide.allCases.flatMap { side in
                projection.tables.map { side.definition(of: $0) }
            }
        do throws(StorageError) {
            environment = try Environment.openWithRoom(
                at: path, tables: definitions,
                options: EnvironmentOptions(
                    mapSize: 1 << 36, access: access, openWithoutDurability: isScratch))
        } catch {
            throw ProjectionError(storage: error)
        }
        let environment = environment
        sides = ProjectionSide.allCases.map { ProjectionTables(projection, $0, in: environment) }
        guard let meta = environment.table(ProjectionTables.meta.name) else {
            throw ProjectionError(.storage, "\(path) has no table of its own. Remove it.")
        }
        self.meta = meta
        do { try claim() } catch {
            environment.close()
            throw error
        }
    }

    deinit { environment.close() }

    /// Ends the use of the rows; later calls are refused.
    package func close() { environment.close() }

    /// The directory of the rows.
    package var path: String { environment.path }

    /// The tables of a side.
    func tables(_ side: ProjectionSide) -> ProjectionTables { sides[side.rawValue] }

    /// The name, the version and the ledger that the rows are of.
    var about: [UInt8] {
        var about = RowEncoder()
        about.append(projection.name)
        about.append(UInt64(projection.version))
        about.append(ledger)
        return about.bytes
    }

    /// Notes what the rows are of, or refuses them where they are of something else.
    private func claim() throws(ProjectionError) {
        let key = Array("about".utf8)
        let wanted = about
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
        guard environment.isWritable else {
            throw ProjectionError(
                .storage, "\(environment.path) holds no rows yet. Let them catch up first.")
        }
        try environment.write { (transaction) throws(ProjectionError) in
            try put(wanted, for: key, in: &transaction)
        }
    }

    func bytes(
        of key: [UInt8], in snapshot: borrowing Snapshot
    ) throws(ProjectionError) -> [UInt8]? {
        do { return try snapshot.copy(of: key, in: meta) } catch {
            throw ProjectionError(storage: error)
        }
    }

    func put(
        _ value: [UInt8], for key: [UInt8], in transaction: inout WriteTransaction
    ) throws(ProjectionError) {
        do throws(StorageError) {
            try transaction.put(key: key, value: value, in: meta)
        } catch {
            throw ProjectionError(storage: error)
        }
    }
}

/// One of the two places that an environment has for the rows of a projection.
enum ProjectionSide: Int, CaseIterable {
    case first
    case second

    /// The key, in the environment's own table, of the byte that says which side is live.
    static let liveKey = Array("live".utf8)

    /// The key of how far a side is.
    static func checkpointKey(_ side: ProjectionSide) -> [UInt8] {
        Array((side == .first ? "checkpoint" : "checkpoint~").utf8)
    }

    /// The key of what the records come to that a rebuild has built a side from.
    static func chainKey(_ side: ProjectionSide) -> [UInt8] {
        Array((side == .first ? "chain" : "chain~").utf8)
    }

    /// The side that a byte stands for.
    init?(byte: [UInt8]) {
        guard byte.count == 1 else { return nil }
        self.init(rawValue: Int(byte[0]))
    }

    var other: ProjectionSide { self == .first ? .second : .first }

    /// A table's name on this side; no table that is declared can have that of the second.
    func name(of table: String) -> String { self == .first ? table : "\(table)~" }

    func definition(of table: any ProjectionTableDefinition) -> TableDefinition {
        TableDefinition(name: name(of: table.name))
    }
}
