internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

@Suite("Waiting for a connection", .timeLimit(.minutes(2)))
struct ConnectionWaitTests {
    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }

    init() throws { scratch = try ScratchLedger() }

    @Test("A link answers those who wait for its state, and those who ask later at once")
    func linked() async throws {
        let ledger = ledger
        let token = try await ledger.issueToken("ann")
        let other = try await ledger.issueToken("ann")
        let waits = (0..<3).map { _ in Task { try await ledger.connection(authorizedBy: token) } }
        #expect(await eventually { ledger.connectionWaits.count == 3 })
        try await link(other, "g0")
        let receipt = try await link(token, "g1")
        for wait in waits {
            let connection = try await wait.value
            #expect(connection.credential.id == receipt.credential)
            #expect(connection.credential.grant == "g1" && connection.kind == .connected)
            #expect(connection.position == receipt.positions?.lowerBound)
        }
        let later = try await ledger.connection(authorizedBy: token, timeout: .zero)
        #expect(later.credential.grant == "g1")
        #expect(ledger.connectionWaits.count == 0)
    }

    @Test("A state that nobody issued is unknown, and time runs out for one that nobody uses")
    func unknownAndTimedOut() async throws {
        let unknown = await ending {
            _ = try await ledger.connection(authorizedBy: StateToken("x"))
        }
        #expect(unknown == .unknownState)
        let token = try await ledger.issueToken("ann")
        for timeout in [Duration.zero, .milliseconds(20)] {
            let found = await ending {
                _ = try await ledger.connection(authorizedBy: token, timeout: timeout)
            }
            #expect(found == .timedOut)
        }
    }

    @Test("A state that ends ends the waits for it")
    func expired() async throws {
        let action = IssueState(user: "ann", toolkit: "gmail", lifetimeSeconds: 1)
        let token = try #require(try await ledger.issueState(action).get().state)
        guard case .stateIssued(let event)? = try ledger.history(of: "ann").last?.event else {
            Issue.record("no state")
            return
        }
        let found = await ending { _ = try await ledger.connection(authorizedBy: token) }
        #expect(found == .stateExpired(at: event.expiresAt))
        #expect(Timestamp(Date()) >= event.expiresAt)
        let again = await ending { _ = try await ledger.connection(authorizedBy: token) }
        #expect(again == .stateExpired(at: event.expiresAt))
    }

    @Test("With a simulated clock a state ends when a record has a later time")
    func simulated() async throws {
        let scratch = try ScratchLedger { $0.usesSimulatedClock = true }
        let ledger = scratch.ledger
        let start = try #require(Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
        let issue = IssueState(user: "ann", toolkit: "gmail", lifetimeSeconds: 60)
        let token = try #require(try await ledger.issueState(issue, at: start).get().state)
        let wait = Task { await ending { _ = try await ledger.connection(authorizedBy: token) } }
        #expect(await eventually { ledger.connectionWaits.count == 1 })
        for seconds: Int64 in [59, 60] {
            let time = start.adding(seconds: seconds)
            let other = IssueState(user: "ben", toolkit: "gmail", allowMultiple: true)
            _ = try await ledger.issueState(other, at: time).get()
        }
        #expect(await wait.value == .stateExpired(at: start.adding(seconds: 60)))
    }

    @Test("A refused link ends the wait, unless it was to be let pass or only garbled")
    func refused() async throws {
        let ledger = ledger
        let first = try await ledger.connect("ann", grant: "g1")
        let credential = try #require(first.credential)
        let issue = IssueState(user: "ann", toolkit: "gmail", reconnect: credential)
        let token = try #require(try await ledger.issueState(issue).get().state)
        let ends = Task { await ending { _ = try await ledger.connection(authorizedBy: token) } }
        let passes = Task {
            try await ledger.connection(authorizedBy: token, refusedLinks: .letPass)
        }
        #expect(await eventually { ledger.connectionWaits.count == 2 })
        let garbled = try await ledger.link(
            state: token, grant: "g2", account: .google("g1"), label: "")
        #expect(garbled.refusal?.name == "invalid")
        #expect(ledger.connectionWaits.count == 2)
        let wrong = try await ledger.link(state: token, grant: "g2", account: .google("other"))
        #expect(wrong.refusal == .accountMismatch(credential))
        #expect(await ends.value == .refused(.accountMismatch(credential)))
        _ = try await ledger.link(state: token, grant: "g2", account: .google("g1")).get()
        #expect(try await passes.value.kind == .reconnected)
    }

    @Test("The application can end the waits for a state, and a task its own")
    func ended() async throws {
        let ledger = ledger
        let token = try await ledger.issueToken("ann")
        let failed = Task { await ending { _ = try await ledger.connection(authorizedBy: token) } }
        let cancelled = Task { try await ledger.connection(authorizedBy: token) }
        #expect(await eventually { ledger.connectionWaits.count == 2 })
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        ledger.endWaits(for: token, reason: "access_denied")
        #expect(await failed.value == .failed(reason: "access_denied"))
        let before = Task {
            while !Task.isCancelled { await Task.yield() }
            _ = try await ledger.connection(authorizedBy: token)
        }
        before.cancel()
        await #expect(throws: CancellationError.self) { try await before.value }
        let closed = Task { try await ledger.connection(authorizedBy: token) }
        #expect(await eventually { ledger.connectionWaits.count == 1 })
        ledger.close()
        await #expect(throws: LedgerError.self) { try await closed.value }
    }

    @Test("Nobody misses a link that is committed just when the wait begins")
    func justInTime() async throws {
        let ledger = ledger
        // While somebody waits, the log is read all the time.
        let open = try await ledger.issueToken("ben")
        let other = Task { try await ledger.connection(authorizedBy: open) }
        #expect(await eventually { ledger.connectionWaits.count == 1 })
        for round in 0..<40 {
            let commands = (0..<50).map { _ in
                Command(
                    .issueState(IssueState(user: "ann", toolkit: "x", allowMultiple: true)))
            }
            let tokens = try await ledger.execute(commands).compactMap { try $0.get().state }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, token) in tokens.enumerated() {
                    group.addTask {
                        _ = try await ledger.connection(
                            authorizedBy: token, timeout: .seconds(20))
                    }
                    group.addTask {
                        let grant = GrantID("g\(round).\(number)")
                        _ = try await ledger.link(
                            state: token, grant: grant, account: .google(grant.text)
                        ).get()
                    }
                }
                try await group.waitForAll()
            }
        }
        other.cancel()
        await #expect(throws: CancellationError.self) { try await other.value }
    }

    @Test("Ten thousand who wait cost no thread each, and no reading of the log each")
    func many() async throws {
        let ledger = ledger
        let count = 10_000
        var tokens: [StateToken] = []
        while tokens.count < count {
            let commands = (0..<2000).map { number in
                Command(
                    .issueState(IssueState(user: UserID("u\(tokens.count + number)"), toolkit: "x"))
                )
            }
            tokens += try await ledger.execute(commands).compactMap { try $0.get().state }
        }
        let threads = try threadCount()
        let all = tokens
        try await withThrowingTaskGroup(of: Void.self) { group in
            for token in all {
                group.addTask { _ = try await ledger.connection(authorizedBy: token) }
            }
            let areWaiting = await eventually { ledger.connectionWaits.count == count }
            #expect(areWaiting)
            let more = try threadCount() - threads
            #expect(more <= ProcessInfo.processInfo.activeProcessorCount + 2)
            let pages = ledger.connectionWaits.pages
            for start in stride(from: 0, to: count, by: 2000) {
                let commands = (start..<(start + 2000)).map { number in
                    Command(
                        .link(
                            LinkGrant(
                                state: all[number], grant: GrantID("g\(number)"),
                                account: .google("s\(number)"))))
                }
                for outcome in try await ledger.execute(commands) { _ = try outcome.get() }
            }
            try await group.waitForAll()
            // As many as the records need, and a few that found the log not yet grown.
            #expect(ledger.connectionWaits.pages - pages < 200)
        }
        #expect(ledger.connectionWaits.count == 0)
    }

    @discardableResult
    private func link(_ token: StateToken, _ grant: GrantID) async throws -> Receipt {
        try await ledger.link(state: token, grant: grant, account: .google(grant.text)).get()
    }

    private func threadCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }
}

/// The code of the error that a wait ends with.
private func ending(_ body: () async throws -> Void) async -> ConnectionWaitError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? ConnectionWaitError)?.code
    }
}
