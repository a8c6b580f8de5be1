internal import LedgerAudit
public import LedgerDomain
package import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import Foundation
internal import Logging
internal import Synchronization

/// A ledger: which third-party accounts users have connected, which one acts, and how that came to
/// be.
///
/// Commands are asynchronous: each returns when its outcome is durable, and many that run at once
/// share a commit. Reads are synchronous and see one state of the log each; `read(_:)` asks
/// several questions of the same state. Several processes of one machine may open a ledger, and
/// each may write; one process opens it once and shares the value.
///
/// A ledger stays open until it is closed, or until nothing refers to it any more.
public final class Ledger: Sendable {
    let environment: Environment
    let log: EventLog
    let meta: LedgerMeta
    let tables: ViewTables
    package let header: LedgerHeader
    let journal: Journal<CommandRequest, CommandAnswer>?
    /// Tells those who follow that the log has grown.
    let signal: LogSignal
    /// Those who wait for states to be used.
    let waits: ConnectionWaits
    /// The changes for those who follow.
    let changeLog: ChangeLog
    let instruments: Instruments
    let logger: Logger
    let maximumCommandsPerCommit: Int
    /// Whether closing has begun; the environment follows when the last command is answered.
    private let isClosed = Atomic<Bool>(false)

    /// Opens the ledger in a directory.
    ///
    /// Where nothing can be opened, nothing is written. A ledger that is made is durable when this
    /// returns: its directory has mode 0700, its files have 0600.
    ///
    /// - Parameters:
    ///   - path: A directory on a local file system, not a symbolic link; its parent exists.
    ///   - options: How to open it.
    public static func open(
        at path: String, options: LedgerOptions = LedgerOptions()
    ) throws(LedgerError) -> Ledger {
        try open(at: path, options, as: .inUse)
    }

    /// Opens a ledger that exists for whoever looks for what is wrong with it, or mends it.
    ///
    /// Its views need not stand where its log does, nor be of this version, and it takes no
    /// commands. Its file can be written only with an access other than `readOnly`, by who has the
    /// environment.
    ///
    /// - Parameters:
    ///   - path: The directory of the ledger.
    ///   - options: How to open it; a ledger that is absent is not made.
    package static func openForInspection(
        at path: String, options: LedgerOptions = LedgerOptions(access: .readOnly)
    ) throws(LedgerError) -> Ledger {
        var options = options
        if options.access != .readOnly { options.access = .readWrite }
        return try open(at: path, options, as: .inspected)
    }

    /// What an open ledger is for.
    private enum Purpose {
        case inUse
        case inspected
    }

    private static func open(
        at path: String, _ options: LedgerOptions, as purpose: Purpose
    ) throws(LedgerError) -> Ledger {
        if let limit = options.policy.accountLimit, !(1...Int(UInt32.max)).contains(limit) {
            throw LedgerError(
                .invalidOption, subject: "policy.accountLimit",
                "An account limit of \(limit) is not possible. Give 1 to \(UInt32.max), or none.")
        }
        let environment = try openEnvironment(at: path, options)
        do throws(LedgerError) {
            let ledger = try Ledger(environment, options, purpose)
            options.logger.debug("opened a ledger", metadata: ["path": "\(environment.path)"])
            return ledger
        } catch {
            environment.close()
            throw error
        }
    }

    /// Opens with the map asked for, or with a smaller one that there is room for.
    private static func openEnvironment(
        at path: String, _ options: LedgerOptions
    ) throws(LedgerError) -> Environment {
        var environmentOptions = EnvironmentOptions(options)
        environmentOptions.mayAddTables = { environment, snapshot in
            isOurs(environment, snapshot)
        }
        do {
            return try Environment.openWithRoom(
                at: path, tables: tableDefinitions, options: environmentOptions)
        } catch {
            throw LedgerError(error)
        }
    }

    /// Whether a file is a ledger of this format, or was just begun to be made one.
    private static func isOurs(
        _ environment: Environment, _ snapshot: borrowing Snapshot
    ) -> Bool {
        do throws(JournalError) {
            let (log, meta) = (try EventLog(in: environment), try LedgerMeta(in: environment))
            if try meta.header(in: snapshot) != nil { return true }
            let records = try log.rowCount(in: snapshot)
            return try meta.isEmpty(in: snapshot) ? records == 0 : false
        } catch {
            return false
        }
    }

    static let tableDefinitions =
        [EventLog.definition, LedgerMeta.definition] + ViewTables.definitions

    private init(
        _ environment: Environment, _ options: LedgerOptions, _ purpose: Purpose
    ) throws(LedgerError) {
        self.environment = environment
        instruments = Instruments()
        logger = options.logger
        maximumCommandsPerCommit = options.maximumCommandsPerCommit
        (log, meta, tables) = try translated { () throws(JournalError) in
            (
                try EventLog(in: environment), try LedgerMeta(in: environment),
                try ViewTables(in: environment)
            )
        }
        header = try Self.header(in: environment, log, meta, options)
        signal = LogSignal(environment, log, listens: options.hearsCommits)
        waits = ConnectionWaits(signal)
        changeLog = ChangeLog(
            environment, log, tables, policy: header.policy, kept: options.changesKept)
        if purpose == .inUse { try Self.checkViews(in: environment, log, meta) }
        guard options.access != .readOnly, purpose == .inUse else {
            journal = nil
            return
        }
        let executor = CommandExecutor(
            log: log, meta: meta, tables: tables, policy: header.policy,
            repeatableBytes: options.repeatableBytes)
        let (log, instruments, signal) = (log, instruments, signal)
        journal = try translated { () throws(JournalError) in
            try Journal(
                environment, log: log, queueLimit: options.maximumWaitingCommands,
                batchLimit: options.maximumCommandsPerCommit
            ) { report in
                signal.noteCommit()
                instruments.record(report, in: environment)
            } handler: { (request, transaction) throws(JournalError) in
                try executor.execute(request, in: &transaction)
            }
        }
    }

    /// Ends the ledger: commands that were accepted are carried out and answered, later ones are
    /// refused.
    ///
    /// Returns when the last of them is durable, and waits for it when called again. From inside a
    /// read of the own thread it returns at once, and the ledger ends some time after the read: to
    /// open it again at once, close it once more outside.
    public func close() {
        isClosed.store(true, ordering: .relaxed)
        signal.end()
        if environment.isReading {
            let (journal, environment) = (journal, environment)
            let ending = Thread { Self.end(journal, environment) }
            ending.start()
        } else {
            Self.end(journal, environment)
        }
    }

    /// The writer may need to be alone before it can end, which a read would keep it from.
    private static func end(
        _ journal: Journal<CommandRequest, CommandAnswer>?, _ environment: Environment
    ) {
        journal?.close()
        environment.close()
    }

    deinit {
        close()
    }

    /// Refuses what is asked after closing has begun.
    func requireOpen() throws(LedgerError) {
        guard isClosed.load(ordering: .relaxed) else { return }
        throw LedgerError(
            .closed, subject: path, "\(path) has been closed by this process. Open it again.")
    }

    /// What the ledger allows; decided when it was made.
    public var policy: Policy { header.policy }

    /// Whether every command brings its own time.
    public var usesSimulatedClock: Bool { header.isSimulated }

    /// The ledger's own name: 32 hexadecimal digits, told from those of all other ledgers.
    public var id: String { header.ledgerID.lowercaseHexadecimal }

    /// The directory that the ledger is in.
    public var path: String { environment.path }
}

extension Ledger {
    /// The header of the ledger, which is written first where there is none and one may be made.
    private static func header(
        in environment: Environment, _ log: EventLog, _ meta: LedgerMeta,
        _ options: LedgerOptions
    ) throws(LedgerError) -> LedgerHeader {
        let found: LedgerHeader?
        do throws(JournalError) {
            found = try environment.read { (snapshot) throws(JournalError) in
                try meta.header(in: snapshot)
            }
        } catch {
            throw unreadableHeader(error, environment.path)
        }
        let header: LedgerHeader
        if let found {
            if options.access == .createNew { throw alreadyExists(environment.path) }
            header = found
        } else {
            header = try makeHeader(in: environment, log, meta, options)
        }
        if options.usesSimulatedClock, !header.isSimulated {
            throw LedgerError(
                .clockMismatch, subject: environment.path,
                "The ledger in \(environment.path) keeps its own clock. Make another one with a"
                    + " simulated clock; this one cannot be changed.")
        }
        return header
    }

    private static func alreadyExists(_ path: String) -> LedgerError {
        LedgerError(
            .alreadyExists, subject: path,
            "\(path) holds a ledger already. Use it as it is, or name another directory.")
    }

    /// Names the ledger, which the layers below do not.
    private static func unreadableHeader(_ error: JournalError, _ path: String) -> LedgerError {
        guard case .format(let cause) = error.code else { return LedgerError(error) }
        if case .newerFormat(let found) = cause.code {
            return LedgerError(
                .unsupportedFormat, subject: path,
                "The ledger in \(path) has format \(found); this version reads up to"
                    + " \(LedgerHeader.currentFormat). Nothing was changed. Use a newer version.")
        }
        return LedgerError(
            .damaged, subject: path,
            "The header of the ledger in \(path) cannot be read: \(cause). Restore a backup.")
    }

    private static func makeHeader(
        in environment: Environment, _ log: EventLog, _ meta: LedgerMeta,
        _ options: LedgerOptions
    ) throws(LedgerError) -> LedgerHeader {
        guard options.access == .create || options.access == .createNew else {
            let records = try translated { () throws(JournalError) in
                try environment.read { (snapshot) throws(JournalError) in
                    try log.rowCount(in: snapshot)
                }
            }
            if records > 0 {
                throw LedgerError(
                    .damaged, subject: environment.path,
                    "The ledger in \(environment.path) has records and no header. Stop writing,"
                        + " keep the file, restore a backup.")
            }
            throw LedgerError(
                .notALedger, subject: environment.path,
                "\(environment.path) holds no ledger. Name another directory, or make one there.")
        }
        let (header, random) = try translated { () throws(JournalError) in
            let random = try LedgerJournal.translated { () throws(StorageError) in
                try secureRandomBytes(LedgerHeader.idLength)
            }
            let header =
                options.restoredHeader
                ?? LedgerHeader(
                    ledgerID: random, createdAt: CommandExecutor.systemClock(),
                    isSimulated: options.usesSimulatedClock, policy: options.policy)
            // Another process may have made it meanwhile: the first header stays.
            let first = try environment.writeRepeatably { (transaction) throws(JournalError) in
                if let first = try meta.header(in: transaction.snapshot) { return first }
                // Records without a header are a damaged ledger, not a new one.
                let isNew = try meta.isEmpty(in: transaction.snapshot)
                guard isNew, try log.head(in: transaction.snapshot) == .start else {
                    throw JournalError(.damagedRow(table: LedgerMeta.definition.name))
                }
                try meta.setHeader(header, in: &transaction)
                try meta.setCheckpoint(ViewCheckpoint(position: .start), in: &transaction)
                return header
            }
            return (first, random)
        }
        if options.access == .createNew, header.ledgerID != random {
            throw alreadyExists(environment.path)
        }
        return header
    }

    private static func checkViews(
        in environment: Environment, _ log: EventLog, _ meta: LedgerMeta
    ) throws(LedgerError) {
        let (checkpoint, head) = try translated { () throws(JournalError) in
            try environment.read { (snapshot) throws(JournalError) in
                (try meta.checkpoint(in: snapshot), try log.head(in: snapshot))
            }
        }
        guard checkpoint.isOfThisVersion else { throw otherViews(environment.path) }
        guard checkpoint.position == head else {
            throw LedgerError(
                .damaged, subject: environment.path,
                "The views in \(environment.path) stand at \(checkpoint.position), the log at"
                    + " \(head). Run verify, and restore a backup.")
        }
    }

    static func otherViews(_ path: String) -> LedgerError {
        LedgerError(
            .unsupportedFormat, subject: path,
            "The views in \(path) were written by another version of the package. Use that version."
        )
    }
}

extension EnvironmentOptions {
    fileprivate init(_ options: LedgerOptions) {
        let access: Access =
            switch options.access {
            case .create, .createNew: .create
            case .readWrite: .readWrite
            case .readOnly: .readOnly
            }
        let logger = options.logger
        self.init(
            mapSize: options.mapSize, maxReaders: options.maximumReaders, access: access,
            exclusive: options.isExclusive,
            allowUnsupportedFileSystem: options.allowsUnsupportedFileSystem,
            freeSpaceReserve: options.freeSpaceReserve,
            onLongReader: { duration in
                logger.warning(
                    "a read kept its snapshot for long; the file grows meanwhile",
                    metadata: ["duration": "\(duration)"])
            })
    }
}
