package import LedgerDomain
internal import LedgerFormat

/// Judges records one after the other by those before, without what they say of accounts.
package struct RecordScan {
    /// Where the scan stands.
    package private(set) var last = Position.start
    private var lastTime: Timestamp?
    /// The names of the records of the last millisecond: a name contains its millisecond, and so
    /// can be repeated only there.
    private var names: Set<EventID> = []
    private var command = Command.none

    /// Begins before the first record.
    package init() {}

    /// The command that the records in hand belong to.
    private enum Command {
        /// All of its records were read.
        case none
        /// More of its records have to follow on this one.
        case unfinished(EventRecord)
        /// Some of them cannot be read.
        case unknown
    }

    /// Notes that the records up to a position are not there.
    mutating func skip(through position: Position) {
        last = position
        command = .unknown
    }

    /// Judges a record; answers it where it can be read.
    package mutating func check(
        _ bytes: [UInt8], at position: Position, _ report: (Finding) -> Void
    ) -> EventRecord? {
        last = position
        let record: EventRecord
        do {
            record = try RecordCodec.decode(bytes)
        } catch {
            command = .unknown
            var kind = Finding.Kind.undecodable
            if case .unknownEvent = error.code { kind = .unknownEvent }
            report(Finding(kind, at: position, error.description))
            return nil
        }
        guard record.position == position else {
            command = .unknown
            report(
                Finding(
                    .undecodable, at: position, "it says that its position is \(record.position)"))
            return nil
        }
        judge(record, at: position, report)
        return record
    }

    /// Judges a record that can be read and is at its position.
    mutating func judge(
        _ record: EventRecord, at position: Position, _ report: (Finding) -> Void
    ) {
        last = position
        if let lastTime, record.recordedAt <= lastTime {
            report(
                Finding(.timeNotIncreasing, at: position, "\(record.recordedAt) after \(lastTime)"))
        }
        lastTime = record.recordedAt
        if let finding = checkName(record) { report(finding) }
        if let finding = checkCommand(record) { report(finding) }
        if let contradiction = record.contradiction {
            report(Finding(.contradictory, at: position, contradiction))
        }
    }

    /// A command that the end of the log has cut off.
    func unfinished() -> Finding? {
        guard case .unfinished(let record) = command else { return nil }
        return Finding(
            .commandIncomplete, at: record.position,
            "it is \(record.part.words), and the log ends with it")
    }

    private mutating func checkName(_ record: EventRecord) -> Finding? {
        guard record.id.isMade(at: record.recordedAt) else {
            return Finding(.idNotOfTime, at: record.position, "it is \(record.id)")
        }
        if let name = names.first, !name.sharesMillisecond(with: record.id) { names = [] }
        guard names.insert(record.id).inserted else {
            return Finding(.idRepeated, at: record.position, "it is \(record.id)")
        }
        return nil
    }

    private mutating func checkCommand(_ record: EventRecord) -> Finding? {
        let before = command
        let isLast = record.part.index + 1 == record.part.count
        command = isLast ? .none : .unfinished(record)
        switch before {
        case .unknown: return nil
        case .none where record.part.index == 0: return nil
        case .unfinished(let other) where record.follows(other): return nil
        case .none:
            return Finding(
                .commandIncomplete, at: record.position,
                "it is \(record.part.words), and what is before it is of another command")
        case .unfinished(let other):
            return Finding(
                .commandIncomplete, at: record.position,
                "it is \(record.part.words), and before it is \(other.part.words) of another")
        }
    }
}

extension CommandPart {
    fileprivate var words: String { "part \(index + 1) of \(count)" }
}

extension EventRecord {
    /// Whether it can be the next record of the same command.
    fileprivate func follows(_ other: EventRecord) -> Bool {
        part.index == other.part.index + 1 && part.count == other.part.count
            && user == other.user && actor == other.actor && correlationID == other.correlationID
            && causationID == other.causationID
    }

    /// What it says that no command makes a record say; none for every record written by us.
    ///
    /// Such a record can be read, so that a ledger with one is not lost.
    fileprivate var contradiction: String? {
        if actor.id == nil, actor.kind != .application {
            return "its actor, of kind \(actor.kind.rawValue), has no name"
        }
        if part.index > 0, idempotencyKey != nil || fingerprint != nil {
            return "it is not the first of its command, and has its key or fingerprint"
        }
        if idempotencyKey != nil, fingerprint == nil {
            return "it has an idempotency key and no fingerprint"
        }
        guard case .grantLinked(let event) = self.event else { return nil }
        return contradiction(of: event)
    }

    private func contradiction(of event: GrantLinked) -> String? {
        let isNew = event.kind == .connected
        if !isNew, event.label != nil || event.externalID != nil || event.member != nil {
            return "it makes no credential, and gives it what only a new one gets"
        }
        if isNew, event.previousGrant != nil {
            return "it makes a credential, and names a grant that it had before"
        }
        if event.superseded, !event.origin.isReport {
            return "it is superseded, and no report"
        }
        switch event.origin {
        case .imported: return isNew ? nil : "it is an import that makes no credential"
        case .reported:
            let isSame = event.kind == .reconnected && event.previousGrant == nil
            return isSame ? nil : "it is a report of a grant that its credential did not hold"
        case .state:
            let isForgotten = part.index == 0 && fingerprint == nil
            return isForgotten ? "it consumes a state and has no fingerprint" : nil
        }
    }
}

extension LinkOrigin {
    fileprivate var isReport: Bool {
        if case .reported = self { true } else { false }
    }
}
