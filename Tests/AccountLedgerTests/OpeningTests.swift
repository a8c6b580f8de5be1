internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

@Suite struct OpeningTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws { directory = try TemporaryDirectory() }

    private func open(_ access: LedgerOptions.Access, _ policy: Policy = Policy()) throws -> Ledger
    {
        var options = LedgerOptions(access: access)
        options.policy = policy
        return try Ledger.open(at: path, options: options)
    }

    @Test("A ledger that is absent is made only where that is asked for")
    func absent() async throws {
        #expect(await code { _ = try open(.readWrite) } == .pathProblem)
        #expect(await code { _ = try open(.readOnly) } == .pathProblem)
        #expect(FileTree(directory.path).names.isEmpty)
        try open(.create).close()
        #expect(try FileTree.mode(path) == 0o700)
        for name in FileTree(path).names {
            #expect(try FileTree.mode("\(path)/\(name)") == 0o600, "\(name)")
        }
    }

    @Test("An empty directory is no ledger, and stays empty")
    func emptyDirectory() async throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(await code { _ = try open(.readWrite) } == .notALedger)
        #expect(await code { _ = try open(.readOnly) } == .notALedger)
        #expect(FileTree(path).names.isEmpty)
    }

    @Test("The policy is decided when a ledger is made; later openings keep it")
    func policy() throws {
        let strict = Policy(accountLimit: 3, duplicateLabels: true, requireChoice: true)
        let first = try open(.create, strict)
        #expect(first.policy == strict)
        let (id, createdAt) = (first.id, first.createdAt)
        first.close()
        let second = try open(.create, Policy(allowMultiple: true))
        #expect(second.policy == strict)
        #expect(second.id == id)
        #expect(id.count == 32)
        #expect(second.createdAt == createdAt)
        #expect(!second.usesSimulatedClock)
        second.close()
    }

    @Test("A new ledger is made only where there is none")
    func createNew() async throws {
        let first = try open(.createNew, Policy(accountLimit: 1))
        _ = try await first.issueState(.init(user: "ann", toolkit: "gmail"))
        first.close()
        let bytes = FileTree(path)["data.mdb"]
        #expect(await code { _ = try open(.createNew, Policy(accountLimit: 2)) } == .alreadyExists)
        #expect(FileTree(path)["data.mdb"] == bytes)
        let again = try open(.readOnly)
        #expect(again.policy.accountLimit == 1)
        again.close()
    }

    @Test("A ledger opened for reading answers, and takes no command")
    func readOnly() async throws {
        let writer = try open(.create)
        let receipt = try await writer.connect("ann", grant: "g1")
        writer.close()
        let bytes = FileTree(path)["data.mdb"]
        let reader = try open(.readOnly)
        #expect(try reader.accounts(of: "ann").map(\.id) == [receipt.credential])
        let refused = await code { _ = try await reader.issueState(.init(user: "a", toolkit: "b")) }
        #expect(refused == .readOnly)
        reader.close()
        #expect(FileTree(path)["data.mdb"] == bytes)
    }

    @Test("A ledger is opened once in a process, however its path is spelled")
    func twice() async throws {
        let ledger = try open(.create)
        try await ledger.connect("ann", grant: "g1")
        #expect(await code { _ = try open(.readWrite) } == .alreadyOpen)
        #expect(await code { _ = try open(.readOnly) } == .alreadyOpen)
        let spelled = "\(directory.path)/./ledger/../ledger/"
        #expect(await code { _ = try Ledger.open(at: spelled) } == .alreadyOpen)
        try await ledger.connect("ann", grant: "g2")
        #expect(try ledger.accounts(of: "ann").count == 2)
        ledger.close()
        let again = try open(.readWrite)
        #expect(try again.accounts(of: "ann").count == 2)
        again.close()
    }

    @Test("A ledger kept exclusively and two ledgers on different paths do not disturb each other")
    func different() async throws {
        var options = LedgerOptions()
        options.isExclusive = true
        let first = try Ledger.open(at: directory.appending("first"), options: options)
        let second = try Ledger.open(at: directory.appending("second"))
        async let one = first.connect("ann", grant: "g1")
        async let two = second.connect("bob", grant: "g1")
        #expect(try await one.positions == two.positions)
        #expect(try first.accounts(of: "bob").isEmpty)
        #expect(first.id != second.id)
    }

    @Test("A ledger that nothing refers to any more is closed and can be opened again")
    func unreferenced() async throws {
        for number in 0..<5 {
            let ledger = try open(.create)
            try await ledger.connect("ann", grant: GrantID("g\(number)"))
        }
        #expect(try open(.readOnly).accounts(of: "ann").count == 5)
    }

    @Test(
        "Unusual limits are taken or refused, never trapped on",
        arguments: [Int.min, -1, 0, 1, 4096, Int.max])
    func unusualLimits(limit: Int) async throws {
        for field in [
            \LedgerOptions.mapSize, \.maximumReaders, \.maximumWaitingCommands,
            \.maximumCommandsPerCommit, \.freeSpaceReserve,
        ] {
            var options = LedgerOptions()
            options[keyPath: field] = limit
            let path = directory.appending("limits-\(UUID())")
            guard let ledger = try? Ledger.open(at: path, options: options) else { continue }
            _ = try? await ledger.issueState(.init(user: "ann", toolkit: "gmail"))
            ledger.close()
        }
    }
}
