internal import LedgerDomain
internal import LedgerProjections

extension ProjectionScenario {
    /// Checks that the rows are the same, byte for byte, however often and in whatever steps they
    /// are built.
    ///
    /// Each time they are built from the beginning, in other steps, and every step is told twice to
    /// apply what is there, by a store that was closed in between. What depends on more than the
    /// record and the rows comes out otherwise: a clock, random numbers, a variable outside.
    ///
    /// - Parameter times: How often to build the rows again, at least 1.
    /// - Throws: `ScenarioFailure` with the repetition and the number of rows that differ.
    @discardableResult
    public func repeated(_ times: Int = 3) throws -> ProjectionScenario {
        let expected = try rows(of: records)
        for round in 1...max(1, times) {
            var random = RepeatableNumbers(seed: UInt64(round))
            let scratch = try ScratchRows(projection, of: records)
            var applied = Position.start
            while applied < scratch.head {
                let step = Int.random(in: 1...max(1, records.count / 2), using: &random)
                applied = try scratch.store.catchUp(through: applied.advanced(by: step))
                try scratch.reopen()
                try scratch.store.catchUp(through: applied)
            }
            let differences = differences(expected, try scratch.store.storedRows())
            guard differences.isEmpty else {
                throw ScenarioFailure.notRepeatable(round: round, differences)
            }
        }
        return self
    }

    /// Checks that the rows are the same, byte for byte, whatever the order among the records of
    /// different users.
    ///
    /// The records of one user keep their order, and those of one command stay together. Places and
    /// times go by the new order, as in any log, so that this is for projections whose rows follow
    /// from what each user did and not from where or when it was recorded.
    ///
    /// - Parameters:
    ///   - times: How many orders to try, at least 1.
    ///   - seed: What the orders follow from; another one each time where left out.
    /// - Throws: `ScenarioFailure` with the seed, the order and the number of rows that differ.
    @discardableResult
    public func shuffled(_ times: Int = 10, seed: UInt64? = nil) throws -> ProjectionScenario {
        let seed = seed ?? .random(in: 0..<1_000_000)
        let expected = try rows(of: records)
        var random = RepeatableNumbers(seed: seed)
        for round in 1...max(1, times) {
            let found = try rows(of: shuffledRecords(&random))
            let differences = differences(expected, found)
            guard differences.isEmpty else {
                throw ScenarioFailure.orderMatters(seed: seed, round: round, differences)
            }
        }
        return self
    }

    private typealias Rows = [String: [[UInt8]: [UInt8]]]

    private func rows(of records: [EventRecord]) throws -> Rows {
        let scratch = try ScratchRows(projection, of: records)
        try scratch.store.catchUp()
        return try scratch.store.storedRows()
    }

    private func differences(_ expected: Rows, _ found: Rows) -> [RowDifference] {
        expected.keys.sorted().map { table in
            RowDifference(
                table, expected: expected[table] ?? [:], found: found[table] ?? [:], by: ==)
        }.filter { !$0.isNone }
    }

    /// The records in another order, with the times in the old one.
    func shuffledRecords(_ random: inout RepeatableNumbers) -> [EventRecord] {
        var commands: [UserID: [[EventRecord]]] = [:]
        var turns: [UserID] = []
        for record in records {
            if record.part.index == 0 || commands[record.user] == nil {
                commands[record.user, default: []].append([record])
                turns.append(record.user)
            } else if let last = commands[record.user]?.indices.last {
                commands[record.user]?[last].append(record)
            }
        }
        var ordered: [EventRecord] = []
        var next: [UserID: Int] = [:]
        for user in turns.shuffled(using: &random) {
            ordered += commands[user]?[next[user, default: 0]] ?? []
            next[user, default: 0] += 1
        }
        for (index, record) in records.enumerated() {
            ordered[index].position = record.position
            ordered[index].recordedAt = record.recordedAt
        }
        return ordered
    }
}
