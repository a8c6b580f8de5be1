internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// Ledgers that outgrow the address space that was reserved for them.
@Suite struct GrowthTests {
    private static func small(_ options: inout LedgerOptions) { options.mapSize = 1 << 20 }

    private func imports(_ range: Range<Int>) -> [ImportGrant] {
        range.map { number in
            ImportGrant(
                user: UserID("user \(number)"), toolkit: "gmail", grant: GrantID("g\(number)"),
                account: .google("subject \(number)", name: String(repeating: "n", count: 300)),
                label: "label")
        }
    }

    @Test("A full map grows, and the commands of the full commit are carried out once")
    func grows() async throws {
        let scratch = try ScratchLedger(Self.small)
        let ledger = scratch.ledger
        let result = try await ledger.importGrants(imports(0..<1500), refused: .abandonAll)
        #expect(result.isCommitted)
        #expect(try ledger.head() == Position(1500))
        #expect((FileTree(scratch.path)["data.mdb"]?.count ?? 0) > 1 << 20)
        try ledger.expectDense()
        let again = try scratch.reopened()
        #expect(try again.accounts(of: "user 1499").map(\.label) == ["label"])
        again.close()
        var options = LedgerOptions()
        Self.small(&options)
        let small = try Ledger.open(at: scratch.path, options: options)
        try await small.connect("ann", grant: "ann")
        #expect(try small.head() == Position(1502))
    }

    @Test("Many callers and readers go on while the map grows")
    func whileReading() async throws {
        let scratch = try ScratchLedger(Self.small)
        let ledger = scratch.ledger
        let imports = (0..<8).map { self.imports($0 * 300..<($0 + 1) * 300) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in imports {
                group.addTask {
                    for chunk in stride(from: 0, to: part.count, by: 20) {
                        let grants = Array(part[chunk..<chunk + 20])
                        let result = try await ledger.importGrants(grants)
                        #expect(result.isCommitted)
                    }
                }
            }
            for number in 0..<4 {
                group.addTask {
                    while try ledger.head() < Position(2400) {
                        try ledger.reading { view in
                            let user = UserID("user \(number * 600)")
                            let accounts = try view.accounts(of: user)
                            let nested = try ledger.accounts(of: user)
                            #expect(accounts.count <= nested.count)
                        }
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        try ledger.expectDense()
        #expect(try ledger.head() == Position(2400))
    }

    @Test("A refused import that outgrew the map leaves nothing behind")
    func undone() async throws {
        let scratch = try ScratchLedger(Self.small)
        var grants = imports(0..<1200)
        grants[1199].grant = ""
        let result = try await scratch.ledger.importGrants(grants, refused: .abandonAll)
        #expect(!result.isCommitted)
        #expect(result.outcomes.count == 1200)
        #expect(try scratch.ledger.head() == .start)
        try await scratch.ledger.connect("ann", grant: "g1")
        #expect(try scratch.ledger.head() == Position(2))
    }

    @Test("A user may have thousands of accounts")
    func hugeUser() async throws {
        let count = Effort.number("LEDGER_HUGE_USER", else: 250)
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let grants = (0..<count).map { number in
            ImportGrant(
                user: "ann", toolkit: "gmail", grant: GrantID("g\(number)"),
                account: .google("subject \(number)"), label: "label \(number)")
        }
        #expect(try await ledger.importGrants(grants, refused: .abandonAll).isCommitted)
        #expect(try ledger.accounts(of: "ann").count == count)
        let selection = try ledger.selection(of: "ann", toolkit: "gmail")
        #expect(selection.passedOver.count == count - 1)
        let receipt = try await ledger.connect("ann", grant: "last")
        #expect(try ledger.selection(of: "ann", toolkit: "gmail").credential == receipt.credential)
        let half = Moment.position(Position(UInt64(count / 2)))
        #expect(try ledger.accounts(of: "ann", asOf: half).count == count / 2)
    }

    @Test("A copy made while commands run is one state of the log")
    func backup() async throws {
        let scratch = try ScratchLedger(Self.small)
        let ledger = scratch.ledger
        let imports = (0..<8).map { self.imports($0 * 100..<($0 + 1) * 100) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in imports {
                group.addTask { for grant in part { _ = try await ledger.importGrants([grant]) } }
            }
            for number in 0..<4 {
                let path = scratch.directory.appending("copy \(number)")
                group.addTask { try ledger.backup(to: path) }
            }
            try await group.waitForAll()
        }
        let records = try ledger.allRecords()
        for number in 0..<4 {
            let copy = try Ledger.open(
                at: scratch.directory.appending("copy \(number)"),
                options: LedgerOptions(access: .readWrite))
            #expect(copy.id == ledger.id)
            let found = try copy.allRecords()
            #expect(found == Array(records.prefix(found.count)))
            try await copy.connect("ann", grant: "ann")
        }
    }
}
