internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite(.timeLimit(.minutes(2))) struct FanOutTests {
    @Test("Results are in the order of the accounts, whichever ended first, and say whose they are")
    func order() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 6)
        try await ledger.fill("bob", 2)
        let accounts = try ledger.accounts(of: "ann")
        let ended = Gauge()
        let results = try await ledger.fanOut(over: "ann") { credential in
            // The first account ends last.
            let before = credential.id == accounts[0].id ? 5 : 0
            while ended.begun.count < before { try await Task.sleep(for: .milliseconds(1)) }
            await ended.counting(credential) {}
            return credential.grant.text
        }
        #expect(ended.begun.last == accounts[0].id)
        #expect(results.map(\.credential) == accounts)
        #expect(results.map(\.value) == accounts.map(\.grant.text))
        #expect(results.map(\.credential.label) == (0..<6).map { "account \($0)" })
        let head = try ledger.head()
        #expect(results.allSatisfy { $0.position == head })
    }

    @Test("An account that fails and one that takes too long are one result each")
    func isolation() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 4)
        let options = FanOutOptions(timeout: .milliseconds(200))
        let gauge = Gauge()
        let results = try await ledger.fanOut(over: "ann", options: options) { credential in
            if credential == accounts[1] { throw Broken() }
            if credential == accounts[2] { try await gauge.waiting(credential) }
            return credential.id
        }
        #expect(results[0].value == accounts[0].id)
        #expect(results[1].failure as? Broken == Broken())
        #expect((results[2].failure as? AccountTimeout)?.limit == .milliseconds(200))
        #expect(results[3].value == accounts[3].id)
        #expect(gauge.running == 0)
    }

    @Test("An operation that succeeds although its time is up has succeeded")
    func lateSuccess() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 2)
        let options = FanOutOptions(timeout: .milliseconds(1))
        let results = try await ledger.fanOut(over: "ann", options: options) { credential in
            // What was sent stays sent, whoever cancels.
            while !Task.isCancelled { await Task.yield() }
            return credential.id
        }
        #expect(results.map(\.value) == (try ledger.accounts(of: "ann").map(\.id)))
    }

    @Test("As many run at once as the width allows, and never more", arguments: [1, 4, 30])
    func width(_ width: Int) async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 30)
        let gauge = Gauge()
        let options = FanOutOptions(width: width)
        let results = try await ledger.fanOut(over: "ann", options: options) { credential in
            await gauge.counting(credential) { _ = await eventually { gauge.most >= width } }
        }
        #expect(results.count == 30)
        #expect(gauge.most == width)
    }

    @Test("Toolkits, statuses and the owner say which accounts; others are left out or reported")
    func which() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let mail = try await ledger.fill("ann", 3)
        let calendar = try await ledger.fill("ann", 1, "googleCalendar")
        _ = try await ledger.expire(ExpireGrant(grant: mail[1].grant)).get()
        _ = try await ledger.revoke(.credential(mail[2].id)).get()
        let owned = ImportGrant(
            user: "ann", toolkit: "gmail", grant: "owned", account: .google("owned"), member: "max")
        _ = try await ledger.importGrants([owned])
        let operation: @Sendable (Credential) async throws -> GrantID = { $0.grant }

        let all = try await ledger.fanOut(over: "ann", operation)
        #expect(all.map(\.value) == [mail[0].grant, calendar[0].grant, "owned"])
        let some = try await ledger.fanOut(over: "ann", toolkits: ["googleCalendar"], operation)
        #expect(some.map(\.value) == [calendar[0].grant])
        let expired = try await ledger.fanOut(over: "ann", statuses: [.expired], operation)
        #expect(expired.map(\.value) == [mail[1].grant])
        let max = try await ledger.fanOut(over: "ann", member: "max", operation)
        #expect(max.map(\.value) == ["owned"])

        let reported = try await ledger.fanOut(
            over: "ann", toolkits: ["gmail"], options: FanOutOptions(reportsSkipped: true),
            operation)
        let statuses = reported.map { result -> CredentialStatus? in
            if case .skipped(let status) = result.outcome { status } else { nil }
        }
        #expect(statuses == [nil, .expired, .revoked, nil])
    }

    @Test("Of a list each account is a result, in the order given, also one that is there twice")
    func list() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 3)
        let list = [accounts[2], accounts[0], accounts[2]]
        let results = try await ledger.fanOut(over: list) { $0.id }
        #expect(results.map(\.value) == list.map(\.id))
        #expect(results.map(\.position) == list.map(\.version))
        let read = try await ledger.fanOut(over: list, readAt: Position(3)) { $0.id }
        #expect(read.allSatisfy { $0.position == Position(3) })
    }

    @Test("A user without accounts has no results, and nothing is run")
    func empty() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let results = try await ledger.fanOut(over: "nobody") { _ in throw Broken() }
        #expect(results.isEmpty)
        let count = try await ledger.fanOut(over: "nobody", { _ in throw Broken() }) { results in
            try await results.reduce(0) { count, _ in count + 1 }
        }
        #expect(count == 0)
    }

    @Test("A closed ledger and impossible options are errors, and nothing is run")
    func refused() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 1)
        let gauge = Gauge()
        let operation: @Sendable (Credential) async throws -> Void = { credential in
            await gauge.counting(credential) {}
        }
        for options in [FanOutOptions(width: 0), FanOutOptions(timeout: .zero)] {
            #expect(
                await code { _ = try await ledger.fanOut(over: "ann", options: options, operation) }
                    == .invalidOption)
        }
        ledger.close()
        #expect(await code { _ = try await ledger.fanOut(over: "ann", operation) } == .closed)
        #expect(await code { _ = try await ledger.fanOut(over: accounts, operation) } == .closed)
        #expect(gauge.begun.isEmpty)
    }

    @Test("A thousand accounts are a thousand results")
    func thousand() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let accounts = try await ledger.fill("ann", 1000)
        let gauge = Gauge()
        let options = FanOutOptions(width: 50, timeout: .seconds(60))
        let results = try await ledger.fanOut(over: "ann", options: options) { credential in
            await gauge.counting(credential) { await Task.yield() }
            return credential.id
        }
        #expect(results.map(\.value) == accounts.map(\.id))
        #expect(gauge.most <= 50)
    }

    @Test("Cancelling cancels every operation, and returns when the last has ended")
    func cancelling() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await ledger.fill("ann", 20)
        let gauge = Gauge()
        let fanOut = Task {
            try await ledger.fanOut(over: "ann", options: FanOutOptions(width: 5)) { credential in
                try await gauge.waiting(credential)
            }
        }
        #expect(await eventually { gauge.running == 5 })
        fanOut.cancel()
        await #expect(throws: CancellationError.self) { try await fanOut.value }
        #expect(gauge.running == 0)
        #expect(gauge.begun.count == 5)
    }
}
