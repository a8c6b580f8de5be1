internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

/// A log of some records and the rows of a projection, on disk for as long as this value lives.
final class ScratchRows<Edition: Projection> {
    let head: Position
    private(set) var store: ProjectionStore<Edition>
    private let log: Environment
    private let path: String

    init(_ projection: Edition, of records: [EventRecord]) throws(ProjectionError) {
        try projection.check()
        let path = ScratchPlace.newPath()
        let log = try Self.makeLog(at: path, of: records)
        do {
            store = try Self.open(projection, path, log)
        } catch {
            log.close()
            ScratchPlace.remove(path)
            throw error
        }
        (self.path, self.log) = (path, log)
        head = Position(UInt64(records.count))
    }

    deinit {
        store.close()
        log.close()
        ScratchPlace.remove(path)
    }

    /// Closes the rows and opens them as another process would.
    func reopen() throws(ProjectionError) {
        store.close()
        store = try Self.open(store.projection, path, log)
    }

    private static func open(
        _ projection: Edition, _ path: String, _ log: Environment
    ) throws(ProjectionError) -> ProjectionStore<Edition> {
        try ProjectionStore(
            projection, at: "\(path)/rows", of: "scratch", log, isScratch: true)
    }

    private static func makeLog(
        at path: String, of records: [EventRecord]
    ) throws(ProjectionError) -> Environment {
        let environment: Environment
        do throws(StorageError) {
            environment = try Environment.openWithRoom(
                at: path, tables: [EventLog.definition],
                options: EnvironmentOptions(
                    mapSize: 1 << 30, access: .create, openWithoutDurability: true))
        } catch {
            throw ProjectionError(storage: error)
        }
        do throws(JournalError) {
            let log = try EventLog(in: environment)
            try environment.writeRepeatably { (transaction) throws(JournalError) in
                for record in records { try log.append(record, to: &transaction) }
            }
        } catch {
            environment.close()
            ScratchPlace.remove(path)
            throw ProjectionError(error)
        }
        return environment
    }
}
