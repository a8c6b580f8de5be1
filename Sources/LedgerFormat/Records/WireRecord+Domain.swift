internal import LedgerDomain
internal import SwiftProtobuf

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension WireRecord {
    /// The envelope of a record, without the event.
    init(_ record: EventRecord, _ content: EventContent) {
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
            // Numbers without a place in the message are none that reading accepts.
            part.index = UInt32(exactly: record.part.index) ?? .max
            part.count = UInt32(exactly: record.part.count) ?? 0
        }
        fingerprint = Data(record.fingerprint?.content ?? [])
        let personal = WirePersonal(record, content)
        if personal != WirePersonal() { self.personal = personal }
    }

    /// What an envelope and the bytes of an event hold of it.
    func content(_ event: [UInt8]) -> EventContent {
        EventContent(
            bytes: event, email: personal.hasEmail ? personal.email : nil,
            name: personal.hasName ? personal.name : nil,
            label: personal.hasLabel ? personal.label : nil)
    }

    func record(_ stored: some StoredEvent) throws(FormatError) -> EventRecord {
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
            part: try commandPart(), fingerprint: fingerprint, event: stored.event)
    }

    private func commandPart() throws(FormatError) -> CommandPart {
        guard hasPart else { return .whole }
        guard part.count >= 2, part.index < part.count else {
            throw FormatError(.invalidField("part", reason: "is not a place among several"))
        }
        return CommandPart(index: Int(part.index), count: Int(part.count))
    }
}

extension WirePersonal {
    init(_ record: EventRecord, _ content: EventContent) {
        fingerprint = Data(record.fingerprint?.personal ?? [])
        set(&self, \.email, content.email)
        set(&self, \.name, content.name)
        set(&self, \.label, content.label)
    }
}

extension EventContent {
    func checkedEmail() throws(FormatError) -> String? {
        try email.map { (text) throws(FormatError) in
            try personalText(text, "email", Limits.personal)
        }
    }

    func checkedName() throws(FormatError) -> String? {
        try name.map { (text) throws(FormatError) in
            try personalText(text, "name", Limits.personal)
        }
    }

    func checkedLabel() throws(FormatError) -> String? {
        try label.map { (text) throws(FormatError) in
            try personalText(text, "label", Limits.label)
        }
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
