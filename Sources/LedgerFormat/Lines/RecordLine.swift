package import LedgerDomain

/// The line that a record is exported as, as `schemas/records` has it: what has no value is left
/// out.
///
/// It informs people and other programs. The record itself is its bytes: the place among the
/// records of its command and the fingerprint are not in the line.
package enum RecordLine {
    package static func json(_ record: EventRecord) -> JSONValue {
        JSONValue([
            "position": .number(record.position.number),
            "recordedAt": .time(record.recordedAt),
            "type": .string(record.wireName),
            "id": .string(record.id.description),
            "user": .text(record.user),
            "occurredAt": .time(record.occurredAt),
            "actor": JSONValue([
                "kind": .string(record.actor.kind.rawValue), "id": .text(record.actor.id),
            ]),
            "correlationID": .text(record.correlationID),
            "causationID": .text(record.causationID),
            "idempotencyKey": .text(record.idempotencyKey),
            "data": data(record.event),
        ])
    }

    /// What a line says of the event itself.
    static func data(_ event: Event) -> JSONValue {
        switch event {
        case .stateIssued(let event): data(event)
        case .grantLinked(let event): data(event)
        case .grantExpired(let event):
            JSONValue([
                "credential": .text(event.credential), "grant": .text(event.grant),
                "reason": .text(event.reason), "notice": .text(event.notice),
                "superseded": .bool(event.superseded),
            ])
        case .grantRevoked(let event):
            JSONValue([
                "credential": .text(event.credential), "grant": .text(event.grant),
                "reason": .text(event.reason),
            ])
        case .labelChanged(let event):
            JSONValue(["credential": .text(event.credential), "label": .text(event.label)])
        case .accountSelected(let event):
            JSONValue(["toolkit": .text(event.toolkit), "credential": .text(event.credential)])
        }
    }

    private static func data(_ event: StateIssued) -> JSONValue {
        JSONValue([
            "stateDigest": .string(event.digest.description),
            "toolkit": .text(event.toolkit),
            "intent": intent(event.intent),
            "expiresAt": .time(event.expiresAt),
            "allowMultiple": .bool(event.allowMultiple),
            "label": .text(event.label),
            "externalID": .text(event.externalID),
            "member": .text(event.member),
        ])
    }

    private static func intent(_ intent: AuthorizationIntent) -> JSONValue {
        let kind =
            switch intent {
            case .connect: "connect"
            case .reconnect: "reconnect"
            case .replace: "replace"
            }
        return JSONValue(["kind": .string(kind), "credential": .text(intent.credential)])
    }

    private static func data(_ event: GrantLinked) -> JSONValue {
        JSONValue([
            "credential": .text(event.credential),
            "grant": .text(event.grant),
            "platform": .text(event.platform),
            "toolkit": .text(event.toolkit),
            "provider": .text(event.account.provider),
            "account": JSONValue([
                "subject": .text(event.account.subject), "email": .text(event.account.email),
                "name": .text(event.account.name),
            ]),
            "kind": .string(event.kind.rawValue),
            "stateDigest": .text(event.origin.digest?.description),
            "importSource": .text(event.origin.source),
            "notice": .text(event.origin.notice),
            "label": .text(event.label),
            "externalID": .text(event.externalID),
            "member": .text(event.member),
            "scopes": event.scopes.isEmpty ? nil : .array(event.scopes.map { .string($0) }),
            "validUntil": .time(event.validUntil),
            "previousGrant": .text(event.previousGrant),
            "sharedAccount": .flag(event.sharedAccount),
            "superseded": .flag(event.superseded),
        ])
    }
}

extension LinkOrigin {
    fileprivate var digest: StateDigest? {
        if case .state(let digest) = self { digest } else { nil }
    }

    fileprivate var notice: NoticeID? {
        if case .reported(let notice) = self { notice } else { nil }
    }

    fileprivate var source: String? {
        if case .imported(let source) = self { source } else { nil }
    }
}
