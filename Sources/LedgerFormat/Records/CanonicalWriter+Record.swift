internal import LedgerDomain

extension CanonicalWriter {
    /// The tag of the digests among the personal fields.
    private static let personalDigests: UInt8 = 0x22

    /// A record; the tags are the fields' numbers and kinds in `schemas/events.proto`.
    mutating func record(_ record: EventRecord) {
        if !(1...UInt64(Int64.max) ~= record.position.number) { refuse() }
        byte(0x08)
        number(record.position.number)
        timeOrStart(0x10, record.recordedAt)
        byte(0x1A)
        byte(16)
        word(record.id.words.high)
        word(record.id.words.low)
        identifier(0x22, record.user)
        optional(0x28, record.occurredAt)
        actor(record.actor)
        optional(0x3A, record.correlationID)
        optional(0x42, record.causationID)
        optional(0x4A, record.idempotencyKey)
        part(record.part)
        if let content = record.fingerprint?.content { digests(0x5A, content) }
        // The event comes after the personal fields, of which most are its own.
        let digests = record.fingerprint?.personal ?? []
        switch record.event {
        case .stateIssued(let event):
            personal(label: event.label, digests)
            stateIssued(event)
        case .grantLinked(let event):
            let account = event.account
            personal(email: account.email, name: account.name, label: event.label, digests)
            grantLinked(event)
        case .grantExpired(let event):
            personal(digests)
            grantExpired(event)
        case .grantRevoked(let event):
            personal(digests)
            grantRevoked(event)
        case .labelChanged(let event):
            personal(label: event.label, digests)
            field(LabelChanged.field) { $0.identifier(0x0A, event.credential) }
        case .accountSelected(let event):
            personal(digests)
            accountSelected(event)
        }
    }

    private mutating func actor(_ actor: LedgerActor) {
        byte(0x32)
        message { writer in
            writer.byte(0x08)
            switch actor.kind {
            case .user: writer.byte(1)
            case .member: writer.byte(2)
            case .application: writer.byte(3)
            case .platform: writer.byte(4)
            case .operator: writer.byte(5)
            }
            writer.optional(0x12, actor.id)
        }
    }

    private mutating func part(_ part: CommandPart) {
        if part == .whole { return }
        guard 2...Int(UInt32.max) ~= part.count, 0..<part.count ~= part.index else {
            return refuse()
        }
        byte(0x52)
        message { writer in
            if part.index > 0 {
                writer.byte(0x08)
                writer.number(UInt64(part.index))
            }
            writer.byte(0x10)
            writer.number(UInt64(part.count))
        }
    }

    private mutating func personal(
        email: String? = nil, name: String? = nil, label: String? = nil, _ digests: [UInt8]
    ) {
        if email == nil, name == nil, label == nil, digests.isEmpty { return }
        byte(0x7A)
        message { writer in
            writer.optional(0x0A, email, .personal)
            writer.optional(0x12, name, .personal)
            writer.optional(0x1A, label, .label)
            writer.digests(Self.personalDigests, digests)
        }
    }
}

extension CanonicalWriter {
    private mutating func stateIssued(_ event: StateIssued) {
        field(StateIssued.field) { writer in
            writer.digest(0x0A, event.digest)
            writer.identifier(0x12, event.toolkit)
            switch event.intent {
            case .connect: break
            case .reconnect(let credential): writer.identifier(0x1A, credential)
            case .replace(let credential): writer.identifier(0x22, credential)
            }
            writer.timeOrStart(0x28, event.expiresAt)
            writer.flag(0x30, event.allowMultiple)
            writer.optional(0x3A, event.externalID)
            writer.optional(0x42, event.member)
        }
    }

    private mutating func grantLinked(_ event: GrantLinked) {
        field(GrantLinked.field) { writer in
            writer.identifier(0x0A, event.credential)
            writer.identifier(0x12, event.grant)
            writer.optional(0x1A, event.platform)
            writer.identifier(0x22, event.toolkit)
            writer.identifier(0x2A, event.account.provider)
            writer.identifier(0x32, event.account.subject)
            writer.kind(0x38, event.kind)
            writer.early(event.origin)
            writer.optional(0x52, event.externalID)
            writer.optional(0x5A, event.member)
            if event.scopes.count > Limits.scopes { writer.refuse() }
            for scope in event.scopes { writer.optional(0x62, scope) }
            writer.optional(0x68, event.validUntil)
            writer.optional(0x72, event.previousGrant)
            writer.flag(0x78, event.sharedAccount)
            writer.late(event.origin)
            if event.superseded {
                writer.byte(0x88)
                writer.flag(0x01, true)
            }
        }
    }

    private mutating func kind(_ tag: UInt8, _ kind: LinkKind) {
        byte(tag)
        switch kind {
        case .connected: byte(1)
        case .reconnected: byte(2)
        case .replaced: byte(3)
        }
    }

    private mutating func early(_ origin: LinkOrigin) {
        switch origin {
        case .state(let digest): self.digest(0x42, digest)
        case .imported(let source): optional(0x4A, source)
        case .reported: break
        }
    }

    /// The number of a notice is larger than those of the other fields.
    private mutating func late(_ origin: LinkOrigin) {
        guard case .reported(let notice) = origin else { return }
        byte(0x82)
        identifier(0x01, notice)
    }

    private mutating func grantExpired(_ event: GrantExpired) {
        field(GrantExpired.field) { writer in
            writer.identifier(0x0A, event.credential)
            writer.identifier(0x12, event.grant)
            writer.optional(0x1A, event.reason)
            writer.optional(0x22, event.notice)
            writer.flag(0x28, event.superseded)
        }
    }

    private mutating func grantRevoked(_ event: GrantRevoked) {
        field(GrantRevoked.field) { writer in
            writer.identifier(0x0A, event.credential)
            writer.identifier(0x12, event.grant)
            writer.identifier(0x1A, event.reason)
        }
    }

    private mutating func accountSelected(_ event: AccountSelected) {
        field(AccountSelected.field) { writer in
            writer.identifier(0x0A, event.toolkit)
            writer.optional(0x12, event.credential)
        }
    }
}

extension CanonicalWriter {
    /// A message in a field from 16 to 31.
    @inline(__always)
    private mutating func field(_ field: Int, _ write: (inout CanonicalWriter) -> Void) {
        guard 16...31 ~= field else { return refuse() }
        byte(0x82 | UInt8(truncatingIfNeeded: field & 15) << 3)
        byte(0x01)
        message(write)
    }

    @inline(__always)
    private mutating func identifier<Kind>(_ tag: UInt8, _ identifier: Identifier<Kind>) {
        byte(tag)
        text(identifier.text, .identifier)
    }

    @inline(__always)
    private mutating func optional<Kind>(_ tag: UInt8, _ identifier: Identifier<Kind>?) {
        if let identifier { self.identifier(tag, identifier) }
    }

    @inline(__always)
    private mutating func optional(
        _ tag: UInt8, _ text: String?, _ rule: TextRule = .identifier
    ) {
        guard let text else { return }
        byte(tag)
        self.text(text, rule)
    }

    @inline(__always)
    private mutating func flag(_ tag: UInt8, _ flag: Bool) {
        guard flag else { return }
        byte(tag)
        byte(1)
    }

    /// A time that may be absent; where it is there, it may be 0.
    @inline(__always)
    private mutating func optional(_ tag: UInt8, _ time: Timestamp?) {
        guard let time else { return }
        if !time.isInRange { refuse() }
        byte(tag)
        number(UInt64(bitPattern: time.microsecondsSinceEpoch))
    }

    /// A time that is always meant; it is left out where it is 0.
    @inline(__always)
    private mutating func timeOrStart(_ tag: UInt8, _ time: Timestamp) {
        if time.microsecondsSinceEpoch != 0 { optional(tag, time) }
    }

    private mutating func digest(_ tag: UInt8, _ digest: StateDigest) {
        byte(tag)
        byte(32)
        word(digest.words.0)
        word(digest.words.1)
        word(digest.words.2)
        word(digest.words.3)
    }

    /// Half of a fingerprint, where it has any.
    private mutating func digests(_ tag: UInt8, _ digests: [UInt8]) {
        guard !digests.isEmpty else { return }
        let isPersonal = tag == Self.personalDigests
        guard CommandFingerprint.isHalf(digests, personal: isPersonal) else { return refuse() }
        byte(tag)
        counted(digests)
    }
}
