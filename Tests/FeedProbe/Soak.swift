internal import AccountLedger
internal import Foundation
internal import LedgerStorage
internal import Synchronization

/// Many writers in several processes, and many followers with different filters.
struct Soak {
    private static let processes = 4

    let path: String
    let seconds: Int
    let users: Int
    let writers: Int
    let followers: Int

    /// Runs it, and tells what came of it; false where a follower lost or repeated a change.
    func run() async throws -> Bool {
        let ledger = try Ledger.open(at: path)
        try await Writing(path: path, users: users, seed: 0).fill(ledger)
        let start = try ledger.head()
        let sizeBefore = fileSize(path)
        let gauges = Gauges()
        let all = cast(from: start)
        let tasks = all.map { follower in
            Task {
                try await follower.run(
                    in: ledger, isWriting: { gauges.isWriting }, head: { gauges.head })
            }
        }
        let sampling = Task { try await sample(ledger, into: gauges) }
        let began = ContinuousClock.now
        let processes = try (1...Self.processes).map { seed in
            try startProbe(
                path, ["write", "\(seconds)", "\(users)", "\(writers / Self.processes)", "\(seed)"])
        }
        var areFine = true
        for process in processes where await end(of: process) != 0 { areFine = false }
        let duration = ContinuousClock.now - began
        let written = try ledger.head()
        gauges.endWriting()
        try await sendStops(to: all, ledger)
        var results: [Follower.Result] = []
        for task in tasks { results.append(try await task.value) }
        sampling.cancel()
        let caughtUp = ContinuousClock.now - began - duration
        say("judging what \(all.count) followers were given, after \(caughtUp)")
        let problems = try await Judgement(ledger: ledger).problems(all, results)
        let sizes = (before: sizeBefore, after: fileSize(path))
        for (kind, ended) in lastEnds(all, results, after: began + duration) {
            say("caught up, \(kind): \(ended) after the last record")
        }
        tell(
            all, results, records: (start.number, written.number), duration, caughtUp, gauges,
            sizes)
        for problem in problems { say("WRONG: \(problem)") }
        if !areFine { say("WRONG: a writer failed") }
        ledger.close()
        return problems.isEmpty && areFine
    }

    /// Followers of every kind: by nothing, by toolkit, by member and by user; from the beginning
    /// and from now on; steady and not.
    private func cast(from head: Position) -> [Follower] {
        (0..<followers).map { number in
            let filter: ChangeFilter =
                switch number % 10 {
                case 0: .everything
                case 1, 2: .toolkits([number % 2 == 0 ? "gmail" : "googleCalendar"])
                case 3, 4: .member(MemberID("member\(number % 50)"))
                case 5: ChangeFilter(toolkits: ["gmail"], member: MemberID("member\(number % 50)"))
                default: .user(Writing.user(number * 7919 % users))
                }
            let manner: Follower.Manner =
                switch number / 10 % 5 {
                case 1: .restarting(every: number + 1)
                case 2: .slow
                case 3 where number % 3 == 0: .forgetful
                default: .steady
                }
            return Follower(
                number: number, filter: filter,
                start: number % 4 == 1 ? .beginning : ChangePlace(head), manner: manner)
        }
    }

    /// Gives each follower the change that it stops at.
    private func sendStops(to all: [Follower], _ ledger: Ledger) async throws {
        let grants = all.map { follower in
            let account = ProviderAccount(
                provider: "stop", subject: Identifier("\(follower.number)"))
            return ImportGrant(
                user: follower.filter.user ?? "stop",
                toolkit: follower.filter.toolkits?.first ?? "gmail", grant: follower.stop,
                account: account, member: follower.filter.member)
        }
        _ = try await ledger.importGrants(grants, refused: .abandonAll)
    }

    /// When the last follower of each kind had its last change.
    private func lastEnds(
        _ all: [Follower], _ results: [Follower.Result], after end: ContinuousClock.Instant
    ) -> [(kind: String, ended: Duration)] {
        let ends = Dictionary(
            zip(all.map(\.kind), results.map { $0.ended - end }), uniquingKeysWith: max)
        return ends.sorted { $0.value < $1.value }.map { ($0.key, $0.value) }
    }

    private func sample(_ ledger: Ledger, into gauges: Gauges) async throws {
        while true {
            gauges.note(head: try ledger.head(), readers: try ledger.statistics().readers)
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func tell(
        _ all: [Follower], _ results: [Follower.Result], records: (before: UInt64, after: UInt64),
        _ duration: Duration, _ caughtUp: Duration, _ gauges: Gauges,
        _ sizes: (before: Int, after: Int)
    ) {
        var (milliseconds, positions) = (Spread(), Spread())
        for (follower, result) in zip(all, results) where !follower.isLate {
            milliseconds.add(result.milliseconds)
            positions.add(result.positions)
        }
        let more = records.after - records.before
        let rate = Double(more) / (duration / .seconds(1))
        let growth = sizes.after - sizes.before
        say("users x accounts           \(users) x 3")
        say("writers                    \(writers) in \(Self.processes) processes")
        say("followers                  \(followers) in one process")
        say("records before             \(records.before)")
        say("records written            \(more) in \(duration), \(Int(rate)) a second")
        say("changes given              \(results.map(\.trace.count).reduce(0, +))")
        say("behind, ms                 \(milliseconds.text)")
        say("behind, records            \(positions.text)")
        say("all caught up after        \(caughtUp)")
        say("slots of readers, most     \(gauges.readers)")
        say("file                       \(sizes.before) -> \(sizes.after) bytes")
        say("file, bytes a record       \(growth / max(1, Int(more)))")
    }
}

/// What is looked at now and then while others write.
final class Gauges: Sendable {
    private struct State {
        var isWriting = true
        var head: UInt64 = 0
        var readers = 0
    }

    private let state = Mutex(State())

    var isWriting: Bool { state.withLock { $0.isWriting } }
    var head: UInt64 { state.withLock { $0.head } }
    var readers: Int { state.withLock { $0.readers } }

    func endWriting() { state.withLock { $0.isWriting = false } }

    func note(head: Position, readers: Int) {
        state.withLock { state in
            state.head = head.number
            state.readers = max(state.readers, readers)
        }
    }
}
