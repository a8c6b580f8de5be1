internal import AccountLedger
internal import AccountLedgerTesting
internal import LedgerCommandLine
internal import Testing

@Suite("The code of Projections")
struct ProjectionsSnippets {
    @Test("A projection of one's own is opened, caught up, asked and compared")
    func own() async throws {
        // snippet: projection
        /// How often each toolkit was connected, by platform.
        struct PlatformUse: Projection {
            struct Key: RowCodable {
                let toolkit: ToolkitID
                let platform: PlatformID?

                func encode(to row: inout RowEncoder) {
                    row.append(toolkit)
                    row.append(platform)
                }

                init(from row: inout RowDecoder) throws(RowDecodingError) {
                    toolkit = try row.next(ToolkitID.self)
                    platform = try row.nextIfPresent(PlatformID.self)
                }

                init(_ toolkit: ToolkitID, _ platform: PlatformID?) {
                    self.toolkit = toolkit
                    self.platform = platform
                }
            }

            let counts = ProjectionTable<Key, UInt64>("counts")

            let name = "platform-use"
            let version = 1
            var tables: [any ProjectionTableDefinition] { [counts] }
            let handles: Set<EventKind> = [.grantLinked]
            let ignores: Set<EventKind> = [
                .stateIssued, .grantExpired, .grantRevoked, .labelChanged, .accountSelected,
            ]

            func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws {
                guard case .grantLinked(let event) = record.event else { return }
                let key = Key(event.toolkit, event.platform)
                let count = try rows.value(for: key, in: counts) ?? 0
                try rows.put(count + 1, for: key, in: counts)
            }
        }
        // end snippet
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        for (number, user) in ["ana", "bob"].enumerated() {
            _ = try await scratch.execute(
                Command(
                    .importGrant(
                        ImportGrant(
                            user: UserID(user), toolkit: "gmail", grant: GrantID("g\(number)"),
                            account: ProviderAccount(
                                provider: "google", subject: Identifier("s\(number)")),
                            source: "table"))))
        }
        // snippet: use
        let use = try ledger.open(PlatformUse())
        try use.catchUp()

        let counts = try use.read { view throws(ProjectionError) in
            try view.rows(of: use.projection.counts, beginning: ToolkitID("gmail"))
        }
        let total = counts.map(\.value).reduce(0, +)

        let digest = try use.digest()
        let isSame = try use.isSameWhenRebuilt()
        // end snippet
        #expect(total == 2)
        #expect(digest.position == Position(2))
        #expect(isSame)
        let isStopping = false
        // snippet: rebuild
        var last: RebuildProgress?
        try use.rebuild(RebuildOptions(recordsPerSecond: 50_000)) { step in
            last = step
            return !isStopping
        }
        // end snippet
        #expect(last?.stage == .switched)
        #expect(try use.digest() == digest)
        // snippet: asOf
        let before = try ledger.project(PlatformUse(), asOf: .position(Position(1))) {
            view throws(ProjectionError) in
            try view.rows(of: use.projection.counts).count
        }
        // end snippet
        #expect(before == 1)
        // Ends the process, and so is only compiled.
        let program: () -> Never = {
            // snippet: tool
            LedgerTool.main(projections: [PlatformUse()])
            // end snippet
        }
        _ = program
    }

    @Test("Who shares a mailbox, by the projection that is shipped")
    func shared() async throws {
        let scratch = try ScratchLedger(policy: Policy(sharedAccounts: true))
        let ledger = scratch.ledger
        for (number, user) in ["ana", "bob"].enumerated() {
            _ = try await scratch.execute(
                Command(
                    .importGrant(
                        ImportGrant(
                            user: UserID(user), toolkit: "gmail", grant: GrantID("g\(number)"),
                            account: ProviderAccount(provider: "google", subject: "1093"),
                            source: "table"))))
        }
        // snippet: shared
        let accounts = try ledger.open(AccountUsers())
        try accounts.catchUp()
        let mailbox = AccountUsers.Account(
            ProviderAccount.Identity(provider: "google", subject: "1093"))
        let users = try accounts.read { view throws(ProjectionError) in
            try view.rows(of: accounts.projection.users, beginning: mailbox).map(\.key.user)
        }
        // end snippet
        #expect(users == ["ana", "bob"])
    }
}
