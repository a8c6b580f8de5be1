internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage
internal import LedgerTestSupport
internal import Synchronization

/// An empty log in memory.
struct ScratchLog: Sendable {
    let directory: TemporaryDirectory
    let environment: Environment
    let log: EventLog

    init(_ change: (inout EnvironmentOptions) -> Void = { _ in }) throws {
        directory = try TemporaryDirectory()
        var options = EnvironmentOptions(access: .create)
        change(&options)
        environment = try Environment.open(
            at: directory.appending("ledger"), tables: [EventLog.definition], options: options)
        log = try EventLog(in: environment)
    }

    func records() throws -> [EventRecord] {
        let log = log
        var records: [EventRecord] = []
        try environment.read { (snapshot) throws(JournalError) in
            let head = try log.head(in: snapshot)
            try log.scan(from: Position(1), through: head, in: snapshot) {
                (record) throws(JournalError) in
                records.append(record)
                return .next
            }
        }
        return records
    }

    func head() throws -> Position {
        let log = log
        return try environment.read { (snapshot) throws(JournalError) in
            try log.head(in: snapshot)
        }
    }

    /// Appends records in a transaction of their own, by clocks of any order.
    @discardableResult
    func append(at clocks: [Timestamp], each: Int = 1) throws -> [EventRecord] {
        let log = log
        return try environment.writeRepeatably { (transaction) throws(JournalError) in
            var appender = try LogAppender(log, in: transaction.snapshot)
            var records: [EventRecord] = []
            for clock in clocks {
                records += try appender.append(each, at: clock, &transaction)
            }
            return records
        }
    }

    /// Removes or replaces what the table of records holds at a position.
    func tamper(_ position: Position, with bytes: [UInt8]?) throws {
        let table = try environment.requireTable(EventLog.definition.name)
        try environment.write { (transaction) throws(StorageError) in
            let key = [UInt8](bigEndian: position.number)
            if let bytes {
                try transaction.put(key: key, value: bytes, in: table)
            } else {
                try transaction.delete(key, in: table)
            }
        }
    }
}

extension LogAppender {
    /// Appends some records of one command.
    mutating func append(
        _ count: Int, at clock: Timestamp, user: UserID = "ann",
        _ transaction: inout WriteTransaction
    ) throws(JournalError) -> [EventRecord] {
        let event = Event.labelChanged(LabelChanged(credential: "cred_1", label: nil))
        let drafts = (0..<count).map { _ in Proposal.Draft(event, occurredAt: nil) }
        return try append(
            Proposal(user: user, drafts: drafts),
            of: Command(.relabel(Relabel(credential: "cred_1", label: nil))),
            fingerprint: CommandFingerprint([:]), at: now(clock), to: &transaction
        ) { time in EventID(at: time, random: Self.random()) }
    }

    private static func random() -> [UInt8] {
        (0..<EventID.length).map { _ in UInt8.random(in: 0...255) }
    }
}

extension Timestamp {
    init(seconds: Int64) { self.init(microsecondsSinceEpoch: seconds * 1_000_000) }
}

/// What a test journal is asked for.
enum TestRequest: Sendable {
    /// Appends so many records for a user.
    case append(Int, UserID)
    /// Appends so many records and fails afterwards.
    case fail(Int)
    /// Appends so many records and has them undone.
    case undo(Int)
    /// Waits within the transaction until a gate is opened, then appends one record.
    case wait(entered: Latch, leave: Latch)
}

/// A journal that appends what it is asked for, and keeps the sizes of its commits.
final class TestJournal: Sendable {
    let journal: Journal<TestRequest, ClosedRange<Position>?>
    private let reports: Reports

    init(_ scratch: ScratchLog, queueLimit: Int = 10_000, batchLimit: Int = 10_000) throws {
        let log = scratch.log
        let reports = Reports()
        journal = try Journal(
            scratch.environment, log: log, queueLimit: queueLimit, batchLimit: batchLimit
        ) { report in
            reports.all.withLock { $0.append(report) }
        } handler: { (request, transaction) throws(JournalError) in
            var appender = try LogAppender(log, in: transaction.snapshot)
            let count: Int
            var user: UserID = "ann"
            switch request {
            case .append(let number, let name): (count, user) = (number, name)
            case .fail(let number), .undo(let number): count = number
            case .wait(let entered, let leave):
                entered.open()
                leave.wait()
                count = 1
            }
            let records = try appender.append(
                count, at: Timestamp(microsecondsSinceEpoch: SystemClock.now()), user: user,
                &transaction)
            if case .fail = request { throw JournalError(.abandoned) }
            if case .undo = request { return .init(nil, .undone) }
            guard let first = records.first, let last = records.last else {
                return .init(nil, .kept(last: nil))
            }
            return .init(
                first.position...last.position,
                .kept(last: .init(position: last.position, id: last.id)))
        }
        self.reports = reports
    }

    /// What the observer was told, on the writer's thread.
    private final class Reports: Sendable {
        let all = Mutex<[CommitReport]>([])
    }

    /// The commits so far.
    var commits: [CommitReport] { reports.all.withLock { $0 } }

    @discardableResult
    func append(_ count: Int = 1, _ user: UserID = "ann") async throws -> ClosedRange<Position>? {
        try await journal.submit(.append(count, user), weight: 1)
    }
}
