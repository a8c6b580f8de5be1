public import LedgerDomain

/// How many accounts were connected, and stopped working, each day and toolkit.
///
/// A day is one of UTC, by the time at which the record was made.
public struct DailyActivity: Projection {
    /// A day and a toolkit.
    public struct Key: RowCodable, Hashable {
        /// Days since 1970-01-01.
        public let day: Int64
        /// The toolkit.
        public let toolkit: ToolkitID

        /// Names a day and a toolkit.
        public init(day: Int64, toolkit: ToolkitID) {
            self.day = day
            self.toolkit = toolkit
        }

        /// Writes day and toolkit.
        public func encode(to row: inout RowEncoder) {
            row.append(day)
            row.append(toolkit)
        }

        /// Reads day and toolkit.
        public init(from row: inout RowDecoder) throws(RowDecodingError) {
            day = try row.next(Int64.self)
            toolkit = try row.next(ToolkitID.self)
        }
    }

    /// What happened on a day.
    public struct Counts: RowCodable, Hashable {
        /// New accounts.
        public var connected: UInt64 = 0
        /// Accounts authorized again, by the same or another provider account.
        public var reconnected: UInt64 = 0
        /// Notices that a grant stopped working; late ones are left out.
        public var expired: UInt64 = 0
        /// Accounts withdrawn.
        public var revoked: UInt64 = 0

        init() {}

        /// Writes the counts.
        public func encode(to row: inout RowEncoder) {
            for count in [connected, reconnected, expired, revoked] { row.append(count) }
        }

        /// Reads the counts.
        public init(from row: inout RowDecoder) throws(RowDecodingError) {
            connected = try row.next(UInt64.self)
            reconnected = try row.next(UInt64.self)
            expired = try row.next(UInt64.self)
            revoked = try row.next(UInt64.self)
        }
    }

    /// The counts.
    public let days = ProjectionTable<Key, Counts>("days")
    /// The toolkit of each credential, which only its first event tells.
    public let toolkits = ProjectionTable<CredentialID, ToolkitID>("toolkits")

    /// `daily-activity`.
    public let name = "daily-activity"
    /// 1.
    public let version = 1
    /// Both tables.
    public var tables: [any ProjectionTableDefinition] { [days, toolkits] }
    /// What is counted.
    public let handles: Set<EventKind> = [.grantLinked, .grantExpired, .grantRevoked]
    /// What is not.
    public let ignores: Set<EventKind> = [.stateIssued, .labelChanged, .accountSelected]

    /// Makes the projection.
    public init() {}

    /// Takes a record in.
    public func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws {
        switch record.event {
        case .grantLinked(let event):
            if event.kind == .connected {
                try rows.put(event.toolkit, for: event.credential, in: toolkits)
                try count(record, event.toolkit, \.connected, &rows)
            } else if !event.superseded {
                try count(record, event.toolkit, \.reconnected, &rows)
            }
        case .grantExpired(let event) where !event.superseded:
            guard let toolkit = try rows.value(for: event.credential, in: toolkits) else { return }
            try count(record, toolkit, \.expired, &rows)
        case .grantRevoked(let event) where event.reason != .replaced:
            guard let toolkit = try rows.value(for: event.credential, in: toolkits) else { return }
            try count(record, toolkit, \.revoked, &rows)
        case .grantExpired, .grantRevoked, .stateIssued, .labelChanged, .accountSelected: return
        }
    }

    private func count(
        _ record: EventRecord, _ toolkit: ToolkitID, _ field: WritableKeyPath<Counts, UInt64>,
        _ rows: inout ProjectionRows
    ) throws {
        let key = Key(day: Self.day(of: record.recordedAt), toolkit: toolkit)
        var counts = try rows.value(for: key, in: days) ?? Counts()
        counts[keyPath: field] += 1
        try rows.put(counts, for: key, in: days)
    }

    /// The day of a time, in days since 1970-01-01.
    public static func day(of time: Timestamp) -> Int64 {
        let day: Int64 = 86_400_000_000
        let whole = time.microsecondsSinceEpoch / day
        return time.microsecondsSinceEpoch % day < 0 ? whole - 1 : whole
    }
}
