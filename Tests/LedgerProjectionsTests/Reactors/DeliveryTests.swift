@testable internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

@Suite("A reactor is given")
struct DeliveryTests {
    @Test("every record that it handles, once, in the order of the log, with a key of its own")
    func order() async throws {
        let scene = try await ReactorScene(records: 4)
        let open = try scene.open()
        #expect(try open.position == .start)
        #expect(try await open.catchUp() == Position(4))
        #expect(try open.position == Position(4))
        try await scene.append(2)
        #expect(try await open.catchUp() == Position(6))
        #expect(try await open.catchUp() == Position(6))
        #expect(scene.outbox.positions == [1, 2, 3, 4, 5, 6])
        let deliveries = scene.outbox.attempts
        #expect(deliveries.allSatisfy { $0.attempt == 1 })
        #expect(deliveries.allSatisfy { $0.key == $0.record.id.description })
        #expect(Set(deliveries.map(\.key)).count == 6)
        #expect(try open.parked().isEmpty)
    }

    @Test("nothing of the kinds that it ignores, and passes them")
    func ignored() async throws {
        let scene = try await ReactorScene(records: 3)
        var deaf = scene.reactor()
        deaf.handles = [.grantLinked]
        deaf.ignores = Set(EventKind.allCases).subtracting(deaf.handles)
        let open = try scene.ledger.open(deaf, from: .beginning)
        #expect(try await open.catchUp() == Position(3))
        #expect(scene.outbox.attempts.isEmpty)
        open.close()
        #expect(try scene.ledger.open(deaf, from: .beginning).position == Position(3))
    }

    @Test("records from where it was begun first, wherever it is opened again")
    func starts() async throws {
        let scene = try await ReactorScene(records: 3)
        for (name, start, expected) in [
            ("first", ReactorStart.beginning, [1, 2, 3, 4] as [UInt64]), ("second", .now, [4]),
            ("third", .after(Position(1)), [2, 3, 4]), ("fourth", .after(.start), [1, 2, 3, 4]),
        ] {
            let before = scene.outbox.positions.count
            var reactor = scene.reactor()
            reactor.name = name
            try scene.ledger.open(reactor, from: start).close()
            if name == "first" { try await scene.append(1) }
            if name == "second" { continue }
            let open = try scene.ledger.open(reactor, from: .now)
            try await open.catchUp()
            #expect(Array(scene.outbox.positions.dropFirst(before)) == expected, "\(name)")
        }
        var second = scene.reactor()
        second.name = "second"
        try await scene.append(1)
        let before = scene.outbox.positions.count
        try await scene.ledger.open(second, from: .beginning).catchUp()
        #expect(Array(scene.outbox.positions.dropFirst(before)) == [5])
    }

    @Test("nothing from a position that has no record yet")
    func pastHead() async throws {
        let scene = try await ReactorScene(records: 2)
        #expect(
            await reactorCode { _ = try scene.open(from: .after(Position(3))) } == .positionPastHead
        )
        #expect(try scene.open(from: .after(Position(2))).position == Position(2))
    }

    @Test("nothing until name, events and options are as they have to be")
    func definitions() async throws {
        let scene = try await ReactorScene(records: 1)
        func code(
            _ change: (inout ScratchReactor) -> Void, _ options: ReactorOptions = ReactorOptions()
        ) async -> ReactorError.Code? {
            var reactor = scene.reactor()
            change(&reactor)
            return await reactorCode {
                try scene.ledger.open(reactor, from: .now, options: options).close()
            }
        }
        for name in ["", "Mail", "a b", "..", "a/b", String(repeating: "a", count: 65)] {
            #expect(await code { $0.name = name } == .invalidDefinition)
        }
        #expect(await code { $0.handles = [.grantLinked] } == .invalidDefinition)
        #expect(await code { $0.ignores = [.grantLinked] } == .invalidDefinition)
        let wrong: [(inout ReactorOptions) -> Void] = [
            { $0.recordsPerCheckpoint = 0 }, { $0.retries.attempts = 0 }, { $0.interval = .zero },
            { $0.retries.first = .seconds(-1) }, { $0.retries.longest = .milliseconds(1) },
        ]
        for change in wrong {
            var options = ReactorOptions()
            change(&options)
            #expect(await code({ _ in }, options) == .invalidOption)
        }
        #expect(FileTree(scene.path).names.isDisjoint(with: ["reactors"]))
        #expect(await code { _ in } == nil)
    }

    @Test("records while they are appended, until its task is cancelled")
    func following() async throws {
        let scene = try await ReactorScene(records: 2)
        let open = try scene.open(ReactorOptions())
        let running = Task { try await open.run() }
        #expect(await eventually { scene.outbox.positions == [1, 2] })
        try await scene.append(3)
        #expect(await eventually { scene.outbox.positions == [1, 2, 3, 4, 5] })
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        #expect(try open.position == Position(5))
    }

    @Test("a record while no read of the ledger is open, so that the file does not grow for it")
    func readers() async throws {
        let scene = try await ReactorScene(records: 3)
        let readers = Mutex<[Int]>([])
        let ledger = scene.ledger
        let open = try scene.open { _ in
            let count = try ledger.statistics().readers
            readers.withLock { $0.append(count) }
        }
        try await open.catchUp()
        #expect(readers.withLock { $0 } == [0, 0, 0])
    }

    @Test(
        "nothing of what precedes an unreadable record twice, and the error names the record",
        arguments: [ReactorError.Code.undecodable, .unknownEvent])
    func unreadable(code: ReactorError.Code) async throws {
        let scene = try await ReactorScene(records: 4)
        let open = try scene.open()
        let events = try #require(scene.ledger.environment.table("events"))
        try damage(scene.ledger.environment, events) { bytes in
            guard code == .unknownEvent else { return [0xFF, 0] }
            // The number of the field that the event is in, and that of one which no event has yet.
            let (known, unknown): ([UInt8], [UInt8]) = ([0x82, 0x01], [0xB2, 0x01])
            let place = bytes.indices.dropLast().last { Array(bytes[$0...($0 + 1)]) == known }
            guard let place else { return bytes }
            return bytes[..<place] + unknown + bytes[(place + 2)...]
        }
        for _ in 0..<2 {
            let error = await #expect(throws: ReactorError.self) { try await open.catchUp() }
            #expect(error?.code == code)
            #expect(error?.position == Position(3))
            #expect(try open.position == Position(2))
        }
        #expect(scene.outbox.positions == [1, 2])
    }

    private func damage(
        _ environment: Environment, _ events: Table, _ change: ([UInt8]) -> [UInt8]
    ) throws {
        let key = [UInt8](bigEndian: 3)
        try environment.write { (transaction) throws(StorageError) in
            let bytes = try transaction.snapshot.copy(of: key, in: events) ?? []
            try transaction.put(key: key, value: change(bytes), in: events)
        }
    }

    @Test("its directory and files are for their owner only")
    func modes() async throws {
        let scene = try await ReactorScene(records: 1)
        try await scene.open().catchUp()
        let path = "\(scene.path)/reactors"
        #expect(try FileTree.mode(path) == 0o700)
        #expect(try FileTree.mode("\(path)/scratch") == 0o700)
        for name in ["data.mdb", "lock.mdb", "owner.lock", "deliverer.lock"] {
            #expect(try FileTree.mode("\(path)/scratch/\(name)") == 0o600, "\(name)")
        }
    }

    @Test("nothing after it or its ledger was closed")
    func closed() async throws {
        let scene = try await ReactorScene(records: 1)
        let open = try scene.open()
        #expect(await reactorCode { _ = try scene.open() } == .storage)
        open.close()
        #expect(await reactorCode { try await open.catchUp() } == .closed)
        let again = try scene.open()
        scene.ledger.close()
        #expect(await reactorCode { try await again.catchUp() } == .closed)
        #expect(await reactorCode { _ = try scene.open() } == .closed)
        #expect(scene.outbox.attempts.isEmpty)
    }

    @Test("nothing of another ledger, or of one that was restored and lost what was delivered")
    func otherLogs() async throws {
        let scene = try await ReactorScene(records: 3)
        try scene.ledger.backup(to: scene.directory.appending("backup"))
        try await scene.append(2)
        let open = try scene.open()
        try await open.catchUp()
        open.close()
        let other = try await ReactorScene(records: 9)
        let files = FileManager.default
        try files.copyItem(atPath: "\(scene.path)/reactors", toPath: "\(other.path)/reactors")
        #expect(await reactorCode { _ = try other.open() } == .otherLedger)

        scene.ledger.close()
        try files.removeItem(atPath: "\(scene.path)/data.mdb")
        try files.copyItem(
            atPath: scene.directory.appending("backup/data.mdb"), toPath: "\(scene.path)/data.mdb")
        let restored = try Ledger.open(at: scene.path)
        let before = scene.outbox.positions
        for _ in 0..<2 {
            let again = try restored.open(scene.reactor(), from: .beginning)
            let error = await #expect(throws: ReactorError.self) { try await again.catchUp() }
            #expect(error?.code == .notOfLog)
            #expect(error?.position == Position(5))
            again.close()
            // Once more with another record in the place of the one that is lost.
            for user in 0..<3 {
                _ = try await restored.issueState(
                    IssueState(user: UserID("new \(user)"), toolkit: "t"))
            }
        }
        #expect(scene.outbox.positions == before)
    }

    @Test("records by one opening at a time; another stands by, and takes over")
    func oneAtATime() async throws {
        let scene = try await ReactorScene(records: 1)
        let begun = Latch()
        let open = try scene.open(ReactorOptions()) { delivery in
            begun.open()
            if delivery.attempt == 1, delivery.record.position == Position(1) {
                try await Task.sleep(for: .seconds(600))
            }
        }
        let first = Task { try await open.run() }
        try await onOwnThread { begun.wait() }
        let refused = await #expect(throws: ReactorError.self) { try await open.catchUp() }
        #expect(refused?.code == .alreadyDelivering)
        #expect(refused?.message.contains("\(getpid())") == true)
        let second = Task {
            while true {
                do { try await open.run() } catch let error as ReactorError {
                    Issue.record("\(error)")
                }
            }
        }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        try await scene.append(1)
        // The attempt that was cancelled does not count, and the record is delivered first.
        #expect(await eventually { scene.outbox.attempts.count >= 2 })
        #expect(scene.outbox.tries.prefix(2) == [[1, 1], [1, 1]])
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
    }
}
