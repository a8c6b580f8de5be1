internal import AccountLedger
internal import LedgerLifecycle
internal import Logging
internal import ServiceLifecycle
internal import Testing
internal import UnixSignals

@Suite("The code of Importing and Operating")
struct OperatingSnippets {
    @Test("Grants that exist are imported once, however often the import runs")
    func importing() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))

        // snippet: import
        let grants = [
            ImportGrant(
                user: "1001", toolkit: "gmail", grant: "ee838c24",
                account: ProviderAccount(
                    provider: "google", subject: "mara@example.com", email: "mara@example.com"),
                label: "Work", connectedAt: Timestamp(rfc3339: "2024-07-23T05:17:04Z"),
                source: "user_grants")
        ]

        let result = try await ledger.importGrants(
            grants, refused: .abandonAll, context: CommandContext(actor: .operator("migration")))
        // result.isCommitted, result.outcomes.count == grants.count
        // end snippet
        #expect(result.isCommitted)
        #expect(result.outcomes.count == grants.count)
        let again = try await ledger.importGrants(grants)
        if case .unchanged? = again.outcomes.first {} else { Issue.record("imported twice") }
        let account = try #require(try ledger.accounts(of: "1001").first)
        #expect(account.firstConnectedAt == Timestamp(rfc3339: "2024-07-23T05:17:04Z"))
    }

    @Test("Options say where diagnostics go and how much may wait")
    func options() throws {
        let scratch = try ScratchDirectory()
        let directory = scratch.place("ledger")

        // snippet: options
        var options = LedgerOptions(access: .create)
        options.policy = Policy(allowMultiple: true, accountLimit: 10)
        options.logger = Logger(label: "accounts")
        options.freeSpaceReserve = 1 << 30
        let ledger = try Ledger.open(at: directory, options: options)
        // end snippet
        #expect(ledger.policy.accountLimit == 10)
    }

    @Test("The log is read in pages")
    func pages() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))
        for user: UserID in ["ana", "ben", "cleo"] {
            _ = try await ledger.issueState(IssueState(user: user, toolkit: "gmail")).get()
        }
        var names: [String] = []

        // snippet: pages
        var position = Position.start
        while true {
            let page = try ledger.read { view in try view.records(after: position, limit: 1000) }
            guard let last = page.last else { break }
            names += page.map(\.event.wireName)
            position = last.position
        }
        // end snippet
        #expect(names == ["state-issued.v1", "state-issued.v1", "state-issued.v1"])
    }

    @Test("A group of services closes the ledger last", .timeLimit(.minutes(1)))
    func service() async throws {
        struct Server: Service {
            let ledger: Ledger
            func run() async throws { try await gracefulShutdown() }
        }
        let scratch = try ScratchDirectory()
        let directory = scratch.place("ledger")
        let logger = Logger(label: "accounts")
        // snippet: service
        let ledger = try Ledger.open(at: directory)
        let activity = try ledger.open(DailyActivity())
        let group = ServiceGroup(
            services: [
                LedgerService(ledger, with: [.following(activity)]), Server(ledger: ledger),
            ],
            gracefulShutdownSignals: [.sigterm], cancellationSignals: [.sigint], logger: logger)
        // end snippet
        async let running: Void = group.run()
        _ = try await ledger.issueState(IssueState(user: "ana", toolkit: "gmail")).get()
        await group.triggerGracefulShutdown()
        try await running
        #expect(throws: LedgerError.self) { try ledger.head() }
    }
}
