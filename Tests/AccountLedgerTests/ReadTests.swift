internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite struct ReadTests {
    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }

    init() throws { scratch = try ScratchLedger() }

    @Test("A read sees one state of the log while others write")
    func oneState() async throws {
        let ledger = ledger
        let writers = Task {
            var number = 0
            while !Task.isCancelled {
                try await ledger.connect("ann", grant: GrantID("g\(number)"))
                number += 1
            }
            return number
        }
        var seen: Set<Position> = []
        while seen.count < 20 {
            try ledger.reading { view in
                let head = try view.head()
                for _ in 0..<5 {
                    #expect(try view.head() == head)
                    let version = try view.version(of: "ann")
                    #expect(version.number == head.number)
                    let accounts = try view.accounts(of: "ann")
                    let selection = try view.selection(of: "ann", toolkit: "gmail")
                    #expect(selection.credential == accounts.last?.id)
                    #expect(selection.position == head)
                    #expect(try view.history(of: "ann").count == Int(head.number))
                    #expect(accounts.count == Int(head.number) / 2)
                }
                seen.insert(head)
            }
            await Task.yield()
        }
        writers.cancel()
        #expect(try await writers.value >= 9)
    }

    @Test("Reads may be made within reads, and each sees the log as it is when it begins")
    func nested() async throws {
        try await ledger.connect("ann", grant: "g1")
        try ledger.reading { outer in
            let inner = try ledger.reading { inner in
                try ledger.accounts(of: "ann").count + Int(try inner.head().number)
            }
            #expect(inner == 3)
            #expect(try outer.head() == Position(2))
        }
    }

    @Test("An error thrown within a read reaches the caller as it is")
    func errors() async throws {
        try await ledger.connect("ann", grant: "g1")
        #expect(
            await code {
                try ledger.reading { view in
                    _ = try view.accounts(of: "ann", asOf: .position(Position(3)))
                }
            } == .positionPastHead)
        #expect(
            await code {
                _ = try ledger.selection(of: "ann", toolkit: "gmail", pins: ["gmail": "cred_x"])
            } == .pinRefused(.unknownCredential))
        let id = try #require(try ledger.accounts(of: "ann").first?.id)
        #expect(
            await code {
                _ = try ledger.selection(of: "ann", toolkit: "drive", pins: ["drive": id])
            }
                == .pinRefused(.toolkitMismatch(toolkit: "gmail")))
        #expect(
            await code {
                _ = try ledger.selection(of: "bob", toolkit: "gmail", pins: ["gmail": id])
            }
                == .pinRefused(.unknownCredential))
    }

    @Test("Users and records are read in pages that follow on each other")
    func pages() async throws {
        let users: [UserID] = ["b", "a", "ab", "zo\u{EB}", "zoe\u{308}", "a\u{FF}", "~"]
        for user in users { try await ledger.connect(user, grant: GrantID("g-" + user.text)) }
        for limit in 1...8 {
            try ledger.reading { view in
                var found: [UserID] = []
                while true {
                    let page = try view.users(after: found.last, limit: limit)
                    found += page
                    if page.count < limit { break }
                }
                #expect(found == users.sorted())
                var records: [EventRecord] = []
                while true {
                    let position = records.last?.position ?? .start
                    let page = try view.records(after: position, limit: limit)
                    records += page
                    if page.count < limit { break }
                }
                #expect(records.map(\.position.number) == Array(1...UInt64(users.count * 2)))
            }
        }
    }

    @Test("Questions about what does not exist have empty answers, however odd the name")
    func unknown() async throws {
        try await ledger.connect("ann", grant: "g1")
        let long = String(repeating: "x", count: 4000)
        for name in ["", "bob", "an", "ann\u{0}gmail", "\u{0}", long, "ann" + long] {
            let user = UserID(name)
            #expect(try ledger.accounts(of: user, includingRevoked: true).isEmpty)
            #expect(try ledger.history(of: user).isEmpty)
            #expect(try ledger.selection(of: user, toolkit: "gmail").result == .none)
            #expect(try ledger.selection(of: "ann", toolkit: ToolkitID(name)).result == .none)
            try ledger.reading { view in
                #expect(try view.owner(of: CredentialID(name)) == nil)
                #expect(try view.holder(of: GrantID(name)) == nil)
                #expect(try view.version(of: user) == UserVersion(0))
                #expect(try view.selections(of: user).isEmpty)
                _ = try view.users(after: user, limit: 10)
                #expect(try view.records(after: Position(.max), limit: .max).isEmpty)
            }
        }
    }

    @Test("The owner of a credential and the holder of a grant are found, revoked ones too")
    func owners() async throws {
        let id = try #require(try await ledger.connect("ann", grant: "g1").credential)
        _ = try await ledger.revoke(.credential(id))
        try ledger.reading { view in
            #expect(try view.owner(of: id) == "ann")
            let holder = try view.holder(of: "g1")
            #expect(holder?.user == "ann")
            #expect(holder?.credential == id)
        }
    }
}
