internal import AccountLedger
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

@Suite(.timeLimit(.minutes(2))) struct GrantLimitsTests {
    @Test("The limit of a grant holds over calls, and over toolkits that share it")
    func acrossCalls() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 3)
        // The ledger gives a grant to one account; a platform may still count one for several.
        let shared = accounts.flatMap { account in
            (0..<4).map { number in
                var other = account
                other.toolkit = ToolkitID("toolkit \(number)")
                return other
            }
        }
        let limits = try GrantLimits(atOnce: 2)
        let gauges = Dictionary(uniqueKeysWithValues: accounts.map { ($0.grant, Gauge()) })
        let options = FanOutOptions(width: 12, limits: limits)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let results = try await ledger.fanOut(over: shared, options: options) {
                        let gauge = try #require(gauges[$0.grant])
                        await gauge.counting($0) { _ = await eventually { gauge.most >= 2 } }
                    }
                    #expect(results.count == 12)
                    #expect(results.allSatisfy { $0.value != nil })
                }
            }
            try await group.waitForAll()
        }
        #expect(gauges.values.allSatisfy { $0.most == 2 })
        #expect(limits.rememberedGrants == 0)
    }

    @Test("A grant that waits for its turn leaves the places of its call to other accounts")
    func placesOfOthers() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 3)
        let limits = try GrantLimits(atOnce: 1)
        let gauge = Gauge()
        async let busy: Void = limits.perform(for: accounts[0].grant) {
            try await gauge.waiting(accounts[0])
        }
        #expect(await eventually { gauge.running == 1 })
        let options = FanOutOptions(width: 1, limits: limits)
        let order = try await ledger.fanOut(over: "ann", options: options) {
            $0.id
        } results: {
            var order: [CredentialID] = []
            for try await result in $0 {
                order.append(result.credential.id)
                if order.count == 2 { gauge.open() }
            }
            return order
        }
        try await busy
        #expect(order == [accounts[1].id, accounts[2].id, accounts[0].id])
    }

    @Test("No more begin within a time than the rate allows")
    func rate() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let account = try await ledger.fill("ann", 1)[0]
        let limits = try GrantLimits(rate: .init(3, per: .milliseconds(40)))
        let start = ContinuousClock.now
        let list = Array(repeating: account, count: 10)
        let options = FanOutOptions(width: 10, limits: limits)
        let results = try await ledger.fanOut(over: list, options: options) { _ in
            ContinuousClock.now - start
        }
        let times = results.compactMap(\.value).sorted()
        #expect(times.count == 10)
        // The fourth, the seventh and the tenth had to wait for one more stretch each.
        #expect(times[3] >= .milliseconds(40))
        #expect(times[6] >= .milliseconds(80))
        #expect(times[9] >= .milliseconds(120))
    }

    @Test("Whoever is cancelled leaves the queue, and the next begins in its turn")
    func cancelled() async throws {
        let limits = try GrantLimits(atOnce: 1)
        let order = Order()
        try await limits.perform(for: "g") {
            // The tasks queue up one after the other while this one runs.
            var waiting: [Task<Void, any Error>] = []
            for number in 0..<3 {
                let task = Task {
                    try await limits.perform(for: "g") { order.append(number) }
                }
                waiting.append(task)
                #expect(await eventually { limits.waitingOperations == number + 1 })
            }
            waiting[1].cancel()
            await #expect(throws: CancellationError.self) { try await waiting[1].value }
            #expect(limits.waitingOperations == 2)
        }
        #expect(await eventually { order.numbers == [0, 2] })
        #expect(await eventually { limits.rememberedGrants == 0 })
    }

    @Test("What is cancelled while it sleeps for the rate leaves the turn to the next")
    func cancelledSleeper() async throws {
        let limits = try GrantLimits(rate: .init(1, per: .milliseconds(100)))
        try await limits.perform(for: "g") {}
        let sleeper = Task { try await limits.perform(for: "g") {} }
        #expect(await eventually { limits.waitingOperations == 1 })
        let next = Task { try await limits.perform(for: "g") { true } }
        #expect(await eventually { limits.waitingOperations == 2 })
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(try await next.value)
    }

    @Test("Grants with which nothing happens are forgotten")
    func forgotten() async throws {
        let limits = try GrantLimits(atOnce: 1, rate: .init(1, per: .nanoseconds(1)))
        for number in 0..<5000 { try await limits.perform(for: GrantID("\(number)")) {} }
        #expect(limits.rememberedGrants <= 64)
    }

    @Test("What an operation throws is thrown, and its turn is over")
    func throwing() async throws {
        let limits = try GrantLimits(atOnce: 1)
        for _ in 0..<3 {
            await #expect(throws: Broken()) {
                try await limits.perform(for: "g") { throw Broken() }
            }
        }
        #expect(limits.rememberedGrants == 0)
    }

    @Test("Limits that let nothing begin are errors")
    func impossible() async {
        #expect(await code { _ = try GrantLimits(atOnce: 0) } == .invalidOption)
        for rate in [GrantLimits.Rate(0, per: .seconds(1)), .init(1, per: .zero)] {
            #expect(await code { _ = try GrantLimits(rate: rate) } == .invalidOption)
        }
    }

    @Test("Many calls that are cancelled at any moment leave nothing behind")
    func storm() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 12)
        let limits = try GrantLimits(atOnce: 1, rate: .init(20, per: .milliseconds(5)))
        let gauge = Gauge()
        await withDiscardingTaskGroup { group in
            for number in 0..<60 {
                group.addTask {
                    let options = FanOutOptions(
                        width: 1 + number % 5, timeout: .milliseconds(50), limits: limits)
                    let fanOut = Task {
                        try await ledger.fanOut(over: "ann", options: options) { credential in
                            try await gauge.counting(credential) {
                                try await Task.sleep(for: .microseconds(100 * number))
                            }
                        }
                    }
                    try? await Task.sleep(for: .microseconds(300 * number))
                    if number % 3 != 0 { fanOut.cancel() }
                    if let results = try? await fanOut.value { #expect(results.count == 12) }
                }
            }
        }
        #expect(gauge.running == 0)
        #expect(limits.waitingOperations == 0)
        #expect(limits.rememberedGrants <= 12)
    }
}

/// Numbers in the order in which tasks gave them.
private final class Order: Sendable {
    private let state = Mutex<[Int]>([])

    var numbers: [Int] { state.withLock { $0 } }

    func append(_ number: Int) { state.withLock { $0.append(number) } }
}
