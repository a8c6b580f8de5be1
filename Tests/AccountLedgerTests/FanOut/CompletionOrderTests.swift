internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite(.timeLimit(.minutes(2))) struct CompletionOrderTests {
    @Test("A loop is given each result as soon as it is there, while others still run")
    func asTheyCome() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 3)
        let gauge = Gauge()
        let taken = try await ledger.fanOut(over: "ann") { credential in
            if credential == accounts[0] { try await gauge.waiting(credential) }
            return credential.id
        } results: { results in
            var taken: [CredentialID?] = []
            for try await result in results {
                taken.append(result.value)
                // The first account goes on only after the two others were taken.
                if taken.count == 2 { gauge.open() }
            }
            return taken
        }
        #expect(taken.count == 3)
        #expect(taken.last == accounts[0].id)
        #expect(Set(taken) == Set(accounts.map(\.id)))
    }

    @Test("A loop that ends early cancels what runs, and nothing runs or begins afterwards")
    func leavingEarly() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 20)
        let gauge = Gauge()
        let first = try await ledger.fanOut(over: "ann", options: FanOutOptions(width: 4)) {
            if $0 == accounts[0] { return }
            try await gauge.waiting($0)
        } results: { results in
            for try await result in results { return result.credential.id }
            return accounts[1].id
        }
        #expect(first == accounts[0].id)
        #expect(gauge.running == 0)
        #expect(gauge.begun.count <= 4)
    }

    @Test("What the body throws is thrown when nothing runs any more")
    func throwing() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 5)
        let gauge = Gauge()
        await #expect(throws: Broken()) {
            try await ledger.fanOut(over: "ann") {
                try await gauge.waiting($0)
            } results: { _ in
                _ = await eventually { gauge.running == 5 }
                throw Broken()
            }
        }
        #expect(gauge.running == 0)
    }

    @Test("Cancelling ends the loop with an error, so that what is missing is not overlooked")
    func cancelling() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 5)
        let gauge = Gauge()
        let fanOut = Task {
            try await ledger.fanOut(over: "ann") {
                try await gauge.waiting($0)
            } results: {
                for try await result in $0 { Issue.record("\(result)") }
            }
        }
        #expect(await eventually { gauge.running == 5 })
        fanOut.cancel()
        await #expect(throws: CancellationError.self) { try await fanOut.value }
        #expect(gauge.running == 0)
    }

    @Test("A slow loop slows the operations: no more are begun than the width beyond those taken")
    func slowLoop() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 12)
        let gauge = Gauge()
        let taken = try await ledger.fanOut(over: "ann", options: FanOutOptions(width: 3)) {
            await gauge.counting($0) {}
        } results: { results in
            var taken = 0
            for try await _ in results {
                taken += 1
                _ = await eventually { gauge.begun.count >= min(12, taken + 3) }
                await Task.yield()
                #expect(gauge.begun.count <= taken + 3)
            }
            return taken
        }
        #expect(taken == 12)
    }

    @Test("Results that are kept for later are empty once the call has returned")
    func keptResults() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 5)
        let kept = try await ledger.fanOut(over: "ann") {
            $0.id
        } results: {
            $0
        }
        for try await result in kept { #expect(result.isCancelled || result.value != nil) }
    }

    @Test("A loop that was cancelled ends those after it with an error, and not as if all had come")
    func loopAfterCancelledLoop() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 5)
        let gauge = Gauge()
        try await ledger.fanOut(over: "ann") {
            try await gauge.waiting($0)
        } results: { results in
            let loop = Task { for try await _ in results {} }
            _ = await eventually { gauge.running == 5 }
            loop.cancel()
            await #expect(throws: CancellationError.self) { try await loop.value }
            gauge.open()
            await #expect(throws: CancellationError.self) {
                for try await _ in results {}
            }
        }
        #expect(gauge.running == 0)
    }

    @Test("Two loops share the results")
    func twoLoops() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 40)
        let taken = try await ledger.fanOut(over: "ann") {
            $0.id
        } results: { results in
            try await withThrowingTaskGroup(of: [CredentialID?].self) { group in
                for _ in 0..<2 {
                    group.addTask { try await results.reduce(into: []) { $0.append($1.value) } }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
        #expect(taken.count == 40)
        #expect(Set(taken) == Set(accounts.map(\.id)))
    }
}
