@testable internal import AccountLedger
internal import Dispatch
internal import LedgerDomain
internal import LedgerJournal
@testable internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite("A comparison with rows in memory") struct MemoryComparisonTests {
    /// Rows in memory, and how to compare the live ones with them, a few in each transaction.
    private struct Scene {
        private let directory: TemporaryDirectory
        let build: ViewBuild
        let rebuild: ViewRebuild

        init(_ environment: Environment) throws {
            directory = try TemporaryDirectory()
            let rows = try Environment.open(
                at: directory.appending("rows"), tables: ViewBuild.definitions,
                options: EnvironmentOptions(mapSize: 1 << 30, access: .create))
            rebuild = try ViewRebuild(of: environment)
            build = try ViewBuild(in: rows, from: rebuild.log, rebuild.options)
            try build.catchUp { _ in }
        }

        func comparison(atOnce: Int = 20) -> MemoryComparison {
            MemoryComparison(
                of: build.rowsInMemory(), at: build.position, listing: 3, atOnce: atOnce,
                rebuild.log, rebuild.liveTables)
        }
    }

    /// Appends a record while the calling thread waits.
    private static func append(to ledger: Ledger) {
        let end = DispatchSemaphore(value: 0)
        Task {
            let command = Command(.issueState(IssueState(user: "late", toolkit: "late")))
            let time = Timestamp(microsecondsSinceEpoch: 1_900_000_000_000_000)
            let outcome = try? await ledger.execute(command, at: time)
            #expect(outcome?.refusal == nil && outcome != nil)
            end.signal()
        }
        end.wait()
    }

    @Test("tells the one who waits of every transaction, and finds the same on two threads")
    func threads() async throws {
        let run = try await ModelRun.history(41)
        var random = SeededGenerator(seed: 41)
        let differing = try run.ledger.tamper(using: &random)
        let scene = try Scene(run.ledger.environment)
        let alone = scene.comparison()
        var told = 0
        try alone.run { told += 1 }
        let expected = try #require(alone.compared)
        #expect(expected.map(\.name) == ViewTables.Name.allCases)
        let found = try expected.map { try $0.result.get() }
        #expect(found.map(\.difference.differing).reduce(0, +) == differing)
        #expect(told > found.count)
        for _ in 0..<20 {
            let comparison = scene.comparison()
            var count = 0
            try scene.build.run(beside: { comparison.help() }) { () throws(JournalError) in
                try comparison.run { count += 1 }
            }
            #expect(count == told)
            let same = try #require(comparison.compared).map { try $0.result.get() }
            #expect(same.map(\.difference) == found.map(\.difference))
            #expect(same.map(\.keys) == found.map(\.keys))
        }
    }

    @Test("ends on both threads when the one who waits wants no more")
    func ended() async throws {
        let run = try await ModelRun.history(42)
        let scene = try Scene(run.ledger.environment)
        for last in 1...5 {
            let comparison = scene.comparison()
            var told = 0
            let error = #expect(throws: JournalError.self) {
                try scene.build.run(beside: { comparison.help() }) { () throws(JournalError) in
                    try comparison.run { () throws(JournalError) in
                        told += 1
                        if told == last { throw JournalError(.abandoned) }
                    }
                }
            }
            #expect(error?.code == .abandoned)
            #expect(told == last)
        }
    }

    @Test("is no answer unless every table was compared")
    func unfinished() async throws {
        let run = try await ModelRun.history(43, steps: 40)
        let scene = try Scene(run.ledger.environment)
        let comparison = scene.comparison()
        #expect(comparison.compared == nil)
        #expect(throws: JournalError.self) {
            try comparison.run { () throws(JournalError) in throw JournalError(.abandoned) }
        }
        #expect(comparison.compared == nil)
    }

    @Test("keeps a key with many differing numbers once, and gives up where keys are too many")
    func keys() async throws {
        let run = try await ModelRun.history(44)
        try run.ledger.addNumbers(Array(1_000...1_400), of: [0x7A])
        let scene = try Scene(run.ledger.environment)
        let comparison = scene.comparison()
        try comparison.run {}
        let users = try #require(comparison.compared?.first).result.get()
        #expect(users.keys == [[0x7A]])
        #expect(users.difference.onlyLive == 401)
        for number in 0..<21 as Range<UInt8> {
            try run.ledger.addNumbers([5], of: [0x7B, number])
        }
        let second = scene.comparison()
        try second.run {}
        #expect(second.compared == nil)
    }

    @Test("is given up at the first transaction that sees another record")
    func appended() async throws {
        let run = try await ModelRun.history(45)
        let ledger = run.ledger
        try await onOwnThread {
            let scene = try Scene(ledger.environment)
            let comparison = scene.comparison()
            var told = 0
            try comparison.run {
                told += 1
                if told == 3 { Self.append(to: ledger) }
            }
            #expect(told == 3)
            #expect(comparison.compared == nil)
        }
    }

    @Test("ends in the right result though records come in", arguments: 46...51)
    func meanwhile(seed: UInt64) async throws {
        let run = try await ModelRun.history(seed)
        let ledger = run.ledger
        var random = SeededGenerator(seed: seed)
        let differing = seed.isMultiple(of: 2) ? try ledger.tamper(using: &random) : 0
        try await onOwnThread {
            let directory = try TemporaryDirectory()
            var rebuild = try ViewRebuild(of: ledger.environment)
            rebuild.comparedAtOnce = 20
            for last in 1...4 {
                var told = 0
                let comparison = try rebuild.compare(in: directory.path) { step in
                    guard step.stage == .compared else { return }
                    told += 1
                    if told == last { Self.append(to: ledger) }
                }
                #expect(comparison.tables.map(\.name) == ViewTables.Name.allCases.map(\.rawValue))
                #expect(comparison.tables.map(\.differing).reduce(0, +) == differing)
            }
            var told = 0
            let replaced = try rebuild.replace(
                in: directory.appending("rebuild"), of: Array(0..<16)
            ) { step in
                guard step.stage == .compared else { return }
                told += 1
                if told == 2 { Self.append(to: ledger) }
            }
            #expect(replaced.tables.map(\.differing).reduce(0, +) == differing)
            #expect(try ledger.hasRightViews())
        }
    }
}
