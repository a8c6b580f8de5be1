internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite("The change feed of random histories", .timeLimit(.minutes(5)))
struct RandomChangeTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// What a change comes to for a comparison with another way to find it.
    private struct Line: Hashable {
        let position: Position
        let name: String
        var toolkit: ToolkitID?
        var from: Selection.Result?
        var to: Selection.Result?
    }

    @Test(
        "The changes are those that the events and two looks at the selections come to",
        arguments: Effort.seeds("LEDGER_CHANGE_SEEDS", else: 6))
    func oracle(seed: UInt64) async throws {
        var history = try RandomHistory(seed: seed, at: directory.appending("ledger"))
        try await history.run(250, withReports: true)
        let ledger = history.ledger
        let found = try await ledger.changes().untilCaughtUp().map { change in
            guard case .selectionChanged(let from, let to, _) = change.kind else {
                return Line(position: change.position, name: change.kind.name)
            }
            return Line(
                position: change.position, name: change.kind.name, toolkit: change.toolkit,
                from: from, to: to)
        }
        var expected: [Line] = []
        for record in try history.records() {
            if let name = try name(record, ledger) {
                expected.append(Line(position: record.position, name: name))
            }
            guard record.part.index + 1 == record.part.count else { continue }
            expected += try selectionChanges(record, ledger)
        }
        #expect(found == expected)
        ledger.close()
    }

    private func name(_ record: EventRecord, _ ledger: Ledger) throws -> String? {
        switch record.event {
        case .grantLinked(let event):
            return event.superseded ? "lateNotice" : event.kind.rawValue
        case .grantExpired(let event):
            if event.superseded { return "lateNotice" }
            let before = Position(record.position.number - 1 - UInt64(record.part.index))
            let old = try ledger.accounts(of: record.user, asOf: .position(before))
                .first { $0.id == event.credential }
            return old?.status == .expired ? nil : "expired"
        case .grantRevoked(let event):
            return event.reason == .replaced && record.part.index > 0 ? nil : "revoked"
        case .labelChanged: return "labelChanged"
        case .stateIssued, .accountSelected: return nil
        }
    }

    private func selectionChanges(
        _ record: EventRecord, _ ledger: Ledger
    ) throws -> [Line] {
        let start = Position(record.position.number - UInt64(record.part.count))
        func results(_ position: Position) throws -> [ToolkitID: Selection.Result] {
            let selections = try ledger.selections(of: record.user, asOf: .position(position))
            return Dictionary(uniqueKeysWithValues: selections.map { ($0.toolkit, $0.result) })
        }
        let (old, new) = (try results(start), try results(record.position))
        return Set(old.keys).union(new.keys).sorted().compactMap { toolkit in
            let (from, to) = (old[toolkit] ?? .none, new[toolkit] ?? .none)
            guard from != to else { return nil }
            return Line(
                position: record.position, name: "selectionChanged", toolkit: toolkit, from: from,
                to: to)
        }
    }

    @Test(
        "Going on after any place gives what follows, whoever keeps what and whatever is asked for",
        arguments: Effort.seeds("LEDGER_CHANGE_SEEDS", else: 4))
    func resuming(seed: UInt64) async throws {
        var history = try RandomHistory(seed: seed, at: directory.appending("ledger")) {
            // So few that those far behind read for themselves.
            $0.changesKept = seed.isMultiple(of: 2) ? 20 : 4096
        }
        try await history.run(200, withReports: true)
        let ledger = history.ledger
        let all = try await ledger.changes().untilCaughtUp()
        let users = Set(all.map(\.user))
        let filters =
            [.everything] + users.map { ChangeFilter.user($0) }
            + Set(all.map(\.toolkit)).map { .toolkits([$0]) }
            + Set(all.compactMap(\.member)).map { .member($0) }
        for (index, change) in all.enumerated() {
            let filter = filters[index % filters.count]
            let rest = try await ledger.changes(after: change.place, of: filter).untilCaughtUp()
            #expect(rest == all[(index + 1)...].filter(filter.includes), "after \(change.place)")
        }
        let head = try ledger.head()
        for number in 0...head.number where number % 7 == seed % 7 {
            let rest = try await ledger.changes(after: Position(number)).untilCaughtUp()
            #expect(rest == all.filter { $0.position > Position(number) }, "after \(number)")
        }
        ledger.close()
    }

    @Test(
        "Followers that come and go while others write lose nothing and are given nothing twice",
        arguments: Effort.seeds("LEDGER_CHANGE_SEEDS", else: 2))
    func following(seed: UInt64) async throws {
        var history = try RandomHistory(seed: seed, at: directory.appending("ledger")) {
            $0.changesKept = 50
            $0.hearsCommits = !seed.isMultiple(of: 2)
        }
        try await history.run(50)
        let ledger = history.ledger
        let users = Set(try await ledger.changes().untilCaughtUp().map(\.user)).sorted()
        let filters = [.everything, .toolkits(["gmail"])] + users.map { ChangeFilter.user($0) }
        let followers = filters.enumerated().map { index, filter in
            Task { try await Self.follow(ledger, filter, restartEvery: index * 3 + 1) }
        }
        try await history.run(400)
        // A last change for everybody to stop at.
        for user in users + ["last"] {
            let grant = ImportGrant(
                user: user, toolkit: "gmail", grant: GrantID("stop-\(user)"),
                account: ProviderAccount(provider: "stop", subject: Identifier(user.text)))
            let time = try #require(try history.records().last?.recordedAt)
            _ = try await ledger.execute(Command(.importGrant(grant)), at: time)
        }
        let all = try await ledger.changes().untilCaughtUp()
        for (filter, follower) in zip(filters, followers) {
            let expected = all.filter(filter.includes)
            let found = try await follower.value
            #expect(found == Array(expected.prefix(found.count)), "\(filter)")
            #expect(found.last?.kind == .connected(grant: Self.stop(filter)))
        }
        ledger.close()
    }

    /// The grant whose connecting is the last change that a follower waits for.
    private static func stop(_ filter: ChangeFilter) -> GrantID {
        GrantID("stop-\(filter.user ?? "last")")
    }

    /// Follows up to the last change, and begins anew after every so many.
    private static func follow(
        _ ledger: Ledger, _ filter: ChangeFilter, restartEvery count: Int
    ) async throws -> [AccountChange] {
        var changes: [AccountChange] = []
        while true {
            var left = count
            for try await item in ledger.changes(
                after: changes.last?.place ?? .beginning, of: filter)
            {
                guard case .change(let change) = item else { continue }
                changes.append(change)
                if change.kind == .connected(grant: stop(filter)) { return changes }
                left -= 1
                if left == 0 { break }
            }
        }
    }
}
