internal import LedgerDomain
internal import SwiftProtobuf

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension WireRecord {
    init(_ record: EventRecord) {
        position = record.position.number
        recordedAt = record.recordedAt.microsecondsSinceEpoch
        id = Data(record.id.bytes)
        user = record.user.text
        set(&self, \.occurredAt, record.occurredAt?.microsecondsSinceEpoch)
        actor = WireActor(record.actor)
        set(&self, \.correlationID, record.correlationID?.text)
        set(&self, \.causationID, record.causationID?.text)
        set(&self, \.idempotencyKey, record.idempotencyKey?.text)
        if record.part != .whole {
            part.index = UInt32(truncatingIfNeeded: record.part.index)
            part.count = UInt32(truncatingIfNeeded: record.part.count)
        }
        fingerprint = Data(record.fingerprint?.bytes(personal: false) ?? [])
        let personal = WirePersonal(record)
        if personal != WirePersonal() { self.personal = personal }
        event = OneOf_Event(record.event)
    }

    func record() throws(FormatError) -> EventRecord {
        try expectKnown(self, "record")
        try expectKnown(actor, "actor")
        try expectKnown(part, "part")
        try expectKnown(personal, "personal")
        guard position > 0 else { throw FormatError(.missingField("position")) }
        // So that the positions of a command's other records can be counted from here.
        guard position <= UInt64(Int64.max) else {
            throw FormatError(.invalidField("position", reason: "is larger than 2^63 - 1"))
        }
        guard let id = EventID(bytes: Array(id)) else {
            throw FormatError(.invalidField("id", reason: "is not 16 bytes"))
        }
        let fingerprint = try CommandFingerprint(
            bytes: Array(fingerprint), personal: Array(personal.fingerprint))
        return EventRecord(
            position: Position(position), recordedAt: try time(recordedAt, "recorded_at"), id: id,
            user: try required(user, "user"),
            occurredAt: hasOccurredAt ? try time(occurredAt, "occurred_at") : nil,
            actor: try actor.actor(),
            correlationID: try optional(hasCorrelationID, correlationID, "correlation_id"),
            causationID: try optional(hasCausationID, causationID, "causation_id"),
            idempotencyKey: try optional(hasIdempotencyKey, idempotencyKey, "idempotency_key"),
            part: try commandPart(), fingerprint: fingerprint, event: try domainEvent())
    }

    private func commandPart() throws(FormatError) -> CommandPart {
        guard hasPart else { return .whole }
        guard part.count >= 2, part.index < part.count else {
            throw FormatError(.invalidField("part", reason: "is not a place among several"))
        }
        return CommandPart(index: Int(part.index), count: Int(part.count))
    }

    private func domainEvent() throws(FormatError) -> Event {
        switch event {
        case .stateIssued(let message): .stateIssued(try message.event(personal))
        case .grantLinked(let message): .grantLinked(try message.event(personal))
        case .grantExpired(let message): .grantExpired(try message.event())
        case .grantRevoked(let message): .grantRevoked(try message.event())
        case .labelChanged(let message): .labelChanged(try message.event(personal))
        case .accountSelected(let message): .accountSelected(try message.event())
        case nil: throw FormatError(.truncated)
        }
    }
}

extension WireRecord.OneOf_Event {
    init(_ event: Event) {
        self =
            switch event {
            case .stateIssued(let event): .stateIssued(WireStateIssued(event))
            case .grantLinked(let event): .grantLinked(WireGrantLinked(event))
            case .grantExpired(let event): .grantExpired(WireGrantExpired(event))
            case .grantRevoked(let event): .grantRevoked(WireGrantRevoked(event))
            case .labelChanged(let event):
                .labelChanged(.with { $0.credential = event.credential.text })
            case .accountSelected(let event): .accountSelected(WireAccountSelected(event))
            }
    }
}

extension WirePersonal {
    init(_ record: EventRecord) {
        fingerprint = Data(record.fingerprint?.bytes(personal: true) ?? [])
        switch record.event {
        case .stateIssued(let event): set(&self, \.label, event.label)
        case .grantLinked(let event):
            set(&self, \.email, event.account.email)
            set(&self, \.name, event.account.name)
            set(&self, \.label, event.label)
        case .labelChanged(let event): set(&self, \.label, event.label)
        case .grantExpired, .grantRevoked, .accountSelected: break
        }
    }

    func checkedLabel() throws(FormatError) -> String? {
        hasLabel ? try personalText(label, "label", Limits.label) : nil
    }
}

extension WireActor {
    init(_ actor: LedgerActor) {
        kind =
            switch actor.kind {
            case .user: .user
            case .member: .member
            case .application: .application
            case .platform: .platform
            case .operator: .operator
            }
        set(&self, \.id, actor.id)
    }

    func actor() throws(FormatError) -> LedgerActor {
        let kind: LedgerActor.Kind =
            switch kind {
            case .unspecified: throw FormatError(.missingField("actor.kind"))
            case .user: .user
            case .member: .member
            case .application: .application
            case .platform: .platform
            case .operator: .operator
            case .UNRECOGNIZED(let value):
                throw FormatError(.unknownEnumValue(field: "actor.kind", value: value))
            }
        return LedgerActor(kind: kind, id: hasID ? try text(id, "actor.id") : nil)
    }
}
