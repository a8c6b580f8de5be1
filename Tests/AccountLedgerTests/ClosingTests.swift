internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

@Suite struct ClosingTests {
    @Test("After closing, commands and reads are refused, and closing again does nothing")
    func refused() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.connect("ann", grant: "g1")
        ledger.close()
        ledger.close()
        #expect(await code { _ = try await ledger.issueToken("ann") } == .closed)
        #expect(await code { _ = try ledger.accounts(of: "ann") } == .closed)
        #expect(await code { _ = try ledger.head() } == .closed)
        let backup = await code { try ledger.backup(to: scratch.directory.appending("copy")) }
        #expect(backup == .closed)
        #expect(ledger.path == scratch.path)
    }

    @Test("Commands accepted before closing are carried out, later ones say that nothing was done")
    func whileRunning() async throws {
        for _ in 0..<5 {
            let scratch = try ScratchLedger()
            let ledger = scratch.ledger
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<32 {
                    group.addTask {
                        for round in 0... {
                            do {
                                _ = try await ledger.issueToken(UserID("user \(number)"))
                            } catch let error as LedgerError where error.code == .closed {
                                return round
                            }
                        }
                        return 0
                    }
                }
                group.addTask {
                    _ = try await eventually { try ledger.head().number > 100 }
                    try await onOwnThread { ledger.close() }
                    return 0
                }
                return try await group.reduce(0, +)
            }
            let reopened = try scratch.reopened()
            #expect(try reopened.head() == Position(UInt64(counts)))
            try reopened.expectDense()
        }
    }

    @Test("Closing within a read lets the read end")
    func withinARead() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.connect("ann", grant: "g1")
        try ledger.reading { view in
            ledger.close()
            let accounts = try view.accounts(of: "ann")
            #expect(accounts.count == 1)
        }
        #expect(await code { _ = try ledger.head() } == .closed)
        #expect(try scratch.reopened().accounts(of: "ann").count == 1)
    }

    @Test("Closing within a read returns although the writer needs the map to grow")
    func withinAReadWhileGrowing() async throws {
        let scratch = try ScratchLedger { $0.mapSize = 1 << 20 }
        let ledger = scratch.ledger
        let importing = Task {
            var count = 0
            for start in stride(from: 0, to: 20_000, by: 1000) {
                let grants = (start..<start + 1000).map { number in
                    ImportGrant(
                        user: UserID("user \(number)"), toolkit: "gmail",
                        grant: GrantID("g\(number)"),
                        account: ProviderAccount(
                            provider: "google", subject: Identifier("s\(number)")),
                        source: "test")
                }
                guard let result = try? await ledger.importGrants(grants) else { break }
                count += result.outcomes.count
            }
            return count
        }
        #expect(await eventually { (try? ledger.head().number) ?? 0 >= 1000 })
        try ledger.reading { _ in
            // Long enough for the writer to fill the map and wait for this read.
            Thread.sleep(forTimeInterval: 0.3)
            ledger.close()
        }
        let count = await importing.value
        #expect(await eventually { (try? scratch.reopened()) != nil })
        #expect(try scratch.reopened().head() == Position(UInt64(count)))
    }

    @Test("Closing waits for reads of other threads")
    func waitsForReads() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.connect("ann", grant: "g1")
        let (entered, leave) = (Latch(), Latch())
        async let reading = onOwnThread {
            try ledger.reading { view in
                entered.open()
                leave.wait()
                return try view.accounts(of: "ann").count
            }
        }
        try await onOwnThread { entered.wait() }
        async let closing: Void = onOwnThread { ledger.close() }
        #expect(await eventually { (try? ledger.head()) == nil })
        leave.open()
        #expect(try await reading == 1)
        try await closing
        #expect(try scratch.reopened().accounts(of: "ann").count == 1)
    }

    @Test("A ledger dropped while commands run is closed once they are answered")
    func dropped() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("ledger")
        for _ in 0..<20 {
            // Each task holds the ledger while its command runs, and one of them drops it last.
            try await withThrowingTaskGroup(of: Void.self) { group in
                let ledger = try Ledger.open(at: path)
                for number in 0..<8 {
                    group.addTask { _ = try await ledger.issueToken(UserID("user \(number)")) }
                }
            }
            let opened = await eventually { (try? Ledger.open(at: path)) != nil }
            #expect(opened)
        }
        #expect(try Ledger.open(at: path).head() == Position(160))
    }

    @Test("Too many waiting commands are refused as overload, and what was accepted is carried out")
    func overload() async throws {
        let scratch = try ScratchLedger { $0.maximumWaitingCommands = 2 }
        let ledger = scratch.ledger
        let applied = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        _ = try await ledger.issueToken(UserID("user \(number)"))
                        return true
                    } catch let error as LedgerError where error.code == .overloaded {
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(applied > 0)
        #expect(try ledger.head() == Position(UInt64(applied)))
    }
}
