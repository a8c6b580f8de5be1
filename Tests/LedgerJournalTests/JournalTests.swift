internal import LedgerDomain
internal import LedgerJournal
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite struct JournalTests {
    private let scratch: ScratchLog

    init() throws { scratch = try ScratchLog() }

    @Test("Requests that come while a commit runs share the next one")
    func shared() async throws {
        let journal = try TestJournal(scratch)
        let leave = Latch()
        let first = try await journal.block(until: leave)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { try await journal.append() } }
            #expect(await eventually { journal.journal.waiting == 100 })
            leave.open()
            try await group.waitForAll()
        }
        #expect(try await first.value == Position(1)...Position(1))
        #expect(await eventually { journal.commits.count == 2 })
        #expect(journal.commits.map(\.requests) == [1, 100])
        #expect(try scratch.head() == Position(101))
        journal.journal.close()
    }

    @Test("No commit holds more than the limit of a batch")
    func batches() async throws {
        let journal = try TestJournal(scratch, batchLimit: 7)
        let leave = Latch()
        let first = try await journal.block(until: leave)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { try await journal.append() } }
            #expect(await eventually { journal.journal.waiting == 50 })
            leave.open()
            try await group.waitForAll()
        }
        _ = try await first.value
        journal.journal.close()
        #expect(journal.commits.allSatisfy { $0.requests <= 7 })
        #expect(journal.commits.reduce(0) { $0 + $1.requests } == 51)
    }

    @Test("What is answered can be read at once by anyone")
    func durable() async throws {
        let journal = try TestJournal(scratch)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<32 {
                group.addTask {
                    for _ in 0..<10 {
                        let positions = try await journal.append(number % 3 + 1)
                        let last = try #require(positions?.upperBound)
                        #expect(try scratch.head() >= last)
                    }
                }
            }
            try await group.waitForAll()
        }
        let records = try scratch.records()
        #expect(records.map(\.position.number) == Array(1...UInt64(records.count)))
        journal.journal.close()
    }

    @Test(
        "A request that fails is rolled back alone, and leaves no gap for the others of its commit")
    func failing() async throws {
        let journal = try TestJournal(scratch)
        try await journal.submitTogether(60, in: scratch) { number in
            number % 3 == 0 ? .fail(2) : .append(2, UserID("\(number)"))
        }
        #expect(journal.commits.map(\.requests) == [1, 60])
        let records = try scratch.records()
        #expect(records.map(\.position.number) == Array(1...81))
        let times = records.map(\.recordedAt)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("A request that is undone is answered, and leaves nothing, alone and beside others")
    func undone() async throws {
        let journal = try TestJournal(scratch)
        #expect(try await journal.journal.submit(.undo(3), weight: 1) == nil)
        #expect(try scratch.head() == .start)
        try await journal.submitTogether(30, in: scratch) { number in
            number % 3 == 0 ? .undo(2) : .append(2, UserID("\(number)"))
        }
        #expect(journal.commits.map(\.requests) == [1, 1, 30])
        #expect(try scratch.records().map(\.position.number) == Array(1...41))
    }

    @Test("What is answered is what is stored, beside requests that fail and that are undone")
    func mixed() async throws {
        let journal = try TestJournal(scratch)
        try await journal.submitTogether(90, in: scratch) { number in
            switch number % 6 {
            case 1: .fail(number % 4 + 1)
            case 4: .undo(number % 5 + 1)
            default: .append(number % 3 + 1, UserID("\(number)"))
            }
        }
        #expect(journal.commits.map(\.requests) == [1, 90])
    }

    @Test("Requests are handled in the order in which they were submitted")
    func order() async throws {
        let journal = try TestJournal(scratch)
        let leave = Latch()
        let first = try await journal.block(until: leave)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask { try await journal.append(1, UserID("\(number)")) }
                // The next one is submitted when this one is known to wait.
                #expect(await eventually { journal.journal.waiting == number + 1 })
            }
            leave.open()
            try await group.waitForAll()
        }
        _ = try await first.value
        journal.journal.close()
        let users = try scratch.records().dropFirst().map(\.user.text)
        #expect(users == (0..<30).map { "\($0)" })
    }

    @Test("More than the queue takes is refused as overload, and nothing was done")
    func overload() async throws {
        let journal = try TestJournal(scratch, queueLimit: 3)
        let leave = Latch()
        let first = try await journal.block(until: leave)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { try await journal.append() } }
            #expect(await eventually { journal.journal.waiting == 3 })
            #expect(await journalCode { try await journal.append() } == .overloaded)
            #expect(await journalCode { try await journal.append() } == .overloaded)
            leave.open()
            try await group.waitForAll()
        }
        _ = try await first.value
        try await journal.append()
        #expect(try scratch.head() == Position(5))
        journal.journal.close()
    }

    @Test("Closing answers what was accepted, refuses what comes later, and may be repeated")
    func closing() async throws {
        let journal = try TestJournal(scratch)
        let leave = Latch()
        let first = try await journal.block(until: leave)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await journal.append() } }
            #expect(await eventually { journal.journal.waiting == 20 })
            async let closing: Void = onOwnThread { journal.journal.close() }
            // Once it is refused, nothing is accepted any more; until then it is answered.
            let late = Task {
                while true { try await journal.append() }
            }
            leave.open()
            try await closing
            #expect(await journalCode { try await late.value } == .closed)
            try await group.waitForAll()
        }
        _ = try await first.value
        journal.journal.close()
        #expect(await journalCode { try await journal.append() } == .closed)
        #expect(try scratch.head() >= Position(21))
    }

    @Test("A commit that outgrows the map is handled again from the start, and answered once")
    func growth() async throws {
        let small = try ScratchLog { $0.mapSize = 1 << 17 }
        let journal = try TestJournal(small)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    if number % 4 == 0 {
                        _ = try? await journal.journal.submit(.fail(60), weight: 1)
                    } else {
                        let positions = try await journal.append(60)
                        #expect(positions.map { $0.upperBound.number - $0.lowerBound.number } == 59)
                    }
                }
            }
            try await group.waitForAll()
        }
        journal.journal.close()
        let records = try small.records()
        #expect(records.map(\.position.number) == Array(1...1800))
    }

    @Test("A commit that outgrows the map beside undone requests is answered as it is stored")
    func growthBesideUndone() async throws {
        let small = try ScratchLog { $0.mapSize = 1 << 17 }
        let journal = try TestJournal(small)
        try await journal.submitTogether(50, in: small) { number in
            switch number % 5 {
            case 1: .fail(60)
            case 3: .undo(60)
            default: .append(60, UserID("\(number)"))
            }
        }
        #expect(journal.commits.map(\.requests) == [1, 50])
        #expect(try small.head() == Position(1801))
    }

    @Test("A journal that nobody holds any more ends without being closed")
    func dropped() async throws {
        for _ in 0..<10 {
            let journal = try TestJournal(scratch)
            try await journal.append()
        }
        #expect(try scratch.head() == Position(10))
    }
}
