public import LedgerDomain
internal import LedgerJournal
public import LedgerProjections

/// The rows that a projection makes of some records: given, project, then.
///
/// The records are appended to a log on disk and the rows kept in the store that a ledger keeps
/// them in; both are made for each check and are gone after it. A scenario is a value, and each
/// check answers with it, so that checks follow on one another.
public struct ProjectionScenario<Edition: Projection>: Sendable {
    /// The projection.
    public let projection: Edition
    /// The log, in order.
    public private(set) var records: [EventRecord] = []

    /// Makes a scenario with an empty log.
    public init(_ projection: Edition) {
        self.projection = projection
    }
}

extension DecisionScenario {
    /// Makes the rows of a projection from the log of this scenario.
    public func project<Edition: Projection>(
        _ projection: Edition
    ) -> ProjectionScenario<Edition> {
        ProjectionScenario(projection).given(records)
    }
}

extension ProjectionScenario {
    /// Adds records, such as those of a scenario or a ledger.
    ///
    /// They get the next positions, and the next microsecond where their time is not later than
    /// that of the record before.
    public func given(_ records: some Sequence<EventRecord>) -> ProjectionScenario {
        var scenario = self
        for record in records { scenario.append(record) }
        return scenario
    }

    /// Adds a record for each event, also for ones that no rule would let happen.
    ///
    /// - Parameters:
    ///   - events: What happened, in this order.
    ///   - user: Whose events they are.
    ///   - time: When the first of them was recorded; where left out, a second after the last
    ///     record.
    public func given(
        _ events: Event..., of user: UserID, at time: Timestamp? = nil
    ) -> ProjectionScenario {
        var scenario = self
        for (index, event) in events.enumerated() {
            let next = scenario.records.last?.recordedAt.adding(seconds: 1)
            let time = (index == 0 ? time : nil) ?? next ?? DecisionScenario.start
            let position = Position(UInt64(scenario.records.count + 1))
            scenario.append(
                EventRecord(
                    position: position, recordedAt: time,
                    id: DecisionScenario.eventID(position, at: time), user: user, occurredAt: nil,
                    actor: .application, correlationID: nil, causationID: nil, idempotencyKey: nil,
                    part: .whole, fingerprint: nil, event: event))
        }
        return scenario
    }

    private mutating func append(_ record: EventRecord) {
        var record = record
        record.position = Position(UInt64(records.count + 1))
        if let last = records.last?.recordedAt, record.recordedAt <= last {
            record.recordedAt = last.adding(microseconds: 1)
        }
        records.append(record)
    }

    /// Lends the rows that the records make.
    ///
    /// - Parameter body: Is lent the rows; what it throws is thrown on.
    @discardableResult
    public func then(
        _ body: (borrowing ProjectionView) throws -> Void
    ) throws -> ProjectionScenario {
        let scratch = try ScratchRows(projection, of: records)
        try scratch.store.catchUp()
        var failure: (any Error)?
        try scratch.store.read { (view) throws(ProjectionError) in
            do { try body(view) } catch { failure = error }
        }
        if let failure { throw failure }
        return self
    }

    /// Checks that a table has exactly these rows.
    ///
    /// - Throws: `ScenarioFailure` where they differ; its description holds numbers only, because
    ///   rows may hold personal fields.
    @discardableResult
    public func then<Key: Hashable, Value: Equatable>(
        _ table: ProjectionTable<Key, Value>, has expected: [Key: Value]
    ) throws -> ProjectionScenario {
        try then { view in
            let rows = try view.rows(of: table).map { ($0.key, $0.value) }
            let found = Dictionary(rows) { first, _ in first }
            let difference = RowDifference(table.name, expected: expected, found: found, by: ==)
            if !difference.isNone { throw ScenarioFailure.otherRows(difference) }
        }
    }

    /// The digest of the rows that the records make.
    public func digest() throws -> ProjectionDigest {
        let scratch = try ScratchRows(projection, of: records)
        try scratch.store.catchUp()
        return try scratch.store.digest()
    }
}
