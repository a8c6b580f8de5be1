internal import AccountLedger
internal import AccountLedgerTesting
internal import Foundation
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

@Suite("The change feed", .timeLimit(.minutes(2)))
struct ChangeFeedTests {
    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }

    init() throws {
        scratch = try ScratchLedger(policy: Policy(allowMultiple: true))
    }

    @Test("Each command tells what it changed, and the selection where another one acts")
    func kinds() async throws {
        let work = try await link("g1", "s1", label: "work")
        let home = try await link("g2", "s2")
        try await run(.select(SelectAccount(user: "ann", toolkit: "gmail", credential: work)))
        try await run(.relabel(Relabel(credential: work, label: "office")))
        try await run(.expire(ExpireGrant(grant: "g1", reason: "password")))
        scratch.advance(by: .seconds(60))
        _ = try await link("g3", "s1", intent: .reconnect(work))
        try await run(
            .expire(ExpireGrant(grant: "g3", reason: "late")),
            occurredAt: scratch.clock.adding(.seconds(-30)))
        _ = try await link("g4", "s4", intent: .replace(home))
        try await run(.revoke(RevokeGrant(.credential(work), reason: nil, user: nil)))

        let changes = try await ledger.changes().untilCaughtUp()
        #expect(
            changes.map(\.kind) == [
                .connected(grant: "g1"),
                .selectionChanged(from: .none, to: .credential(work), because: .onlyUsable),
                .connected(grant: "g2"),
                .selectionChanged(
                    from: .credential(work), to: .credential(home),
                    because: .mostRecentlyConnected),
                .selectionChanged(
                    from: .credential(home), to: .credential(work), because: .selected),
                .labelChanged(label: "office"),
                .expired(grant: "g1", reason: "password"),
                .selectionChanged(
                    from: .credential(work), to: .needsReconnect(work), because: .selected),
                .reconnected(grant: "g3", previousGrant: "g1"),
                .selectionChanged(
                    from: .needsReconnect(work), to: .credential(work), because: .selected),
                .lateNotice(of: .expired, grant: "g3", reason: "late", notice: nil),
                .replaced(grant: "g4", previousGrant: "g2"),
                .revoked(grant: "g3", reason: .disconnectedByUser),
                .selectionChanged(
                    from: .credential(work), to: .revoked(work), because: .selected),
            ])
        #expect(Set(changes.map(\.place)).count == changes.count)
        #expect(changes.allSatisfy { $0.user == "ann" && $0.toolkit == "gmail" })
        #expect(changes.prefix(2).map(\.place.index) == [0, 1])
    }

    @Test("A late authentication reconnects nothing, and an expiry that is told again is no change")
    func reports() async throws {
        _ = try await link("g1", "s1")
        let start = scratch.clock
        scratch.advance(by: .seconds(1000))
        for (number, (status, seconds)) in [
            (ReportGrant.Status.expired, 100), (.authenticated, 50), (.expired, 200),
            (.authenticated, 150), (.authenticated, 300), (.expired, 250),
        ].enumerated() {
            let report = ReportGrant(
                grant: "g1", status: status, notice: NoticeID("n\(number)"))
            try await run(.report(report), occurredAt: start.adding(.seconds(seconds)))
        }
        let changes = try await ledger.changes().untilCaughtUp().dropFirst(2)
        #expect(
            changes.map(\.kind.name) == [
                "expired", "selectionChanged", "lateNotice", "lateNotice", "reconnected",
                "selectionChanged", "lateNotice",
            ])
        let late = changes.map(\.kind).filter { $0.name == "lateNotice" }
        #expect(
            late == [
                .lateNotice(of: .authenticated, grant: "g1", reason: nil, notice: "n1"),
                .lateNotice(of: .authenticated, grant: "g1", reason: nil, notice: "n3"),
                .lateNotice(of: .expired, grant: "g1", reason: nil, notice: "n5"),
            ])
    }

    @Test("What only a part of a command would have selected never acted")
    func importedRevoked() async throws {
        let grant = ImportGrant(
            user: "ann", toolkit: "gmail", grant: "g1",
            account: ProviderAccount(provider: "google", subject: "s1"), status: .revoked)
        _ = try await scratch.execute(Command(.importGrant(grant)))
        let changes = try await ledger.changes().untilCaughtUp()
        #expect(
            changes.map(\.kind) == [
                .connected(grant: "g1"), .revoked(grant: "g1", reason: .imported),
            ])
    }

    @Test("A mark comes at the end, again after changes, and not after what was not asked for")
    func marks() async throws {
        var feed = ledger.changes(of: .toolkits(["gmail"])).makeAsyncIterator()
        #expect(try await feed.next() == .caughtUp(.beginning))
        let credential = try await link("g1", "s1")
        let id = try #require(try ledger.history(of: "ann").last?.id)
        #expect(try await feed.change()?.kind == .connected(grant: "g1"))
        #expect(try await feed.change()?.credential == credential)
        #expect(try await feed.next() == .caughtUp(ChangePlace(Position(2), id: id)))
        _ = try await link("g2", "s1", toolkit: "googleCalendar")
        _ = try await link("g3", "s3")
        #expect(try await feed.change()?.kind == .connected(grant: "g3"))
    }

    @Test("A mark comes after a thousand records that were not asked for")
    func farMark() async throws {
        let ledger = ledger
        let scratch = scratch
        var feed = ledger.changes(of: .user("bob")).makeAsyncIterator()
        #expect(try await feed.next() == .caughtUp(.beginning))
        let next = Task { [feed] in
            var feed = feed
            return try await feed.next()
        }
        let command = Command(
            .issueState(IssueState(user: "ann", toolkit: "gmail", allowMultiple: true)))
        _ = try await scratch.execute(Array(repeating: command, count: 1000))
        let place = try #require(try await next.value?.place)
        #expect(place.position >= Position(1000) && place.index == nil)
    }

    @Test("Those who have far to go leave the threads to others, page by page")
    func turns() async throws {
        let grants = (0..<3000).map { number in
            ImportGrant(
                user: UserID("u\(number)"), toolkit: "gmail", grant: GrantID("g\(number)"),
                account: ProviderAccount(
                    provider: "google", subject: Identifier("s\(number)")))
        }
        _ = try await ledger.importGrants(grants, at: scratch.clock)
        let given = Tally()
        let ledger = ledger
        try await withThrowingTaskGroup(of: Void.self) { group in
            // More than there are threads.
            for _ in 0..<64 {
                group.addTask {
                    for try await item in ledger.changes() {
                        guard case .change = item else { break }
                        given.count.add(1, ordering: .relaxed)
                    }
                }
            }
            let seen = await Task { given.count.load(ordering: .relaxed) }.value
            try await group.waitForAll()
            let all = given.count.load(ordering: .relaxed)
            #expect(all == 64 * 6000 && seen < all / 2)
        }
    }

    @Test("What several need is found out once, whoever began first and wherever they are")
    func sharing() async throws {
        // The last 2,048 records at most are kept, and three times 512 further behind.
        let directory = try TemporaryDirectory()
        var options = LedgerOptions()
        options.changesKept = 2048
        let ledger = try Ledger.open(at: directory.appending("ledger"), options: options)
        defer { ledger.close() }
        let grants = (0..<6000).map { number in
            ImportGrant(
                user: UserID("u\(number % 3000)"), toolkit: ToolkitID("t\(number / 3000)"),
                grant: GrantID("g\(number)"),
                account: ProviderAccount(
                    provider: "google", subject: Identifier("s\(number)")))
        }
        for start in stride(from: 0, to: grants.count, by: 1000) {
            _ = try await ledger.importGrants(Array(grants[start..<(start + 1000)]))
        }
        // Somebody at the end, whose records begin behind those of the others.
        _ = try await ledger.changes(after: Position(5999)).untilCaughtUp()
        let all = try await withThrowingTaskGroup(of: [AccountChange].self) { group in
            for start in [0, 0, 2500] {
                group.addTask {
                    try await ledger.changes(after: Position(UInt64(start))).untilCaughtUp()
                }
            }
            return try await group.reduce(into: []) { $0.append($1.count) }
        }
        #expect(all.sorted() == [7000, 12000, 12000])
        // Of a hundred; one who is left behind by the other may have to read some.
        #expect(ledger.ownPagesOfFollowers < 16)
    }

    @Test("Who begins after a place that this log does not have is told so")
    func otherLog() async throws {
        _ = try await link("g1", "s1")
        let far = await code { try await ledger.changes(after: Position(3)).drain() }
        #expect(far == .positionPastHead)
        let other = ChangePlace(Position(2), id: EventID(bytes: Array(repeating: 7, count: 16)))
        #expect(await code { try await ledger.changes(after: other).drain() } == .notOfLog)
        let last = try #require(try await ledger.changes().untilCaughtUp().last?.place)
        #expect(try await ledger.changes(after: last).untilCaughtUp().isEmpty)
    }

    @Test("Cancelling ends a follower at once, and closing the ledger tells it why")
    func ending() async throws {
        let ledger = ledger
        let cancelled = Task { try await ledger.changes(after: .start).drain() }
        #expect(await eventually { ledger.followers == 1 })
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let closed = Task { await code { try await ledger.changes().drain() } }
        #expect(await eventually { ledger.followers == 1 })
        ledger.close()
        #expect(await closed.value == .closed)
    }

    @Test("Descriptions of a change leave the label out")
    func privacy() async throws {
        let credential = try await link("g1", "s1")
        try await run(.relabel(Relabel(credential: credential, label: "very private")))
        let change = try #require(try await ledger.changes().untilCaughtUp().last)
        #expect(change.kind == .labelChanged(label: "very private"))
        var dumped = ""
        dump(change, to: &dumped)
        dump(change.kind, to: &dumped)
        dump(ChangeFeedItem.change(change), to: &dumped)
        let text =
            "\(change) \(change.kind) \(ChangeFeedItem.change(change))"
            + String(reflecting: change) + String(reflecting: change.kind)
        #expect(!(text + dumped).contains("private"))
    }

    @Test("A place reads as it was written, as text and as JSON")
    func places() throws {
        let id = EventID(bytes: Array(0..<16))
        for place in [
            ChangePlace.beginning, ChangePlace(Position(42)), ChangePlace(Position(42), index: 3),
            ChangePlace(Position(.max), index: 0, id: id),
        ] {
            let data = try JSONEncoder().encode(place)
            #expect(try JSONDecoder().decode(ChangePlace.self, from: data) == place)
            let text = ChangePlace(place.description)
            #expect(text == ChangePlace(place.position, index: place.index))
        }
        for wrong in ["", "-1", "1.", ".1", "1.2.3", "+1", "1.-2", "x", "99999999999999999999"] {
            #expect(ChangePlace(wrong) == nil, "\(wrong)")
        }
        for wrong in [#"{"position":1,"id":"zz"}"#, #"{"index":1}"#] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(ChangePlace.self, from: Data(wrong.utf8))
            }
        }
    }

    private func run(_ action: Command.Action, occurredAt: Timestamp? = nil) async throws {
        scratch.advance(by: .seconds(1))
        var context = CommandContext()
        context.occurredAt = occurredAt
        _ = try await scratch.execute(Command(action, context: context)).get()
    }

    private func link(
        _ grant: GrantID, _ subject: String, toolkit: ToolkitID = "gmail",
        label: String? = nil, intent: AuthorizationIntent = .connect
    ) async throws -> CredentialID {
        scratch.advance(by: .seconds(1))
        var issue = IssueState(user: "ann", toolkit: toolkit)
        switch intent {
        case .reconnect(let credential): issue.reconnect = credential
        case .replace(let credential): issue.replace = credential
        default: issue.allowMultiple = true
        }
        let token = try #require(
            try await scratch.execute(Command(.issueState(issue))).get().state)
        let account = ProviderAccount(provider: "google", subject: Identifier(subject))
        let receipt = try await scratch.execute(
            Command(.link(LinkGrant(state: token, grant: grant, account: account, label: label)))
        ).get()
        return try #require(receipt.credential)
    }
}

/// How many there were, over tasks.
private final class Tally: Sendable {
    let count = Atomic(0)
}

extension LedgerChanges {
    /// The changes up to the first mark.
    func untilCaughtUp() async throws -> [AccountChange] {
        var changes: [AccountChange] = []
        for try await item in self {
            guard case .change(let change) = item else { break }
            changes.append(change)
        }
        return changes
    }

    /// Follows until it cannot.
    func drain() async throws {
        for try await _ in self {}
    }
}

extension LedgerChanges.AsyncIterator {
    /// The next change; marks before it are passed over.
    mutating func change() async throws -> AccountChange? {
        while let item = try await next() {
            if case .change(let change) = item { return change }
        }
        return nil
    }
}

/// The code of the error that a body throws; none where it throws none.
private func code(_ body: () async throws -> Void) async -> LedgerError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? LedgerError)?.code
    }
}
