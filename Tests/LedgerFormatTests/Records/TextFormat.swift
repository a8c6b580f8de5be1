internal import LedgerDomain

/// What the protocol buffer compiler prints for a record, written down from the record itself.
///
/// It shares nothing with the codec but the schema's names, so that the two check each other.
struct TextFormat {
    private(set) var text = ""
    private var indentation = ""

    static func describe(_ record: EventRecord) -> String {
        var format = TextFormat()
        format.add(record)
        return format.text
    }

    private mutating func add(_ name: String, raw value: String?) {
        guard let value else { return }
        text += "\(indentation)\(name): \(value)\n"
    }

    private mutating func add(_ name: String, _ bytes: [UInt8]?) {
        guard let bytes else { return }
        add(name, raw: "\"" + bytes.map(Self.escaped).joined() + "\"")
    }

    private mutating func add(_ name: String, _ value: String?) {
        add(name, value.map { Array($0.utf8) })
    }

    private mutating func add<Kind>(_ name: String, _ value: Identifier<Kind>?) {
        add(name, value?.text)
    }

    /// A time; `always` where presence is tracked, so that the number 0 is written.
    private mutating func add(_ name: String, _ time: Timestamp?, always: Bool = true) {
        guard let time, always || time.microsecondsSinceEpoch != 0 else { return }
        add(name, raw: String(time.microsecondsSinceEpoch))
    }

    private mutating func add(_ name: String, flag: Bool) {
        if flag { add(name, raw: "true") }
    }

    private mutating func nest(_ name: String, _ body: (inout TextFormat) -> Void) {
        text += "\(indentation)\(name) {\n"
        indentation += "  "
        body(&self)
        indentation.removeLast(2)
        text += "\(indentation)}\n"
    }

    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\n"): return "\\n"
        case UInt8(ascii: "\r"): return "\\r"
        case UInt8(ascii: "\t"): return "\\t"
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"):
            return "\\" + String(Unicode.Scalar(byte))
        case 0x20..<0x7F: return String(Unicode.Scalar(byte))
        default:
            let octal = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - octal.count) + octal
        }
    }
}

extension TextFormat {
    private mutating func add(_ record: EventRecord) {
        add("position", raw: String(record.position.number))
        add("recorded_at", record.recordedAt, always: false)
        add("id", record.id.bytes)
        add("user", record.user)
        add("occurred_at", record.occurredAt)
        nest("actor") { format in
            format.add("kind", raw: record.actor.kind.rawValue.uppercased())
            format.add("id", record.actor.id)
        }
        add("correlation_id", record.correlationID)
        add("causation_id", record.causationID)
        add("idempotency_key", record.idempotencyKey)
        if record.part.count > 1 {
            nest("part") { format in
                if record.part.index > 0 { format.add("index", raw: String(record.part.index)) }
                format.add("count", raw: String(record.part.count))
            }
        }
        add("fingerprint", digests(record, personal: false))
        addPersonal(record)
        let name = String(record.event.wireName.dropLast(3)).split(separator: "-").joined(
            separator: "_")
        nest(name) { $0.add(record.event) }
    }

    private func digests(_ record: EventRecord, personal: Bool) -> [UInt8]? {
        let digests = (record.fingerprint?.digests ?? [:]).sorted {
            $0.key.rawValue < $1.key.rawValue
        }
        let bytes = digests.filter { $0.key.isPersonal == personal }.flatMap { field, digest in
            [field.rawValue] + (0..<8).map { UInt8(truncatingIfNeeded: digest >> (56 - 8 * $0)) }
        }
        return bytes.isEmpty ? nil : bytes
    }

    private mutating func addPersonal(_ record: EventRecord) {
        var inner = TextFormat()
        inner.indentation = "  "
        switch record.event {
        case .stateIssued(let event): inner.add("label", event.label)
        case .grantLinked(let event):
            inner.add("email", event.account.email)
            inner.add("name", event.account.name)
            inner.add("label", event.label)
        case .labelChanged(let event): inner.add("label", event.label)
        case .grantExpired, .grantRevoked, .accountSelected: break
        }
        inner.add("fingerprint", digests(record, personal: true))
        if !inner.text.isEmpty { text += "personal {\n\(inner.text)}\n" }
    }

    private mutating func add(_ event: Event) {
        switch event {
        case .stateIssued(let event): add(event)
        case .grantLinked(let event): add(event)
        case .grantExpired(let event):
            add("credential", event.credential)
            add("grant", event.grant)
            add("reason", event.reason)
            add("notice", event.notice)
            add("superseded", flag: event.superseded)
        case .grantRevoked(let event):
            add("credential", event.credential)
            add("grant", event.grant)
            add("reason", event.reason)
        case .labelChanged(let event): add("credential", event.credential)
        case .accountSelected(let event):
            add("toolkit", event.toolkit)
            add("credential", event.credential)
        }
    }

    private mutating func add(_ event: StateIssued) {
        add("digest", event.digest.bytes)
        add("toolkit", event.toolkit)
        switch event.intent {
        case .connect: break
        case .reconnect(let credential): add("reconnect", credential)
        case .replace(let credential): add("replace", credential)
        }
        add("expires_at", event.expiresAt, always: false)
        add("allow_multiple", flag: event.allowMultiple)
        add("external_id", event.externalID)
        add("member", event.member)
    }

    private mutating func add(_ event: GrantLinked) {
        add("credential", event.credential)
        add("grant", event.grant)
        add("platform", event.platform)
        add("toolkit", event.toolkit)
        add("provider", event.account.provider)
        add("subject", event.account.subject)
        add("kind", raw: event.kind.rawValue.uppercased())
        switch event.origin {
        case .state(let digest): add("state", digest.bytes)
        case .imported(let source): add("import_source", source)
        case .reported: break
        }
        add("external_id", event.externalID)
        add("member", event.member)
        for scope in event.scopes { add("scopes", scope) }
        add("valid_until", event.validUntil)
        add("previous_grant", event.previousGrant)
        add("shared_account", flag: event.sharedAccount)
        if case .reported(let notice) = event.origin { add("notice", notice) }
        add("superseded", flag: event.superseded)
    }
}
