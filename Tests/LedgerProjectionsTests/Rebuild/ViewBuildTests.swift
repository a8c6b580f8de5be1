@testable internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
@testable internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite("Rows that are built beside the live ones") struct ViewBuildTests {
    /// An environment for them, and what they are built from.
    private struct Place {
        private let directory: TemporaryDirectory
        let environment: Environment

        init() throws {
            directory = try TemporaryDirectory()
            environment = try Environment.open(
                at: directory.appending("rows"), tables: ViewBuild.definitions,
                options: EnvironmentOptions(mapSize: 1 << 30, access: .create))
        }
    }

    @Test("are written before the ledger is held up to put rows right", .timeLimit(.minutes(2)))
    func written() async throws {
        let run = try await ModelRun.history(31)
        let (place, live) = (try Place(), run.ledger.environment)
        let rebuild = try ViewRebuild(of: live)
        let isHeld = Latch()
        let replacing = Task {
            try await onOwnThread {
                let build = try ViewBuild(in: place.environment, from: rebuild.log, rebuild.options)
                isHeld.wait()
                try rebuild.replaceDiffering(build) { _ in }
            }
        }
        let wereWritten = try await onOwnThread {
            try live.write { (_) throws(JournalError) in
                isHeld.open()
                return try Self.areWritten(in: place.environment)
            }
        }
        #expect(wereWritten)
        try await replacing.value
        #expect(try run.ledger.hasRightViews())
    }

    /// Waits for rows; false where there are none within a minute.
    private static func areWritten(in environment: Environment) throws(JournalError) -> Bool {
        let users = try ViewTables(in: environment).users
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let count = try environment.read { (snapshot) throws(JournalError) in
                do throws(StorageError) { return try snapshot.entryCount(in: users) } catch {
                    throw JournalError(storage: error)
                }
            }
            if count > 0 { return true }
            Thread.sleep(forTimeInterval: 0.001)
        }
        return false
    }

    /// A record that only the indexes refuse, one that only the views refuse, and one that both do.
    private static let forgeries: [FoldError.Reason: @Sendable (Event) -> Event] = [
        .stateExists: { $0 },
        .unknownCredential: { _ in
            .labelChanged(LabelChanged(credential: "cred_none", label: nil))
        },
        .unknownState: { _ in
            let state = StateDigest(of: StateToken("none"))
            let account = ProviderAccount(provider: "google", subject: "1")
            return .grantLinked(
                GrantLinked(
                    credential: "cred_none", grant: "g", toolkit: "gmail", account: account,
                    kind: .reconnected, origin: .state(state)))
        },
    ]

    @Test(
        "stop at the first record that cannot be applied, whichever thread finds it",
        arguments: [
            (3, .stateExists, 5, .unknownCredential), (3, .unknownCredential, 5, .stateExists),
            (3, .stateExists, 4, .unknownCredential), (3, .unknownCredential, 4, .stateExists),
            (3, .unknownState, 5, .unknownCredential), (3, .unknownState, 5, .stateExists),
            (2, .unknownCredential, 8, .unknownState), (2, .stateExists, 8, .unknownState),
        ] as [(UInt64, FoldError.Reason, UInt64, FoldError.Reason)])
    func failures(
        first: UInt64, _ reason: FoldError.Reason, second: UInt64, _ other: FoldError.Reason
    ) async throws {
        let directory = try TemporaryDirectory()
        var options = LedgerOptions()
        options.mapSize = 1 << 30
        let ledger = try Ledger.open(at: directory.appending("ledger"), options: options)
        defer { ledger.close() }
        for number in 1...8 {
            let user = UserID("user \(number)")
            _ = try await ledger.issueState(IssueState(user: user, toolkit: "gmail")).get()
        }
        for (number, reason) in [(first, reason), (second, other)] {
            try Self.forge(ledger, at: number, try #require(Self.forgeries[reason]))
        }
        let rebuild = try ViewRebuild(of: ledger.environment)
        for _ in 0..<20 {
            let place = try Place()
            let build = try ViewBuild(in: place.environment, from: rebuild.log, rebuild.options)
            let error = #expect(throws: JournalError.self) { try build.catchUp { _ in } }
            #expect(error?.code == .fold(FoldError(Position(first), reason)))
            #expect(build.position == .start)
        }
    }

    /// Gives a record another event, made of that of the first record.
    private static func forge(
        _ ledger: Ledger, at number: UInt64, _ change: (Event) -> Event
    ) throws {
        let table = try ledger.environment.requireTable(EventLog.definition.name)
        let (bytes, first) = try ledger.environment.read { (snapshot) throws(StorageError) in
            (
                try snapshot.copy(of: [UInt8](bigEndian: number), in: table),
                try snapshot.copy(of: [UInt8](bigEndian: 1), in: table)
            )
        }
        var record = try RecordCodec.decode(try #require(bytes))
        record.event = change(try RecordCodec.decode(try #require(first)).event)
        let forged = try RecordCodec.encode(record)
        try ledger.environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: [UInt8](bigEndian: number), value: forged, in: table)
        }
    }
}
