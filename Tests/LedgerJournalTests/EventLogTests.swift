internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite struct EventLogTests {
    private let scratch: ScratchLog

    init() throws { scratch = try ScratchLog() }

    private func scan(_ first: UInt64, _ last: UInt64) throws -> [UInt64] {
        let log = scratch.log
        var found: [UInt64] = []
        try scratch.environment.read { (snapshot) throws(JournalError) in
            try log.scan(from: Position(first), through: Position(last), in: snapshot) {
                (record) throws(JournalError) in
                found.append(record.position.number)
                return .next
            }
        }
        return found
    }

    private func failure(_ body: () throws -> Void) -> JournalError? {
        do {
            try body()
            return nil
        } catch {
            return error as? JournalError
        }
    }

    @Test("Positions are dense from one, over transactions and commands of several records")
    func dense() throws {
        #expect(try scratch.head() == .start)
        for each in [1, 3, 2] {
            try scratch.append(at: [Timestamp(seconds: 5), Timestamp(seconds: 6)], each: each)
        }
        let records = try scratch.records()
        #expect(records.map(\.position.number) == Array(1...12))
        #expect(records.map(\.part.index) == [0, 0, 0, 1, 2, 0, 1, 2, 0, 1, 0, 1])
        #expect(Set(records.map(\.id)).count == 12)
    }

    @Test(
        "Times strictly increase whatever the clock does, and follow it where it is later",
        arguments: Effort.seeds("LEDGER_CLOCK_RUNS", else: 5))
    func clocks(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let clocks = (0..<10).map { _ in
                Timestamp(microsecondsSinceEpoch: .random(in: -50...50, using: &random))
            }
            try scratch.append(at: clocks, each: .random(in: 1...3, using: &random))
        }
        let times = try scratch.records().map(\.recordedAt)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test(
        "A clock that goes backwards is clamped to a microsecond after the last record, and counted"
    )
    func clamped() throws {
        try scratch.append(at: [Timestamp(seconds: 100)])
        let log = scratch.log
        try scratch.environment.write { (transaction) throws(JournalError) in
            var appender = try LogAppender(log, in: transaction.snapshot)
            let later = Timestamp(seconds: 100).adding(microseconds: 1)
            #expect(appender.now(Timestamp(seconds: 40)) == later)
            #expect(appender.now(Timestamp(seconds: 100)) == later)
            #expect(appender.clampedClocks == 2)
            #expect(appender.largestClamp == 60_000_000)
            #expect(appender.now(later) == later)
            #expect(appender.clampedClocks == 2)
        }
    }

    @Test("A transaction that is undone leaves no position and no time behind")
    func undone() throws {
        let log = scratch.log
        try scratch.append(at: [Timestamp(seconds: 1)])
        let failed = failure {
            try scratch.environment.write { (transaction) throws(JournalError) in
                var appender = try LogAppender(log, in: transaction.snapshot)
                _ = try appender.append(3, at: Timestamp(seconds: 50), &transaction)
                #expect(appender.head == Position(4))
                throw JournalError(.abandoned)
            }
        }
        #expect(failed?.code == .abandoned)
        let records = try scratch.append(at: [Timestamp(seconds: 2)])
        #expect(records.map(\.position) == [Position(2)])
        #expect(records.map(\.recordedAt) == [Timestamp(seconds: 2)])
    }

    @Test("A scan visits exactly the range, and stops where it is told to")
    func ranges() throws {
        try scratch.append(at: (1...9).map { Timestamp(seconds: $0) })
        #expect(try scan(1, 9) == Array(1...9))
        #expect(try scan(4, 6) == [4, 5, 6])
        #expect(try scan(9, 9) == [9])
        #expect(try scan(6, 5) == [])
        let log = scratch.log
        var visited = 0
        try scratch.environment.read { (snapshot) throws(JournalError) in
            try log.scan(from: Position(2), through: Position(9), in: snapshot) {
                (_) throws(JournalError) in
                visited += 1
                return visited == 3 ? .stop : .next
            }
        }
        #expect(visited == 3)
        let past = failure { _ = try scan(5, 12) }
        #expect(past == JournalError(.missingRecord, at: Position(10)))
        #expect(failure { _ = try scan(20, 20) } == JournalError(.missingRecord, at: Position(20)))
    }

    @Test("A gap is an error that names the missing position", arguments: [1, 5, 9] as [UInt64])
    func gaps(missing: UInt64) throws {
        try scratch.append(at: (1...10).map { Timestamp(seconds: $0) })
        try scratch.tamper(Position(missing), with: nil)
        let found = failure { _ = try scan(1, 10) }
        #expect(found == JournalError(.missingRecord, at: Position(missing)))
        #expect(found?.isDamage == true)
        let log = scratch.log
        try scratch.environment.read { (snapshot) throws(JournalError) in
            let after = try log.firstPosition(from: Position(missing), in: snapshot)
            #expect(after == Position(missing + 1))
            let bytes = try log.bytes(at: Position(missing), in: snapshot)
            #expect(bytes == nil)
        }
    }

    @Test(
        "A record whose bytes are another position's, cut or empty is an error that names its place"
    )
    func damage() throws {
        try scratch.append(at: (1...4).map { Timestamp(seconds: $0) })
        let log = scratch.log
        let bytes = try scratch.environment.read { (snapshot) throws(JournalError) in
            try log.bytes(at: Position(2), in: snapshot) ?? []
        }
        for damaged in [bytes, Array(bytes.dropLast()), bytes + [0], [], [0xFF]] {
            try scratch.tamper(Position(3), with: damaged)
            let found = failure { _ = try scan(1, 4) }
            #expect(found?.position == Position(3))
            #expect(found?.isDamage == true)
        }
        try scratch.tamper(Position(3), with: nil)
        #expect(failure { _ = try scan(3, 3) }?.code == .missingRecord)
    }

    @Test(
        "The position of a time is what looking at every record finds",
        arguments: Effort.seeds("LEDGER_CLOCK_RUNS", else: 5))
    func asOf(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...40, using: &random)
        for _ in 0..<count {
            let clock = Int64.random(in: 0...200, using: &random)
            try scratch.append(at: [Timestamp(microsecondsSinceEpoch: clock)])
        }
        let records = try scratch.records()
        let log = scratch.log
        for time in Int64(-2)...260 {
            let time = Timestamp(microsecondsSinceEpoch: time)
            let found = try scratch.environment.read { (snapshot) throws(JournalError) in
                try log.position(asOf: time, in: snapshot)
            }
            let expected = records.last { $0.recordedAt <= time }?.position ?? .start
            #expect(found == expected)
        }
    }

    @Test("A damaged row is answered with what can be done about it")
    func damagedRow() {
        let words = JournalError(.damagedRow(table: "grants")).description
        #expect(words.hasPrefix("Table grants has a damaged row."))
        #expect(words.hasSuffix("restore a backup."))
    }
}
