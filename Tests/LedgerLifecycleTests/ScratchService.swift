internal import AccountLedger
internal import LedgerTestSupport
internal import Logging
internal import ServiceLifecycle
internal import Testing

/// A ledger for one test, and the groups of services that it runs in.
struct ScratchService: Sendable {
    let ledger: Ledger
    private let directory: TemporaryDirectory
    private static let options = {
        var options = LedgerOptions()
        // Tests run side by side, and a process has room for few maps of the default size.
        options.mapSize = 1 << 30
        return options
    }()

    init() throws {
        directory = try TemporaryDirectory(in: .memory)
        ledger = try Ledger.open(at: directory.appending("ledger"), options: Self.options)
    }

    var isClosed: Bool { (try? ledger.head()) == nil }

    func group(_ services: [any Service]) -> ServiceGroup {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services, logger: logger))
    }

    func reopened() throws -> Ledger { try Ledger.open(at: ledger.path, options: Self.options) }

    /// Issues a state, and answers where it is recorded.
    @discardableResult
    func issue(_ user: UserID) async throws -> Position {
        let action = IssueState(user: user, toolkit: "gmail", allowMultiple: true)
        let receipt = try await ledger.issueState(action).get()
        return try #require(receipt.positions).lowerBound
    }

    /// Issues states until that is refused because the ledger is closed.
    func issueUntilClosed(_ user: UserID) async throws -> [Position] {
        var positions: [Position] = []
        while true {
            do { positions.append(try await issue(user)) } catch let error as LedgerError {
                guard error.code == .closed else { throw error }
                return positions
            }
        }
    }
}

extension Ledger {
    /// The positions of all records.
    func allPositions() throws -> [Position] {
        try read { (view) throws(LedgerError) in
            try view.records(after: .start, limit: .max).map(\.position)
        }
    }
}
